"""Comparing approaches: a table of aspects by approaches, each cell with its source, and a few checked sentences."""
