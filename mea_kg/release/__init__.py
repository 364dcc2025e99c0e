"""A release: the graph as files for other programs, with a description and digests, and what changed between two."""
