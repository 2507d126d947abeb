"""The corpus: the catalogue, the PDFs, and the passages cut from them."""

from corpus import telemetry as _telemetry  # noqa: F401 - switched off before any library is loaded
