"""The user's overlay: papers added to the catalogue and fields changed, kept apart from the package's data."""

from __future__ import annotations

import itertools
import json
import os
from dataclasses import asdict, dataclass, field, fields, replace
from typing import TYPE_CHECKING, Any, Final

from corpus import disk
from corpus.catalogue import Catalogue
from corpus.catalogue_files import Fields, bibliography, table_row
from corpus.errors import BadCatalogue, IndexLocked, StorageFailed, WrongUse
from corpus.paper import Kind, Paper, TableRow
from corpus.spelling import either, key, nearest

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

EDITABLE: Final = ("title", "authors", "year", "venue", "short_name", "aliases", "categories", "table")
"""The fields of a paper that an edit may replace."""

_LISTS: Final = ("authors", "aliases", "categories")
_REQUIRED: Final = ("title", "categories")  # an edit may change, not empty them
_REMEDY: Final = "Mend the file, or run `duality doctor --mend`, which sets it aside."
_LOCK_SECONDS: Final = 5.0
_VERSION: Final = 1


@dataclass(frozen=True)
class Overlay:
    """What the user has beside, and instead of, the package's catalogue.

    Attributes:
        papers: Papers added, by id.
        edits: For the id of a paper, the fields that replace its own; the names are those in EDITABLE.
    """

    papers: Mapping[str, Paper] = field(default_factory=dict)
    edits: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.papers or self.edits)

    def applied(self, catalogue: Catalogue) -> Catalogue:
        """The catalogue with the papers added and the edits made; applying again changes nothing.

        A paper that the catalogue has by now, under this or another id, is not added again, and an edit of
        an unknown paper is passed over; `idle` lists both.

        Raises:
            BadCatalogue: A category that does not exist, by the id and field that name it.
        """
        if not self:
            return catalogue
        held = catalogue.by_id
        known = _identifiers(catalogue)
        added = [p for p in self.papers.values() if p.id not in held and known.isdisjoint(_marks(p))]
        papers: list[Paper] = []
        for paper in (*catalogue.papers, *added):
            edited = replace(paper, **self.edits[paper.id]) if paper.id in self.edits else paper
            if edited is not paper or paper in added:
                for slug in edited.all_categories:
                    if slug not in catalogue.taxonomy:
                        where = "categories" if slug in edited.categories else "table"
                        raise BadCatalogue(
                            f"overlay.json, {paper.id}, field {where!r}: no category {slug!r}. {_REMEDY}"
                        )
            papers.append(edited)
        # the survey closes the list of curated papers; those added join the list before it
        order = {"curated": 0, "survey": 1, "own": 2}
        return Catalogue(tuple(sorted(papers, key=lambda p: order[p.kind])), catalogue.taxonomy)

    def idle(self, catalogue: Catalogue) -> tuple[str, ...]:
        """Ids of this overlay that change nothing in a catalogue: edits of unknown papers, papers it has itself."""
        held = catalogue.by_id
        known = _identifiers(catalogue)
        unused = [p.id for p in self.papers.values() if p.id in held or not known.isdisjoint(_marks(p))]
        lost = [identity for identity in self.edits if identity not in held and identity not in self.papers]
        return (*unused, *lost)

    def edited(self, paper_id: str, **changes: Any) -> Overlay:
        """This overlay with fields of one paper replaced; whether the paper exists shows when it is applied.

        Args:
            paper_id: The paper's id.
            changes: Values by name, of the names in EDITABLE; lists for authors, aliases and categories.

        Raises:
            WrongUse: A field that cannot be edited, or a value of the wrong kind.
        """
        for name in changes:
            if name not in EDITABLE:
                hint = nearest(name, {key(n): n for n in EDITABLE}) or EDITABLE
                raise WrongUse(f"The field {name!r} of a paper cannot be edited; choose {either(hint)}.")
        row = changes.get("table")
        if isinstance(row, TableRow):
            changes = {**changes, "table": {**asdict(row), "taxonomy_slugs": list(row.taxonomy_slugs)}}
        plain = {name: list(value) if isinstance(value, tuple) else value for name, value in changes.items()}
        try:
            checked = _edit(Fields(plain, "the edit", paper_id, ""))
        except BadCatalogue as error:
            raise WrongUse(str(error).strip()) from None
        return replace(self, edits={**self.edits, paper_id: {**self.edits.get(paper_id, {}), **checked}})

    def with_paper(self, paper: Paper) -> Overlay:
        """This overlay with a paper added, or replaced where its id is there."""
        return replace(self, papers={**self.papers, paper.id: paper})

    def without(self, paper_id: str) -> Overlay:
        """This overlay with nothing on a paper: neither added nor edited."""
        return Overlay(
            {identity: paper for identity, paper in self.papers.items() if identity != paper_id},
            {identity: edit for identity, edit in self.edits.items() if identity != paper_id},
        )


