"""What is answered without looking anything up: greetings, thanks, what this is for, and what it is not for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from assistant.answer import Answer

if TYPE_CHECKING:
    from assistant.asking.request import Request
    from corpus.catalogue import Catalogue

TRY: Final = (
    "How does Eureka write reward functions?",
    "Compare Eureka with Text2Reward",
    "Which papers use world models?",
)


def told(request: Request, catalogue: Catalogue) -> Answer | None:
    """The answer to small talk and to what is no question for these papers; None for any other request."""
    papers = f"{len(catalogue.papers)} papers on generative AI and reinforcement learning in robotics"
    tries = " ".join(f"“{question}”" for question in TRY)
    if request.kind == "greeting":
        said = f"Hello. I answer questions from {papers}, each sentence with the page it rests on. Three things to try: {tries}"
    elif request.kind == "thanks":
        said = "You are welcome. Ask on, or begin anew whenever you like."
    elif request.kind == "help":
        said = (
            f"I answer from {papers}, and from PDFs that you add; I do not look anything up elsewhere. You can ask for a fact "
            "or an explanation of a paper, for the work that fits a description, for papers by category, author, venue or "
            "year, for a figure, table or section by its number, for a summary of a paper, category or topic, and for a "
            "comparison of two to four papers or categories. Every sentence names its page; click its number to see it. "
            f"Three things to try: {tries}"
        )
    elif request.kind == "outside":
        said = (
            f"That is nothing I can help with: I only answer questions about {papers}. If you meant one of these papers, "
            f"name it. Three things to try: {tries}"
        )
    else:
        return None
    return Answer(
        question=request.typed,
        standalone=request.asked,
        refused=request.kind == "outside",
        claims=(),
        sources=(),
        model="none (nothing was looked up)",
        lead=said,
        notes=request.notes,
    )
