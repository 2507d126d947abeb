"""Questions about many papers: a criterion, the verdict on every paper in scope, and what follows from the verdicts."""
