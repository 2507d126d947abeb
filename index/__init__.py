"""The index: embedders, vectors, keywords, generations, and hybrid search."""
