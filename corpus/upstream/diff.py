"""Upstream held against the catalogue: what is new, moved, retitled, changed in a table, or gone.

Three states are compared: the package's catalogue, the same with the user's overlay, and upstream. Where upstream
agrees with the package, an edit of the user's own stays; where it agrees with the overlay, nothing differs.
"""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any, Final

from corpus.paper import TableRow
from corpus.spelling import distinct, key, words
from corpus.upstream import corrections as known_errors
from corpus.upstream import links, new_papers
from corpus.upstream.changes import Change, Difference, Kept
from corpus.upstream.listing import Unclear, quoted
from corpus.upstream.readme import NAME

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from corpus.catalogue import Catalogue
    from corpus.overlay import Overlay
    from corpus.paper import Paper
    from corpus.upstream.listing import Entry, Row, Upstream

_ALIKE: Final = 0.5  # share of words that a new title must have in common with the old one
_DERIVED: Final = ("taxonomy_slugs", "table_category")  # follow from other cells


def compare(
    upstream: Upstream, package: Catalogue, overlay: Overlay, own: tuple[Paper, ...] = ()
) -> Difference:
    """What upstream has otherwise.

    Args:
        upstream: The survey's repository as it was read.
        package: The catalogue that comes with the package, or the same with own papers.
        overlay: The user's overlay.
        own: The user's own papers: a new entry that is one of them is marked.

    Raises:
        BadCatalogue: The overlay names a category that does not exist.
    """
    return _Comparison(upstream, package, overlay, own).made()


