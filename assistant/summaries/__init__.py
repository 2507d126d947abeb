"""Cited summaries: of a paper, of a category, of the papers that a topic leads to."""
