"""The corpus: the catalogue, the PDFs, and the passages cut from them."""
