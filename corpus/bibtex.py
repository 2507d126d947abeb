"""A paper as a BibTeX entry that compiles as it stands."""

import re
import unicodedata

from corpus.paper import Paper

CONFERENCES = {
    "AAAI": "AAAI Conference on Artificial Intelligence",
    "COLM": "Conference on Language Modeling",
    "CVPR": "IEEE/CVF Conference on Computer Vision and Pattern Recognition",
    "CoLLAs": "Conference on Lifelong Learning Agents",
    "CoRL": "Conference on Robot Learning",
    "ECCV": "European Conference on Computer Vision",
    "ICLR": "International Conference on Learning Representations",
    "ICML": "International Conference on Machine Learning",
    "ICRA": "IEEE International Conference on Robotics and Automation",
    "IROS": "IEEE/RSJ International Conference on Intelligent Robots and Systems",
    "L4DC": "Learning for Dynamics and Control Conference",
    "NeurIPS": "Advances in Neural Information Processing Systems",
    "RLC": "Reinforcement Learning Conference",
    "RSS": "Robotics: Science and Systems",
}
_JOURNALS = {"TMLR": "Transactions on Machine Learning Research"}
_JOURNAL_WORDS = re.compile(r"\b(?:Journal|Transactions|Letters|Magazine|Systems$)", re.IGNORECASE)
_MEETING_WORDS = re.compile(r"\b(?:Workshop|Conference|Symposium|Proceedings)\b", re.IGNORECASE)
_YEAR = re.compile(r",?\s*\b((?:19|20)\d\d)\b")
_ISSUE = re.compile(r"\s+(\d+)\((\d+)\)")
_IN_PARENTHESES = re.compile(r"\s*\(([^)]*)\)")

_SPECIAL = {
    "\\": r"\textbackslash{}",
    "&": r"\&",
    "%": r"\%",
    "$": r"\$",
    "#": r"\#",
    "_": r"\_",
    "{": r"\{",
    "}": r"\}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "ł": r"{\l}",
    "Ł": r"{\L}",
    "ø": r"{\o}",
    "Ø": r"{\O}",
    "ß": r"{\ss}",
    "æ": r"{\ae}",
    "Æ": r"{\AE}",
    "å": r"{\aa}",
    "Å": r"{\AA}",
    "ı": r"{\i}",
    "·": r"{\textperiodcentered}",
    "–": "--",
    "—": "---",
    "‘": "`",
    "’": "'",
    "“": "``",
    "”": "''",
    "\u00a0": "~",
}
# Combining characters and the TeX accent that each is.
_ACCENTS = {
    "\u0300": "`",
    "\u0301": "'",
    "\u0302": "^",
    "\u0303": "~",
    "\u0304": "=",
    "\u0306": "u",
    "\u0307": ".",
    "\u0308": '"',
    "\u030a": "r",
    "\u030b": "H",
    "\u030c": "v",
    "\u0327": "c",
    "\u0328": "k",
}
_UNSEEN = ("Cc", "Cf", "Cs", "Cn")
_PIECE = re.compile(r"([^\W_]+)")
# Acronyms, mixed case, letters with digits, and the Q of Q-learning; the article "A" is none.
_CAPITALS = re.compile(r"(?=.*[A-Z])(?:[^\W_]+[A-Z][^\W_]*|[^\W_]*\d[^\W_]*|[B-Z])")
_NOT_IN_KEY = re.compile(r"[^A-Za-z0-9:.+/_-]+")


def bibtex(paper: Paper) -> str:
    """One BibTeX entry, ending in a newline.

    The type follows the venue: @inproceedings for a conference or workshop, @article for a journal, else @misc.
    The year is the venue's where it names one. A paper without authors gets a `key` field to be sorted by.
    """
    kind, fields = _venue(paper.venue)
    entry = {
        "author": " and ".join(_author(name) for name in paper.authors if name.strip()),
        "key": "" if paper.authors else escaped(paper.label),
        "title": _title(paper),
        "year": str(paper.year or ""),
        **fields,
        "eprint": paper.arxiv or "",
        "archivePrefix": "arXiv" if paper.arxiv else "",
        "doi": _verbatim(paper.doi or ""),
        "url": _verbatim(paper.url or paper.pdf_url or ""),
    }
    width = max(len(name) for name, value in entry.items() if value)
    lines = [f"  {name:<{width}} = {{{value}}}," for name, value in entry.items() if value]
    return "\n".join([f"@{kind}{{{key(paper.id)},", *lines, "}"]) + "\n"


def key(paper: str) -> str:
    """What an entry is cited by."""
    return _NOT_IN_KEY.sub("-", paper)


def escaped(text: str) -> str:
    """Text in which nothing is a TeX command; accented letters are written as accents."""
    return _plain(" ".join(text.split()))


def _plain(text: str) -> str:
    """Without control characters, which no reader of BibTeX takes."""
    seen = (
        letter for letter in unicodedata.normalize("NFC", text) if unicodedata.category(letter) not in _UNSEEN
    )
    return "".join(map(_letter, seen))


def _letter(letter: str) -> str:
    if letter in _SPECIAL:
        return _SPECIAL[letter]
    base, *marks = list(unicodedata.normalize("NFD", letter))
    if len(marks) == 1 and marks[0] in _ACCENTS:
        dotless = {"i": r"\i", "j": r"\j"}.get(base, base)
        return f"{{\\{_ACCENTS[marks[0]]}{{{dotless}}}}}"
    return letter


def _title(paper: Paper) -> str:
    """The title with braces around what a bibliography style must not put in small letters."""
    title = " ".join(paper.title.split())
    before, name, after = title.partition(paper.short_name) if paper.short_name else (title, "", "")
    kept = f"{{{escaped(name)}}}" if name else ""
    return _protected(before) + kept + _protected(after)


def _protected(text: str) -> str:
    return "".join(f"{{{_plain(p)}}}" if _CAPITALS.fullmatch(p) else _plain(p) for p in _PIECE.split(text))


def _author(name: str) -> str:
    """A name that BibTeX takes for one person; a team's name is kept in one piece."""
    whole = escaped(name)
    return f"{{{whole}}}" if re.search(r"\band\b|,|\bTeam\b", name) else whole


def _venue(venue: str | None) -> tuple[str, dict[str, str]]:
    """The entry type, and the fields that the venue gives."""
    if not venue:
        return "misc", {}
    year = _YEAR.search(venue)
    fields = {"year": year[1]} if year else {}
    issue = _ISSUE.search(venue)
    name = _YEAR.sub("", _ISSUE.sub("", venue)).strip()
    acronym = name.split()[0]
    if name in CONFERENCES:
        return "inproceedings", {"booktitle": escaped(f"{CONFERENCES[name]} ({name})"), **fields}
    if name in _JOURNALS:
        return "article", {"journal": escaped(_JOURNALS[name]), **fields}
    if acronym in CONFERENCES or _MEETING_WORDS.search(name) or (year and not _JOURNAL_WORDS.search(name)):
        return "inproceedings", {"booktitle": escaped(venue), **fields}
    if _JOURNAL_WORDS.search(name):
        numbers = {"volume": issue[1], "number": issue[2]} if issue else {}
        return "article", {"journal": escaped(_IN_PARENTHESES.sub("", name)), **numbers, **fields}
    return "misc", {"howpublished": escaped(venue), **fields}


def _verbatim(address: str) -> str:
    """An address or DOI with balanced braces; url and doi fields are read without TeX's specials."""
    return address.replace("\\", "%5C").replace("{", "%7B").replace("}", "%7D").replace(" ", "%20")
