"""What is to be summarised: a paper, a category or a topic, from the words of a user."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from assistant.asking.typed import checked
from assistant.meant import meant, named_category, prefixed, unknown
from assistant.summaries.summary import Subject
from corpus.errors import WrongUse
from corpus.naming import mentions
from index.words import STOP_WORDS

if TYPE_CHECKING:
    from assistant.summaries.summary import Length
    from corpus.catalogue import Catalogue, Category, Paper

REQUEST = re.compile(
    r"^\W*(?:please\s+|can you\s+|could you\s+|i (?:want|need|would like)\s+|give me\s+|write\s+|show me\s+|make\s+)*"
    r"(?:summari[sz]e|sum up|tl;?dr(?:\s+of)?|"
    r"(?:an?|the)?\s*(?:(?:short|brief|long|one-line|one-page|cited)\s+)*(?:summary|overview|digest|synopsis) (?:of|on|about))"
    r"\b\s*:?\s*(?P<rest>.+)$",
    re.IGNORECASE | re.DOTALL,
)
LENGTHS: tuple[tuple[Length, re.Pattern[str]], ...] = (
    ("line", re.compile(r"\s*[,(]?\s*\b(?:in (?:a|one|a single|1) (?:line|sentence)|one-line|one-sentence|as a one-liner)\b\)?|^\W*tl;?dr\b", re.IGNORECASE)),
    ("paragraph", re.compile(r"\s*[,(]?\s*\b(?:in (?:a|one|1|a short|a single) paragraph|in (?:a few|two|three) sentences|in short|in brief|briefly|short|brief)\b\)?", re.IGNORECASE)),
    ("page", re.compile(r"\s*[,(]?\s*\b(?:on|in) (?:a|one|1) page\b\)?|\bin detail\b|\bdetailed\b|\bone-page\b", re.IGNORECASE)),
)  # fmt: skip
CATEGORY = re.compile(r"^(?:the\s+)?category\s*:?\s+(?:of\s+)?(?P<name>.+)$", re.IGNORECASE)
FRAME = STOP_WORDS | frozenset(
    """paper papers work works article category section literature research field approach approaches method methods
    line page paragraph sentence short brief briefly""".split()
)


def of_paper(paper: Paper, others: tuple[str, ...] = (), note: str = "") -> Subject:
    """A paper as a subject."""
    return Subject(paper.label, "paper", paper.id, (paper.id,), others, note)


def of_category(
    category: Category, catalogue: Catalogue, others: tuple[str, ...] = (), note: str = ""
) -> Subject:
    """A category as a subject.

    Raises:
        WrongUse: No paper is filed under it.
    """
    papers = tuple(paper.id for paper in catalogue.papers_of(category))
    if not papers:
        above = next(
            (a for a in reversed(catalogue.taxonomy.ancestors(category.slug)) if catalogue.papers_of(a)), None
        )
        hint = f" `duality summarize --category {above.slug}` takes in what is above it." if above else ""
        raise WrongUse(f"No paper is filed under {category.slug}, so there is nothing to summarise.{hint}")
    return Subject(
        catalogue.taxonomy.path_name(category.slug), "category", category.slug, papers, others, note
    )


def of_topic(text: str) -> Subject:
    """A topic in the user's words. Raises WrongUse where it is empty or far too long."""
    text = " ".join(checked(text).split())
    return Subject(text, "topic", text)


def resolved(name: str, catalogue: Catalogue) -> Subject:
    """The paper or category that `name` means; "paper:…", "category:…" and "topic:…" say which.

    Where both are called so, the spelling decides as it does in a question, and the subject's note says
    how to have the other.

    Raises:
        WrongUse: Nothing is called so (the nearest names are given), or several papers are.
    """
    kind, rest = prefixed(" ".join(checked(name).split()))
    if kind == "paper":
        return of_paper(catalogue.paper(rest))
    if kind == "category":
        return of_category(catalogue.category(rest), catalogue)
    if kind == "topic":
        return of_topic(rest)
    found = meant(name := " ".join(name.split()), catalogue)
    if found.paper:
        return of_paper(found.paper, found.others, found.note)
    if found.category:
        return of_category(found.category, catalogue, found.others, found.note)
    topic = 'For any papers on a subject: duality summarize --topic "…".'
    raise WrongUse(f"{unknown(name, catalogue)} {topic}")


def cut_to_length(text: str) -> tuple[str, Length]:
    """A request without the words that say how long a summary shall be, and that length; a page where none do."""
    for name, pattern in LENGTHS:
        if pattern.search(text):
            kept = text if text.lower().lstrip().startswith("tl") else pattern.sub("", text)
            return kept.strip(), name
    return text, "page"


def requested(text: str, catalogue: Catalogue) -> Subject | None:
    """The subject of a request in a conversation, "summarise Eureka"; None for any other question.

    What names no paper or category alone is a topic: "summarise how diffusion models are used for rewards".
    """
    match = REQUEST.match(text.strip())
    if match is None:
        return None
    rest = match["rest"].strip().rstrip("?.! ")
    if not re.search(r"\w", rest):
        return None
    if (said := CATEGORY.match(rest)) and (category := named_category(said["name"], catalogue)) is not None:
        return of_category(category, catalogue)
    found = mentions(rest, catalogue)
    papers = [m for m in found.papers if m.strong]
    categories = [m for m in found.categories if m.strong]
    letters = list(rest)
    for mention in (*papers, *categories):
        letters[mention.start : mention.end] = " " * (mention.end - mention.start)
    left = [word for word in re.findall(r"[^\W\d_]+|\d+", "".join(letters).lower()) if word not in FRAME]
    if not left and len({m.target for m in papers}) == 1 and not categories:
        return (
            resolved(papers[0].text, catalogue)
            if papers[0].ambiguous
            else of_paper(catalogue.by_id[papers[0].target])
        )
    if not left and len({m.target for m in categories}) == 1 and not papers:
        category = catalogue.taxonomy[categories[0].target]
        others = tuple(f"paper:{m.target}" for m in found.papers)
        if catalogue.papers_of(category):
            return of_category(category, catalogue, others)
    return of_topic(rest)
