"""The index: embedders, vectors, keywords, generations, and hybrid search."""

import corpus as _corpus  # noqa: F401 - switches telemetry off before any library is loaded
