"""The survey's own repository: its README list and Excel tables, read strictly and held against the catalogue."""
