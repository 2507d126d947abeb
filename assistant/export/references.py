"""Papers as entries of RIS (Zotero, EndNote) and CSL-JSON (Zotero, pandoc); BibTeX is corpus/bibtex.py's."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from assistant.export.document import one_line
from corpus.bibtex import bibtex, key

if TYPE_CHECKING:
    from collections.abc import Sequence

    from corpus.paper import Paper

_MEETING = re.compile(r"^@(\w+)")
_KINDS = {"inproceedings": ("CPAPER", "paper-conference"), "article": ("JOUR", "article-journal")}


def bibliography(papers: Sequence[Paper]) -> str:
    """The BibTeX entries of the papers."""
    return "\n".join(map(bibtex, papers))


def ris(papers: Sequence[Paper]) -> str:
    """The RIS entries of the papers."""
    return "\r\n".join(map(_ris, papers))


def _ris(paper: Paper) -> str:
    fields = [
        ("TY", _kind(paper)[0]),
        ("ID", key(paper.id)),
        ("TI", paper.title),
        *(
            ("AU", ", ".join(part for part in _parted(name) if part))
            for name in paper.authors
            if name.strip()
        ),
        ("PY", str(paper.year or "")),
        ("T2", paper.venue or ""),
        ("DO", paper.doi or ""),
        ("UR", paper.url or paper.pdf_url or ""),
        ("AN", f"arXiv:{paper.arxiv}" if paper.arxiv else ""),
    ]
    lines = [f"{tag}  - {told}" for tag, value in fields if (told := one_line(value))]
    return "\r\n".join([*lines, "ER  - ", ""])


def csl_json(papers: Sequence[Paper]) -> str:
    """The papers as CSL-JSON."""
    return json.dumps([_csl(paper) for paper in papers], ensure_ascii=False, indent=2)


def _csl(paper: Paper) -> dict[str, Any]:
    authors = []
    for family, given in (_parted(name) for name in paper.authors if name.strip()):
        authors.append({"family": family, "given": given} if given else {"literal": family})
    entry = {
        "id": key(paper.id),
        "type": _kind(paper)[1],
        "title": one_line(paper.title),
        "author": authors,
        "issued": {"date-parts": [[paper.year]]} if paper.year else None,
        "container-title": one_line(paper.venue or ""),
        "DOI": one_line(paper.doi or ""),
        "URL": one_line(paper.url or paper.pdf_url or ""),
        "number": f"arXiv:{paper.arxiv}" if paper.arxiv else "",
    }
    return {name: value for name, value in entry.items() if value}


def _kind(paper: Paper) -> tuple[str, str]:
    """What RIS and CSL call the kind of paper that BibTeX's entry is of."""
    found = _MEETING.match(bibtex(paper))
    return _KINDS.get(found[1] if found else "", ("UNPB", "article"))


def _parted(name: str) -> tuple[str, str]:
    """Family name and given names; a team's name is in one piece."""
    *first, last = one_line(name).split()
    if not first or "Team" in name.split():
        return one_line(name), ""
    return last, " ".join(first)