def read(path: Path) -> Overlay:
    """The overlay of a file; an empty one where there is none.

    Raises:
        BadCatalogue: The file is damaged; the sentence names file, record and field, and what to do.
        StorageFailed: The file cannot be read.
    """
    try:
        text = path.read_bytes()
    except FileNotFoundError:
        return Overlay()
    except OSError as error:
        raise StorageFailed(
            f"{path} cannot be read ({error.strerror}): check its permissions, or run `duality doctor --mend`, "
            "which sets it aside."
        ) from error
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BadCatalogue(f"{path} is not JSON ({error}). {_REMEDY}") from None
    whole = Fields(data, path.name, "the whole file", _REMEDY)
    for name in whole.names():
        if name not in ("version", "papers", "edits"):
            raise whole.wrong(name, "this version of Duality does not know it")
    if data.get("version") != _VERSION:
        raise whole.wrong("version", f"expected {_VERSION}, found {data.get('version')!r}")
    papers: dict[str, Paper] = {}
    for record in whole.each("papers"):
        paper = _paper(record)
        if paper.id in papers:
            raise record.wrong("id", f"{paper.id!r} is there twice")
        papers[paper.id] = paper
    edits = whole.inner("edits")
    return Overlay(papers, {} if edits is None else {i: _edit(_of(edits, i)) for i in edits.names()})


def write(path: Path, overlay: Overlay) -> None:
    """Store an overlay at once or not at all; what was there before is kept as `overlay.json.bak`.

    Raises:
        StorageFailed: The disk is full or refuses; what was there is still there.
    """
    try:
        before = path.read_bytes() if path.exists() else _text(Overlay())
        path.parent.mkdir(parents=True, exist_ok=True)
        _replace(backup_of(path), before)
        _replace(path, _text(overlay))
    except OSError as error:
        raise StorageFailed(
            f"{path} cannot be written ({error.strerror}): {disk.why(error, path)}; what was there is unchanged."
        ) from error


def change(path: Path, made: Callable[[Overlay], Overlay]) -> Overlay:
    """Read, change and write an overlay while no other process does; nothing is written where nothing changed.

    Raises:
        IndexLocked: Another process has been changing it for five seconds.
        BadCatalogue: What is there is damaged, and stays as it is.
        StorageFailed: It cannot be written.
    """
    from filelock import FileLock, Timeout

    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(path.with_name(f"{path.name}.lock"), timeout=_LOCK_SECONDS):
            before = read(path)
            after = made(before)
            if after != before:
                write(path, after)
            return after
    except Timeout:
        raise IndexLocked(f"Another process is changing {path}; try again when it is done.") from None


def restore(path: Path) -> tuple[Overlay, Overlay]:
    """Exchange the overlay for its backup, so that undoing twice changes nothing.

    Returns:
        The overlay before, an empty one where that is damaged, and the one now in force.

    Raises:
        WrongUse: There is no backup.
        BadCatalogue: The backup is damaged.
        StorageFailed: It cannot be written.
    """
    backup = backup_of(path)
    if not backup.exists():
        raise WrongUse("There is nothing to undo: the catalogue has not been changed on this machine.")
    after = read(backup)
    try:
        before = read(path)
    except BadCatalogue:
        before = Overlay()
    write(path, after)
    return before, after


