"""Small indexes for tests: a catalogue of a few papers, the hashing embedder, PDFs written on the spot."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant.settings import Home, load
from assistant.workspace import Workspace
from corpus import catalogue as catalogues
from index.build import Builder, Report
from index.embedders import HashingEmbedder
from index.lock import writing
from index.search import Search
from tests import pdfs

if TYPE_CHECKING:
    from pathlib import Path

    from corpus.catalogue import Catalogue
    from corpus.passages import Cutting

LMA3, OCTO, DIFFUSER = "colas2023lma3", "ghosh2024octo", "ajay2022decisiondiffuser"
COST = "A given seed of our agent runs for ten thousand episodes and costs about USD 240 in total."
KITCHEN = "The agent cooks in a kitchen of words and invents goals of its own while it plays."
BLINKING = "Lasers blink so quickly that the camera of the quadruped never notices a single one."


class CountingEmbedder(HashingEmbedder):
    """The hashing embedder, counting the texts it was given to index."""

    def __init__(self) -> None:
        self.texts = 0

    def embed(self, texts, progress=None):
        """As the hashing embedder's."""
        self.texts += len(texts)
        return super().embed(texts, progress)


def few(*ids: str) -> Catalogue:
    """The curated catalogue cut down to these papers."""
    whole = catalogues.load()
    return catalogues.Catalogue(
        tuple(whole.by_id[paper] for paper in ids or (LMA3, OCTO, DIFFUSER)), whole.taxonomy
    )


def paper(path: Path, *texts: str, title: str = "", stamp: str = "") -> Path:
    """A PDF with a section for each text; named as a paper of the catalogue, it has that paper's title."""
    known = catalogues.load().by_id.get(path.stem)
    title = title or (known.title if known else f"A Paper Made for Tests of {path.stem}")
    sections = {f"{number} Part {number}": text for number, text in enumerate(texts, start=1)}
    return pdfs.simple_paper(path, title=title, sections=sections, stamp=stamp)


def build(
    directory: Path,
    *paths: Path,
    catalogue: Catalogue | None = None,
    embedder: HashingEmbedder | None = None,
    cutting: Cutting | None = None,
    progress=None,
) -> Report:
    """One whole build, as a workspace makes it; the report is that of the PDFs."""
    with writing(directory, "a test") as after_kill:
        builder = Builder(directory, catalogue or few(), embedder or HashingEmbedder(), cutting)
        builder.add_catalogue(progress)
        report = builder.add_pdfs(paths, progress)
        report.compacted = builder.finish(after_kill=after_kill)
        builder.generation.close()
    return report


def search(directory: Path, catalogue: Catalogue | None = None) -> Search:
    """A search over the index directory."""
    return Search(directory, catalogue or few(), HashingEmbedder())


def texts(found) -> str:
    """The text of all hits."""
    return "\n".join(hit.passage.text for hit in found)


def workspace(home: Path, **overrides) -> Workspace:
    """A workspace of this home whose embedder needs no weights; keys as in settings, `__` for the point."""
    settings = load({name.replace("__", "."): value for name, value in overrides.items()}, home=Home(home))
    opened = Workspace(settings, Home(home))
    opened.__dict__["embedder"] = HashingEmbedder()
    return opened