class _Comparison:
    def __init__(
        self, upstream: Upstream, package: Catalogue, overlay: Overlay, own: tuple[Paper, ...]
    ) -> None:
        self.upstream = upstream
        self.taxonomy = package.taxonomy
        self.overlay = overlay
        self.own = own
        now = overlay.applied(package)
        self.now = {paper.id: paper for paper in now.papers if paper.kind == "curated"}
        # before the user's edits: a paper of the overlay as it was added, any other as the package has it
        self.base = {
            i: overlay.papers[i] if i in overlay.papers and i not in package.by_id else package.by_id[i]
            for i in self.now
        }
        self.taken = {*now.by_id, *(paper.id for paper in own)}
        self.errors = known_errors.load()
        self.changes: list[Change] = []
        self.kept: list[Kept] = []
        self.unclear = list(upstream.unclear)
        self._by_mark = {mark: paper.id for paper in self.base.values() for mark in _marks(paper)}
        self._by_title: dict[str, set[str]] = {}
        for identity, paper in (*self.base.items(), *self.now.items()):
            for title in (paper.title, *paper.upstream_titles):
                self._by_title.setdefault(key(title), set()).add(identity)

    def made(self) -> Difference:
        listed: dict[str, list[Entry]] = {}
        unknown: list[Entry] = []
        for entry in self.upstream.entries:
            identity = self._identified(entry)
            if identity:
                listed.setdefault(identity, []).append(entry)
            elif identity is None and entry.category is not None:
                unknown.append(entry)
        added = list(self._new(unknown))
        for identity, entries in listed.items():
            self._entries(self.base[identity], self.now[identity], entries)
        for identity, paper in self.now.items():
            if identity not in listed:
                note = "stays in the catalogue: a sync removes nothing"
                self.changes.append(
                    Change("removed", identity, paper.title, "", paper.categories, None, NAME, note)
                )
        self._tables(added, listed)
        self.kept += [
            Kept(
                "spelling",
                "",
                f"{slip.found} ({slip.file}, {slip.where})",
                slip.meant,
                self.errors.spelling(slip.found) or "misspelt",
            )
            for slip in self.upstream.slips
        ]
        return Difference(
            tuple(self.changes),
            tuple(self.kept),
            tuple(self.unclear),
            len(self.upstream.entries),
            len(self.upstream.rows),
        )

    # --- the list ---

    def _identified(self, entry: Entry) -> str | None:
        """The paper of an entry; None for a new one, "" where link and title contradict each other."""
        by_link = next((self._by_mark[m] for m in links.read(entry.link).marks() if m in self._by_mark), None)
        by_title = self._by_title.get(key(entry.title), set())
        if by_link is None:
            return next(iter(by_title)) if len(by_title) == 1 else None
        if by_title and by_link not in by_title:
            other = self.now[next(iter(by_title))]
            return self._doubted(entry, f"its link is that of {by_link}, its title that of {other.id}")
        paper = self.now[by_link]
        known = {*(key(t) for t in (paper.title, *paper.names, *self.base[by_link].names))}
        if key(entry.title) not in known and not any(
            _alike(entry.title, title) for title in (paper.title, *paper.upstream_titles)
        ):
            return self._doubted(
                entry, f"its link is that of {by_link}, {quoted(paper.title)}, but its title is not"
            )
        return by_link

    def _doubted(self, entry: Entry, why: str) -> str:
        self.unclear.append(
            Unclear(NAME, f"line {entry.line}", f"{quoted(entry.title)}: {why}; look which is right.")
        )
        return ""

    def _entries(self, base: Paper, now: Paper, entries: list[Entry]) -> None:
        """Title, links, duplicates and categories of one paper."""
        self._title(base, now, entries)
        self._links(now, entries)
        if len(entries) > 1:
            why = self.errors.duplicates.get(now.id)
            sections = distinct(entry.category or "" for entry in entries)
            if why or len(sections) < len(entries):
                lines = ", ".join(str(entry.line) for entry in entries)
                why = why or "listed twice in one section; it is one paper"
                self.kept.append(
                    Kept("duplicate", now.id, f"{len(entries)} entries (lines {lines})", "one paper", why)
                )
        if any(entry.category is None for entry in entries):
            return  # where one of its entries is filed is not known, so neither is whether it moved
        theirs = tuple(distinct(entry.category or "" for entry in entries))
        listed, right, why = self.errors.categories.get(now.id, ((), (), ""))
        if right and set(theirs) == set(listed) and set(base.categories) == set(right):
            self.kept.append(Kept("category", now.id, self._named(theirs), self._named(right), why))
            theirs = right
        if set(theirs) == set(now.categories):
            return
        if set(theirs) == set(base.categories):
            self.kept.append(Kept("yours", now.id, self._named(theirs), self._named(now.categories), _YOURS))
            return
        where = f"{NAME}, line {', '.join(str(entry.line) for entry in entries)}"
        note = _REPLACED if set(now.categories) != set(base.categories) else ""
        self.changes.append(
            Change("moved", now.id, now.title, "categories", now.categories, theirs, where, note)
        )

    def _title(self, base: Paper, now: Paper, entries: list[Entry]) -> None:
        errors = {key(c.upstream): c for c in self.errors.titles.get(now.id, ())}
        known = {key(title) for title in (now.title, *base.upstream_titles, *base.aliases)}
        for entry in {key(entry.title): entry for entry in entries}.values():
            theirs = key(entry.title)
            if theirs == key(now.title):
                continue
            if error := errors.get(theirs):
                self.kept.append(Kept("title", now.id, entry.title, now.title, error.why))
            elif theirs == key(base.title):
                self.kept.append(Kept("yours", now.id, entry.title, now.title, _YOURS))
            elif theirs not in known:
                where = f"{NAME}, line {entry.line}"
                note = _REPLACED if now.title != base.title else ""
                self.changes.append(
                    Change("retitled", now.id, now.title, "title", now.title, entry.title, where, note)
                )

    def _links(self, now: Paper, entries: list[Entry]) -> None:
        error = self.errors.links.get(now.id)
        for entry in entries:
            marks = links.read(entry.link).marks()
            if error and marks == links.read(error.upstream).marks():
                self.kept.append(Kept("link", now.id, entry.link, error.right, error.why))
            elif marks.isdisjoint(_marks(now)):
                note = "shown only: a sync takes over no link"
                where = f"{NAME}, line {entry.line}"
                self.changes.append(
                    Change("relinked", now.id, now.title, "url", now.url, entry.link, where, note)
                )

    def _new(self, entries: list[Entry]) -> Iterator[Paper]:
        """The papers that are not in the catalogue; entries with one link or one title are one paper."""
        groups: list[tuple[set[str], list[Entry]]] = []
        for entry in entries:
            marks = {*links.read(entry.link).marks(), f"title:{key(entry.title)}"}
            same = next((group for group in groups if not group[0].isdisjoint(marks)), None)
            if same:
                same[0].update(marks)
                same[1].append(entry)
            else:
                groups.append((marks, [entry]))
        for marks, group in groups:
            paper = new_papers.record(group, self.taken)
            self.taken.add(paper.id)
            mine = next(
                (p for p in self.own if not marks.isdisjoint({*_marks(p), f"title:{key(p.title)}"})), None
            )
            note = (
                f"you have it as your own paper {mine.id}; `duality remove {mine.id}` avoids having it twice"
                if mine
                else ""
            )
            where = f"{NAME}, line {', '.join(str(entry.line) for entry in group)}"
            self.changes.append(
                Change("new", paper.id, paper.title, "", None, paper.categories, where, note, paper)
            )
            yield paper

    # --- the tables ---

    def _tables(self, added: list[Paper], listed: Collection[str]) -> None:
        rows = {
            p.table.upstream_key.casefold(): i
            for papers in (self.base, self.now)
            for i, p in papers.items()
            if p.table
        }
        frameworks = {
            (p.table.source_table, key(p.table.framework)): i for i, p in self.now.items() if p.table
        }
        met: dict[str, int] = {}
        for row in self.upstream.rows:
            table = row.table
            where = f"row {row.number}"
            identity = (
                rows.get(table.upstream_key.casefold())
                or frameworks.get((table.source_table, key(table.framework)))
                or self._of_framework(table, added)
            )
            if identity is None:
                what = f"The row {quoted(table.framework)} with the key {quoted(table.upstream_key)} is of no paper in the list."
                self.unclear.append(Unclear(table.source_table, where, what))
            elif identity in met:
                what = f"A second row of {identity}: only the first is taken."
                self.unclear.append(Unclear(table.source_table, where, what))
            elif identity in self.now:
                met[identity] = row.number
                self._row(self.base[identity], self.now[identity], row)
            else:  # of a paper that is new itself
                met[identity] = row.number
                paper = next(p for p in added if p.id == identity)
                self._cells(paper.id, paper.title, row, None, None)
        seen = {key_.casefold() for key_ in self.upstream.keys}
        for identity, paper in self.now.items():
            mine = paper.table
            if (
                mine
                and identity in listed  # else the whole paper is shown as gone
                and identity not in met
                and mine.source_table in self.upstream.tables
                and (mine.upstream_key.casefold() not in seen)
            ):
                note = "stays in the catalogue: a sync removes nothing"
                self.changes.append(
                    Change(
                        "removed",
                        identity,
                        paper.title,
                        "table",
                        mine.framework,
                        None,
                        mine.source_table,
                        note,
                    )
                )

    def _of_framework(self, table: TableRow, added: list[Paper]) -> str | None:
        """The paper without a row that is called as the row's framework, if there is just one."""
        called = key(table.framework)
        found = {
            paper.id
            for paper in (*self.now.values(), *added)
            if paper.table is None and called in {key(name) for name in paper.names}
        }
        return found.pop() if len(found) == 1 else None

    def _row(self, base: Paper, now: Paper, row: Row) -> None:
        self._cells(now.id, now.title, row, now.table, base.table)

    def _cells(
        self, identity: str, title: str, row: Row, now: TableRow | None, base: TableRow | None
    ) -> None:
        theirs = row.table
        where = f"{theirs.source_table}, row {row.number}"
        changed: list[tuple[str, Any, Any, str]] = []
        values: dict[str, Any] = {field.name: getattr(theirs, field.name) for field in fields(TableRow)}
        for name, value in values.items():
            mine, packed = getattr(now, name, None), getattr(base, name, None)
            if name in _DERIVED or _same(value, mine):
                continue
            if now is not None and base is not None and _same(value, packed):
                self.kept.append(Kept("yours", identity, str(value), str(mine), _YOURS))
                values[name] = mine
                continue
            note = _REPLACED if base is not None and not _same(mine, packed) else ""
            changed.append((name, mine, value, note))
        row_after = TableRow(**values)
        for name, mine, value, note in changed:
            self.changes.append(
                Change("table", identity, title, name, mine, value, where, note, row=row_after)
            )

    def _named(self, slugs: tuple[str, ...]) -> str:
        return "; ".join(self.taxonomy.path_name(slug) if slug in self.taxonomy else slug for slug in slugs)


_YOURS: Final = "edited in your overlay; upstream has what the package has"
_REPLACED: Final = "replaces an edit of yours"


def _marks(paper: Paper) -> set[str]:
    """Everything by which a link can be the paper's."""
    named = {"arxiv": paper.arxiv, "doi": paper.doi, "openreview": paper.openreview}
    marks = {f"{scheme}:{value.lower()}" for scheme, value in named.items() if value}
    for url in (paper.url, paper.pdf_url):
        if url:
            marks |= links.read(url).marks()
    return marks


def _alike(one: str, other: str) -> bool:
    mine, theirs = set(words(one)), set(words(other))
    return len(mine & theirs) >= _ALIKE * min(len(mine), len(theirs))


def _same(one: Any, other: Any) -> bool:
    """Whether two cells say the same: white space does not count."""
    if isinstance(one, str) and isinstance(other, str):
        return one.split() == other.split()
    return bool(one == other)
