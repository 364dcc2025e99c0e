"""Cuts a source document into blocks: lines, then the marks that begin blocks, then their places."""
