"""Pictures of the whole corpus: how many papers there are of each kind, and which they are."""