def set_aside(path: Path) -> Path:
    """Rename a damaged overlay, so that there is none any more; where it is then. Raises StorageFailed."""
    for number in itertools.count(1):
        aside = path.with_name(f"{path.name}.damaged{'' if number == 1 else f'-{number}'}")
        if not aside.exists():
            break
    try:
        path.rename(aside)
    except OSError as error:
        raise StorageFailed(
            f"{path} cannot be renamed ({error.strerror}): {disk.why(error, path)}."
        ) from error
    return aside


def backup_of(path: Path) -> Path:
    """Where the state before the last write is kept."""
    return path.with_name(f"{path.name}.bak")


def _text(overlay: Overlay) -> bytes:
    data = {
        "version": _VERSION,
        "papers": [_plain(paper) for paper in overlay.papers.values()],
        "edits": {
            identity: {n: asdict(v) if isinstance(v, TableRow) else v for n, v in edit.items()}
            for identity, edit in overlay.edits.items()
        },
    }
    return (json.dumps(data, ensure_ascii=False, indent=1) + "\n").encode()


def _plain(paper: Paper) -> dict[str, Any]:
    """A paper as in papers.json, without the fields that are empty."""
    return {
        name: value for name, value in asdict(paper).items() if value not in (None, ()) and name != "digest"
    }


def _replace(path: Path, text: bytes) -> None:
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        with part.open("wb") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _of(edits: Fields, identity: str) -> Fields:
    inner = edits.inner(identity)
    if inner is None:
        raise edits.wrong(identity, "expected an object, found nothing")
    return inner


def _edit(f: Fields) -> dict[str, Any]:
    changed: dict[str, Any] = {}
    for name in f.names():
        if name in _LISTS:
            changed[name] = f.texts(name)
        elif name == "year":
            changed[name] = f.year(name) if f.has(name) else None
        elif name == "table":
            row = f.inner(name)
            changed[name] = None if row is None else table_row(row)
        elif name in EDITABLE:
            changed[name] = f.maybe(name)
        else:
            raise f.wrong(name, f"cannot be edited; {either(EDITABLE)} can")
        if name in _REQUIRED and not changed[name]:
            raise f.wrong(name, "must not be empty")
    return changed


def _paper(f: Fields) -> Paper:
    """A paper added; unlike the package's it may lack year and confidence, and has no digest."""
    kinds: tuple[Kind, ...] = ("curated", "own")
    kind = f.maybe("kind") or "curated"
    if kind not in kinds:
        raise f.wrong("kind", f"expected {either(kinds)}, found {kind!r}")
    for name in f.names():
        if name not in {known.name for known in fields(Paper)} - {"digest"}:
            raise f.wrong(name, "a paper has no such field")
    row = f.inner("table")
    paper = Paper(
        id=f.text("id"),
        year=f.year("year") if f.has("year") else None,
        **bibliography(f),
        table=None if row is None else table_row(row),
        kind=kinds[kinds.index(kind)],
        confidence=f.confidence() if f.has("confidence") else None,
    )
    if not paper.id.replace("-", "").isalnum() or not paper.id.isascii():
        raise f.wrong("id", "expected letters, digits and hyphens only")
    if paper.pdf_url and not paper.pdf_url.startswith("https://"):
        raise f.wrong("pdf_url", f"{paper.pdf_url!r} is not an https address")
    if paper.kind == "curated" and not paper.categories:
        raise f.wrong("categories", "expected at least one category")
    return paper


def _marks(paper: Paper) -> set[str]:
    named = {"arxiv": paper.arxiv, "doi": paper.doi, "openreview": paper.openreview}
    return {f"{scheme}:{value.lower()}" for scheme, value in named.items() if value}


def _identifiers(catalogue: Catalogue) -> set[str]:
    return {mark for paper in catalogue.papers for mark in _marks(paper)}
