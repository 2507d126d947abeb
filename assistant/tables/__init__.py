"""Questions that a table answers: which cells are meant, what is asked of them, and how it is said."""
