"""What arXiv says of one of its papers: title, authors and year, from its export interface.

The interface is described at https://info.arxiv.org/help/api/user-manual.html; it answers in Atom (RFC 4287).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

PAPERS: Final = "https://arxiv.org"
EXPORT: Final = "https://export.arxiv.org/api/query"
SECONDS: Final = 10.0  # a title is no reason to wait longer
LARGEST: Final = 1024**2  # bytes of an answer
ID: Final = re.compile(
    r"(?:arxiv\s*:\s*)?(?P<id>\d{4}\.\d{4,5}|[a-z-]+(?:\.[A-Z]{2})?/\d{7})(?P<version>v\d+)?", re.IGNORECASE
)
_ATOM = "{http://www.w3.org/2005/Atom}"


@dataclass(frozen=True, slots=True)
class ArxivId:
    """An arXiv id, and the version where one was named ("v2", else "")."""

    id: str
    version: str = ""

    @property
    def pdf_url(self) -> str:
        """Where its PDF is."""
        return f"{PAPERS}/pdf/{self.id}{self.version}"


@dataclass(frozen=True, slots=True)
class ArxivRecord:
    """What arXiv says of a paper; `year` is that of the first version."""

    title: str
    authors: tuple[str, ...]
    year: int | None


def arxiv_id(text: str) -> ArxivId | None:
    """The arXiv id that a text is, bare or as an address of arXiv; None where it is something else."""
    text = text.strip()
    parts = urlsplit(text)
    if parts.scheme in ("http", "https"):
        if (parts.hostname or "").removeprefix("www.") not in ("arxiv.org", "export.arxiv.org"):
            return None
        text = re.sub(r"^/(?:abs|pdf|html)/|(?:\.pdf)?/?$", "", parts.path)
    match = ID.fullmatch(text)
    return ArxivId(match["id"], (match["version"] or "").lower()) if match else None


def record(wanted: ArxivId, contact: str | None = None) -> ArxivRecord | None:
    """What arXiv says of the paper; None where it cannot be asked or does not know it."""
    import httpx

    from corpus.fetching import user_agent

    try:
        with httpx.Client(timeout=SECONDS, headers={"User-Agent": user_agent(contact)}) as client:
            answer = client.get(EXPORT, params={"id_list": wanted.id, "max_results": "1"})
    except (httpx.HTTPError, httpx.InvalidURL):
        return None
    if answer.status_code != 200 or len(answer.content) > LARGEST:
        return None
    return read(answer.content)


def read(atom: bytes) -> ArxivRecord | None:
    """The record in an answer of the export interface; None where there is none."""
    from xml.etree import ElementTree as ET

    if b"<!DOCTYPE" in atom or b"<!ENTITY" in atom:  # Atom has neither; an attack would
        return None
    try:
        entry = ET.fromstring(atom).find(f"{_ATOM}entry")  # noqa: S314 - without entities, see above
    except ET.ParseError:
        return None
    if entry is None:
        return None
    title = " ".join((entry.findtext(f"{_ATOM}title") or "").split())
    names = (" ".join((name.text or "").split()) for name in entry.iterfind(f"{_ATOM}author/{_ATOM}name"))
    year = re.match(r"(\d{4})-", entry.findtext(f"{_ATOM}published") or "")
    authors = tuple(name for name in names if name)
    if not title or title == "Error" or not authors:
        return None
    return ArxivRecord(title, authors, int(year.group(1)) if year else None)
