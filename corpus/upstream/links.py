"""What a link of the list identifies: an arXiv id, a DOI, an OpenReview forum, or just a page."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qs, unquote, urlsplit

_ARXIV_PATH: Final = re.compile(r"^/(?:abs|pdf|html)/(\d{4}\.\d{4,5})(?:v\d+)?(?:\.pdf)?/?$")
_ARXIV_DOI: Final = re.compile(r"^10\.48550/arxiv\.(\d{4}\.\d{4,5})(?:v\d+)?$", re.IGNORECASE)
_DOI: Final = re.compile(r"^10\.\d{4,9}/\S+$")
_PMLR: Final = re.compile(r"^/(v\d+)/([\w-]+)\.html$")


@dataclass(frozen=True, slots=True)
class Link:
    """What an address says of a paper; each None where it does not."""

    url: str
    arxiv: str | None = None
    doi: str | None = None
    openreview: str | None = None

    @property
    def year(self) -> int | None:
        """The year of an arXiv id, which counts years and months (YYMM.number, since 2007)."""
        return 2000 + int(self.arxiv[:2]) if self.arxiv else None

    @property
    def pdf_url(self) -> str | None:
        """Where the PDF is, as far as the host's addresses tell."""
        parts = urlsplit(self.url)
        if self.arxiv:
            return f"https://arxiv.org/pdf/{self.arxiv}"
        if self.openreview:
            return f"https://openreview.net/pdf?id={self.openreview}"
        if parts.hostname == "proceedings.mlr.press" and (match := _PMLR.match(parts.path)):
            return f"https://proceedings.mlr.press/{match[1]}/{match[2]}/{match[2]}.pdf"
        if parts.hostname == "openaccess.thecvf.com" and "/html/" in parts.path:
            path = parts.path.replace("/html/", "/papers/").removesuffix(".html")
            return f"https://openaccess.thecvf.com{path}.pdf"
        if parts.scheme == "https" and parts.path.endswith(".pdf"):
            return self.url
        return None

    @property
    def source(self) -> str:
        """One word for the host: "arxiv", "openreview", "ieeexplore"."""
        if self.arxiv:
            return "arxiv"
        labels = (urlsplit(self.url).hostname or "").removeprefix("www.").split(".")
        return re.sub(r"[^a-z0-9]", "", labels[0].lower()) or "web"

    def marks(self) -> frozenset[str]:
        """What makes two links the same paper's."""
        named = {"arxiv": self.arxiv, "doi": self.doi, "openreview": self.openreview}
        found = {f"{scheme}:{value.lower()}" for scheme, value in named.items() if value}
        return frozenset(found or {f"url:{bare(self.url)}"})


def read(url: str) -> Link:
    """What the address says; an address of no known form is itself the mark."""
    parts = urlsplit(url)
    host = (parts.hostname or "").removeprefix("www.").removeprefix("export.")
    if host == "arxiv.org" and (match := _ARXIV_PATH.match(parts.path)):
        return Link(url, arxiv=match[1])
    if host in ("doi.org", "dx.doi.org"):
        doi = unquote(parts.path.lstrip("/"))
        if match := _ARXIV_DOI.match(doi):
            return Link(url, arxiv=match[1])
        if _DOI.match(doi):
            return Link(url, doi=doi)
    if (
        host == "openreview.net"
        and parts.path in ("/forum", "/pdf")
        and (ids := parse_qs(parts.query).get("id"))
    ):
        return Link(url, openreview=ids[0])
    return Link(url)


def bare(url: str) -> str:
    """An address without what does not tell pages apart: scheme, "www.", fragment, closing slash."""
    parts = urlsplit(url)
    query = f"?{parts.query}" if parts.query else ""
    return f"{(parts.hostname or '').removeprefix('www.')}{parts.path.rstrip('/')}{query}"
