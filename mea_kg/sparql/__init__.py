"""Reads queries: their tokens, their patterns, and which statements they can match."""
