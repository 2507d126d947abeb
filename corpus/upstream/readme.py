"""The README's list, read line by line: what is neither heading nor entry nor prose is said, never dropped."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from corpus.errors import WrongUse
from corpus.upstream import headings
from corpus.upstream.listing import Entry, Unclear, Upstream, quoted
from corpus.upstream.tables import CATEGORY_OF_TABLE

if TYPE_CHECKING:
    from collections.abc import Iterator

NAME: Final = "README.md"
_LARGEST: Final = 2 * 1024**2  # characters; the list has 40,000
_LONGEST_TITLE: Final = 400
_HEADING: Final = re.compile(r"^ {0,3}(#{1,6})\s+(.*?)\s*#*\s*$")
_ITEM: Final = re.compile(r"^\s*(?:[-*+]|\d{1,3}[.)])\s+(.*)$")
_FENCE: Final = re.compile(r"^\s*(```|~~~)")
_ENTRY: Final = re.compile(
    r"^(?:\((?P<year>\d{4})\))?\s*(?P<mark>!)?\s*(?P<title>.*?)\s*"
    r"\[\[?(?:paper|link|pdf)\]?\]\((?P<link>[^()\s]*(?:\([^()\s]*\)[^()\s]*)*)\)$",
    re.IGNORECASE,
)
_POINTER: Final = re.compile(r"^\[[^\]]*\]\((?P<file>[^)\s]+\.xlsx)\)$", re.IGNORECASE)


@dataclass(slots=True)
class _Section:
    """Where the reader stands: the heading, and why nothing below it can be filed, if so."""

    heading: str = ""
    category: str | None = None
    fault: str = ""


def read(text: str) -> Upstream:
    """The entries of the list, and whatever was not understood.

    Raises:
        WrongUse: The text has none of the list's headings: it is another README.
    """
    if len(text) > _LARGEST:
        raise WrongUse(f"The {NAME} is longer than {_LARGEST // 1024**2} MB: it is not the survey's list.")
    entries: list[Entry] = []
    unclear: list[Unclear] = []
    above: list[tuple[int, str]] = []  # the headings open now, with their levels
    section = _Section()
    found = 0
    for number, kind, content, level in _blocks(text):
        where = f"line {number}"
        if kind == "heading":
            above = [(depth, name) for depth, name in above if depth < level]
            section, said = _opened(content, [name for _, name in above], first=not found and level == 1)
            above.append((level, content))
            found += section.category is not None
            if said:
                unclear.append(Unclear(NAME, where, said))
        elif kind == "item":
            entry, said = _entry(content, section, number)
            entries += [entry] if entry else []
            unclear += [Unclear(NAME, where, said)] if said else []
        elif section.category is not None:
            unclear.append(Unclear(NAME, where, f"{quoted(content)} stands among the entries and is none."))
    if not found:
        raise WrongUse(
            f"The {NAME} has none of the headings of the survey's list: give a checkout or an archive of the "
            "survey's repository."
        )
    return Upstream(entries=tuple(entries), unclear=tuple(unclear))


def _blocks(text: str) -> Iterator[tuple[int, str, str, int]]:
    """Line number, kind ("heading", "item" or "text"), content and level of each block; an item may go over lines."""
    item: tuple[int, str] | None = None
    fence = ""
    for number, line in enumerate(text.splitlines(), 1):
        if fence or (match := _FENCE.match(line)):
            if not fence and match:
                fence = match[1]
            elif line.strip().startswith(fence):
                fence = ""
            continue
        heading, begun = _HEADING.match(line), _ITEM.match(line)
        if item and (heading or begun or not line.strip()):
            yield item[0], "item", item[1], 0
            item = None
        if heading:
            yield number, "heading", heading[2], len(heading[1])
        elif begun:
            item = (number, begun[1].strip())
        elif item:
            item = (item[0], f"{item[1]} {line.strip()}".strip())
        elif line.strip() and not re.fullmatch(r"\s*[-*+]\s*", line):
            yield number, "text", line.strip(), 0
    if item:
        yield item[0], "item", item[1], 0


def _opened(heading: str, above: list[str], *, first: bool) -> tuple[_Section, str]:
    """The section that a heading opens, and what is to be said of it."""
    if headings.is_prose(heading):
        return _Section(heading), ""
    if not headings.is_known(heading):
        section = _Section(heading, fault=f"stands under the unknown heading {quoted(heading)}")
        if first:  # the repository's own name
            return section, ""
        return section, f"The heading {quoted(heading)} is not known: what stands below it is not filed."
    expected = headings.expected_above(heading)
    holder = above[-1] if above else ""
    misplaced = expected is not None and headings.meant(holder) != headings.meant(expected)
    if misplaced:
        fault = f"stands under {quoted(heading)}, which is expected under {expected!r}"
        return _Section(
            heading, fault=fault
        ), f"The heading {quoted(heading)} is expected under {expected!r}, not under {quoted(holder)}."
    slug = headings.category(heading)
    return _Section(heading, slug, "" if slug else f"stands directly under {quoted(heading)}"), ""


def _entry(content: str, section: _Section, number: int) -> tuple[Entry | None, str]:
    """The entry of a list item, and what is to be said of it."""
    if pointer := _POINTER.match(content):
        known = pointer["file"] in CATEGORY_OF_TABLE
        return None, "" if known else f"The table {quoted(pointer['file'])} that it points to is not known."
    match = _ENTRY.match(content)
    if match is None:
        if headings.is_prose(section.heading):
            return None, ""
        return None, f"{quoted(content)} has not the form of an entry: a title, then [[paper]](address)."
    title, link = match["title"].strip(), match["link"]
    year = int(match["year"]) if match["year"] else None
    fault = ""
    if not title and not link:
        fault = "An entry without title and link, a place kept free."
    elif not title:
        fault = f"An entry without a title, with the link {quoted(link)}."
    elif not link:
        fault = f"The entry {quoted(title)} has no link."
    elif not re.match(r"https?://[^/\s]+\.[^/\s]+", link):
        fault = f"The link {quoted(link)} of {quoted(title)} is not a web address."
    elif "](" in title or len(title) > _LONGEST_TITLE or not (title + link).isprintable():
        fault = f"The title {quoted(title)} holds what a title does not."
    elif year is not None and not 1950 <= year <= 2100:
        fault = f"The year {year} of {quoted(title)} cannot be."
    if fault:
        return None, fault
    if section.category is None:
        return Entry(
            title, link, None, number, year
        ), f"{quoted(title)} {section.fault or 'stands in no category'}."
    return Entry(title, link, section.category, number, year), ""
