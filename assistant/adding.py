"""Adding papers: files, folders, arXiv ids and addresses become papers that can be asked about."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Final, Literal
from urllib.parse import parse_qs, urlsplit

from assistant.arxiv import ArxivId, arxiv_id
from assistant.arxiv import record as arxiv_record
from assistant.proposing import Proposal, about, proposed
from corpus import overlay as overlays
from corpus.errors import DualityError, UnreadableDocument, WrongUse
from corpus.paper import Paper
from index import generation as generations

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from assistant.arxiv import ArxivRecord
    from assistant.workspace import Workspace
    from index.build import Progress, Result

PAUSE_SECONDS: Final = 3.0  # between two requests to one host; arXiv's terms of use ask for three
Outcome = Literal["added", "there", "refused"]


@dataclass(frozen=True, slots=True)
class Added:
    """What became of one file or address.

    Attributes:
        given: As the user gave it; for a file of a folder its path.
        outcome: "there" can be searched already; "refused" cannot, and `note` says why.
        paper: The paper it is; None where it was refused.
        note: What to know of it, as a sentence; may be empty.
        proposals: Categories proposed for a new paper of the user's own, the best first.
        exit_code: The kind of error it was refused with (`corpus.errors`); 0 where it was not.
    """

    given: str
    outcome: Outcome
    paper: Paper | None = None
    note: str = ""
    proposals: tuple[Proposal, ...] = ()
    exit_code: int = 0


@dataclass(frozen=True, slots=True)
class _Wanted:
    """Something to fetch: the paper as far as it is known, and where its PDF goes."""

    given: str
    paper: Paper
    folder: Path
    arxiv: ArxivId | None = None


def add(
    workspace: Workspace,
    given: Sequence[str],
    categories: Sequence[str] = (),
    progress: Progress | None = None,
    told: Callable[[str], None] | None = None,
) -> list[Added]:
    """Add files, folders of PDFs, arXiv ids and addresses; each gets its line, whatever becomes of the others.

    A PDF of a curated paper becomes that paper's; any other becomes a paper of the user's own, with what it says
    of itself, or arXiv says of it, filed under `categories` or under those proposed.

    Args:
        workspace: What is added to.
        given: What to add.
        categories: Names of categories for the papers of the user's own.
        progress: Told of each step of the indexing.
        told: Told in words of what is fetched.

    Raises:
        WrongUse: An unknown category; nothing is added then.
        IndexLocked: Another process is writing.
    """
    catalogue = workspace.catalogue
    slugs = list(dict.fromkeys(catalogue.category(name).slug for name in categories))
    found: dict[str, Added] = {}
    paths: dict[Path, str] = {}
    records: dict[Path, ArxivRecord] = {}
    wanted: list[_Wanted] = []
    for text in dict.fromkeys(given):
        try:
            here = _files(text)
            if here is None:
                wanted.append(_wanted(text, workspace))
            else:
                paths |= {path: text if len(here) == 1 else str(path) for path in here}
        except DualityError as error:
            found[text] = _refused(text, error)
    for one in wanted:
        try:
            path, record = _fetched(one, workspace, told or (lambda _: None))
            paths[path] = one.given
            if record is not None:
                records[path] = record
        except DualityError as error:
            found[one.given] = _refused(one.given, error)
    if paths:
        report = workspace.index_pdfs(list(paths), progress, again=True)
        results = {path: report.files[str(path)] for path in paths}
        _keep_known(workspace, results, records, slugs)
        for path, result in results.items():
            found[paths[path]] = _added(paths[path], result, workspace, slugs)
    order = [*dict.fromkeys(given), *found]
    return [found[name] for name in dict.fromkeys(order) if name in found]


def proposals_for(workspace: Workspace, paper: Paper) -> list[Proposal]:
    """The categories proposed for an indexed paper, the best first. Errors as for `proposed`."""
    from functools import partial

    from index.vector_cache import VectorCache

    passages = generations.current(workspace.home.index).passages.of_paper(paper.id)
    embed = partial(VectorCache(workspace.home.index / "vectors.sqlite").embed, embedder=workspace.embedder)
    return proposed(about(paper, passages), workspace.curated_catalogue, embed)


def _files(text: str) -> list[Path] | None:
    """The PDFs that a text names on this machine; None where it names none, but may be something to fetch."""
    path = Path(text).expanduser()
    try:
        if path.is_dir():
            pdfs = sorted(p for p in path.rglob("*") if p.suffix.lower() == ".pdf" and p.is_file())
            if not pdfs:
                raise UnreadableDocument(f"{text} holds no PDFs.")
            return pdfs
        if path.exists():
            return [path]
    except (OSError, ValueError):  # a name that no file can have
        pass
    if arxiv_id(text) is not None or re.match(r"https?://", text, re.IGNORECASE):
        return None
    if path.suffix.lower() == ".pdf":
        raise WrongUse(f"There is no file {text}.")
    raise WrongUse(f"{text} is neither a file nor a folder here, nor an arXiv id, nor an http address.")


def _wanted(text: str, workspace: Workspace) -> _Wanted:
    """What to fetch for an arXiv id or an address: a curated paper's PDF, or one for the user's own folder."""
    catalogue, home = workspace.catalogue, workspace.home
    identity = arxiv_id(text)
    if identity is not None:
        for paper in catalogue.papers:
            if paper.kind != "own" and paper.arxiv == identity.id:
                return _Wanted(text, paper, home.pdfs, identity)
        stem = identity.id.replace("/", "-")
        paper = Paper(stem, identity.id, arxiv=identity.id, pdf_url=identity.pdf_url)
        return _Wanted(text, paper, home.uploads, identity)
    parts = urlsplit(text)
    if not parts.hostname:
        raise WrongUse(f"{text} is no address: it should look like https://host/paper.pdf.")
    url, name = text, PurePosixPath(parts.path).name
    if parts.hostname.endswith("openreview.net") and (forum := parse_qs(parts.query).get("id")):
        url, name = f"{parts.scheme}://{parts.netloc}/pdf?id={forum[0]}", f"openreview-{forum[0]}"
    stem = re.sub(r"[^a-z0-9._-]+", "-", name.removesuffix(".pdf").lower()).strip("-._")[:80]
    return _Wanted(text, Paper(stem or parts.hostname, text, pdf_url=url), home.uploads)


def _fetched(
    wanted: _Wanted, workspace: Workspace, told: Callable[[str], None]
) -> tuple[Path, ArxivRecord | None]:
    """The PDF on this machine, and what arXiv says of it.

    Raises:
        UnreadableDocument: It did not come, and why.
        Unreachable: The host does not answer.
    """
    from corpus.fetching import fetch

    contact = workspace.settings.fetch.contact
    told(f"fetching {wanted.given} …")

    def progress(step: object) -> None:
        done, total = getattr(step, "done", 0), getattr(step, "total", None)
        note = getattr(step, "note", "")
        size = f"{done / 1e6:.1f} of {total / 1e6:.1f} MB" if total else f"{done / 1e6:.1f} MB"
        told(f"fetching {wanted.given}: {note or size}")

    queue = workspace.home.root  # one pause between requests, whatever folder they fill
    for result in fetch([wanted.paper], wanted.folder, contact, progress=progress, queue=queue):
        if result.path is None:
            raise UnreadableDocument(
                f"{wanted.given} was not fetched: {result.note}. {result.remedy}".strip()
            )
        record = None
        if wanted.arxiv is not None and wanted.paper.kind == "own":
            known = workspace.catalogue.by_id.get(wanted.paper.id)
            if known is None:  # else it was asked before
                told(f"asking arXiv about {wanted.given} …")
                record = _asked(wanted.arxiv, contact, came=result.outcome == "fetched")
        return result.path, record
    raise UnreadableDocument(f"{wanted.given} was not fetched: stopped.")


def _asked(identity: ArxivId, contact: str | None, *, came: bool) -> ArxivRecord | None:
    import time

    if came:
        time.sleep(PAUSE_SECONDS)
    return arxiv_record(identity, contact)


def _keep_known(
    workspace: Workspace,
    results: dict[Path, Result],
    records: dict[Path, ArxivRecord],
    slugs: Sequence[str],
) -> None:
    """Write to the user's overlay what the PDFs do not say: arXiv's record, and the categories asked for."""
    catalogue = workspace.catalogue
    edits: dict[str, dict[str, object]] = {}
    for path, result in results.items():
        paper = catalogue.by_id.get(result.paper)
        if paper is None or paper.kind != "own" or result.what == "refused":
            continue
        edit: dict[str, object] = {}
        if record := records.get(path):
            edit = {"title": record.title, "authors": list(record.authors)}
            if record.year is not None:
                edit["year"] = record.year
        if slugs:
            edit["categories"] = list(slugs)
        if edit:
            edits[paper.id] = edit
    if edits:
        edit_papers(workspace, edits)


def edit_papers(workspace: Workspace, edits: dict[str, dict[str, object]]) -> None:
    """Write changes of the user's own papers to the overlay, and let the keyword index know their names.

    Args:
        workspace: Whose papers.
        edits: For each id the fields to replace, of those in `corpus.overlay.EDITABLE`.

    Raises:
        WrongUse: A field that cannot be edited.
        IndexLocked: Another process is changing the overlay.
    """

    def made(overlay: overlays.Overlay) -> overlays.Overlay:
        for identity, edit in edits.items():
            overlay = overlay.edited(identity, **edit)
        return overlay

    overlays.change(workspace.home.overlay, made)
    renamed = [
        identity for identity, edit in edits.items() if {"title", "short_name", "aliases"} & edit.keys()
    ]
    if renamed:
        store = generations.current(workspace.home.index).passages
        for identity in renamed:
            store.rename(identity, " ".join(workspace.catalogue.by_id[identity].names))


def _refused(given: str, error: DualityError) -> Added:
    return Added(given, "refused", None, str(error), exit_code=error.exit_code)


def _added(given: str, result: Result, workspace: Workspace, slugs: Sequence[str]) -> Added:
    paper = workspace.catalogue.by_id.get(result.paper)
    if result.what == "refused" or paper is None:
        return _refused(given, UnreadableDocument(result.note))
    note = "; ".join(filter(None, (result.note.rstrip("."), _filing(paper, result, workspace, slugs))))
    if result.what != "indexed":
        return Added(given, "there", paper, note)
    undecided = paper.kind == "own" and (not paper.categories or bool(paper.proposed))
    proposals = proposals_for(workspace, paper) if undecided else []
    return Added(given, "added", paper, note, tuple(proposals))


def _filing(paper: Paper, result: Result, workspace: Workspace, slugs: Sequence[str]) -> str:
    """What became of the categories asked for, where the list of what was added does not show it."""
    if slugs and paper.kind != "own":
        return f"{paper.label} is a paper of the survey's list: its categories stay as they are"
    if slugs and result.what != "indexed":
        taxonomy = workspace.catalogue.taxonomy
        return f"{paper.label} is filed under {'; '.join(map(taxonomy.path_name, slugs))} now"
    return ""
