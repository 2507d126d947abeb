"""Evidence made by hand, for tests of what is written from it."""

from __future__ import annotations

from assistant.evidence import Evidence, gathered
from corpus import catalogue as catalogues
from corpus.passages import Span
from index.embedders import HashingEmbedder
from index.passage_store import StoredPassage
from index.search import Hit

LMA3, OCTO, DIFFUSER = "colas2023lma3", "ghosh2024octo", "ajay2022decisiondiffuser"
COST = "A given seed of LMA3 runs for 10k episodes and costs about USD 240."
KITCHEN = "The agent is placed in a kitchen filled with furniture."
HOURS = "Training the larger model took 14 hours on a TPU v4-128 pod."
DROPPED = "We choose the probability of removing the conditioning information to be 0.25."


def hit(rank, paper, *said, source="pdf", page=3, label=None, spans=None, labels=(), kind="body"):
    """A hit whose passage holds these sentences on one page."""
    text = " ".join(said)
    if source == "pdf":
        spans = spans or (Span(page, 100, 100 + len(text)),)
    passage = StoredPassage(
        f"p{rank}", paper, source, kind, "Method", text, spans or (), len(text) // 4, rank, rank
    )
    shown = page if source == "pdf" else None
    return Hit(rank, passage, shown, label or (str(page) if shown else None), 1.0 / rank, 0.8, labels)


def hits():
    """Three papers: LMA3's cost on page 10, Octo's hours on page 6, Decision Diffuser known from its digest."""
    return [
        hit(1, LMA3, KITCHEN, COST, page=10),
        hit(2, OCTO, HOURS, "The gripper retries after a failed grasp.", page=6, label="vi"),
        hit(3, DIFFUSER, DROPPED, source="digest"),
    ]


def evidence(question="What does a seed cost?", found=None) -> Evidence:
    """The hits as evidence."""
    return gathered(question, found if found is not None else hits(), catalogues.load(), HashingEmbedder())
