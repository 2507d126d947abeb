"""Where a paper's PDF may be had: every free address that its record names or implies, the best first."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qs, urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from corpus.paper import Paper

ARXIV_ID: Final = r"(\d{4}\.\d{4,5}|[a-z-]+(?:\.[A-Z]{2})?/\d{7})(v\d+)?"
ROMAN: Final = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100}

# How a landing page's path becomes its PDF's, host by host; each as the host's own pages link to it.
PATHS: Final = (
    ("arxiv.org", re.compile(rf"^/(?:abs|pdf|html)/{ARXIV_ID}(?:\.pdf)?$"), r"/pdf/\1\2"),
    ("proceedings.mlr.press", re.compile(r"^/(v\d+)/([\w-]+)\.html$"), r"/\1/\2/\2.pdf"),
    (
        "nips.cc",
        re.compile(r"^/(paper_files/paper|paper)/(\d{4})/hash/(\w+)-Abstract(-\w+)?\.html$"),
        r"/\1/\2/file/\3-Paper\4.pdf",
    ),
    ("openaccess.thecvf.com", re.compile(r"^/(.+)/html/([^/]+)\.html$"), r"/\1/papers/\2.pdf"),
    ("aclanthology.org", re.compile(r"^/([\w.-]+?)/?$"), r"/\1.pdf"),
)


def addresses(paper: Paper) -> tuple[str, ...]:
    """The free addresses of a paper's PDF in the order in which they are tried; none where it is pay-walled."""
    found: Iterator[str | None] = iter(
        (
            paper.pdf_url,
            f"https://arxiv.org/pdf/{paper.arxiv}" if paper.arxiv else None,
            _of_page(paper.url),
            f"https://openreview.net/pdf?id={paper.openreview}" if paper.openreview else None,
            _of_doi(paper.doi),
        )
    )
    return tuple(dict.fromkeys(address for address in found if address))


def landing(paper: Paper) -> str:
    """The address where a reader finds the paper, free or not: its DOI's, else its page's; "" where neither is known."""
    return f"https://doi.org/{paper.doi}" if paper.doi else paper.url or ""


def host_of(address: str) -> str:
    """Whom an address belongs to, for manners and for telling: "arxiv.org" for export.arxiv.org as well.

    A numeric address keeps its port.
    """
    parts = urlsplit(address)
    name = (parts.hostname or "").removesuffix(".")
    if not name or name.replace(".", "").isdecimal() or ":" in name or "." not in name:
        return parts.netloc.rpartition("@")[2]
    return ".".join(name.split(".")[-2:])


def _of_page(url: str | None) -> str | None:
    """The PDF's address where the landing page's tells it."""
    if not url:
        return None
    parts = urlsplit(url)
    host = (parts.hostname or "").removeprefix("www.")
    if host == "openreview.net" and (identity := parse_qs(parts.query).get("id")):
        return f"https://openreview.net/pdf?id={identity[0]}"
    if host == "doi.org":
        return _of_doi(parts.path.lstrip("/"))
    if parts.path.lower().endswith(".pdf"):
        return url
    for owner, pattern, pdf in PATHS:
        if (host == owner or host.endswith(f".{owner}")) and pattern.match(parts.path):
            return f"https://{parts.netloc}{pattern.sub(pdf, parts.path)}"
    return None


def _of_doi(doi: str | None) -> str | None:
    """The PDF's address where the publisher is open and its DOIs tell it: arXiv, ACL, RSS."""
    text = doi or ""
    if found := re.fullmatch(rf"10\.48550/arxiv\.{ARXIV_ID}", text, re.IGNORECASE):
        return f"https://arxiv.org/pdf/{found[1]}"
    if found := re.fullmatch(r"10\.18653/v1/([\w.-]+)", text):
        return f"https://aclanthology.org/{found[1]}.pdf"
    if found := re.fullmatch(r"10\.15607/RSS\.\d{4}\.([IVXLC]+)\.(\d{3})", text):
        return f"https://www.roboticsproceedings.org/rss{_roman(found[1]):02d}/p{found[2]}.pdf"
    return None


def _roman(numeral: str) -> int:
    values = [ROMAN[letter] for letter in numeral]
    return sum(
        -value if value < following else value
        for value, following in zip(values, [*values[1:], 0], strict=True)
    )
