"""What headings say: their numbers, and which of them open the list of references."""

from __future__ import annotations

import re

NUMBERING = re.compile(r"^(?:[\dA-Z]{1,2}(?:\.\d{1,2})*\.?|[IVX]{1,5}\.)\s+")
REFERENCES = re.compile(r"^(?:references|bibliography|literature cited)\b", re.IGNORECASE)


def plain(title: str) -> str:
    """A heading without its number, in lower case, for comparing."""
    return " ".join(re.findall(r"\w+", NUMBERING.sub("", title).lower()))
