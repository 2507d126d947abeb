"""What a user wants who types a sentence: an answer, a comparison of approaches, or a summary; no model decides it.

Only sentences that ask for the whole of two approaches are comparisons: "how does A differ from B", not "which model
does A use, and which one does B". What cannot be made sense of here stays an ordinary question.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.question import checked
from assistant.summaries.subject import of_paper, requested
from corpus.errors import WrongUse
from corpus.naming import mentions
from index.words import search_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from assistant.question import Turn
    from assistant.summaries.summary import Length, Subject
    from corpus.catalogue import Catalogue

FEWEST, MOST = 2, 4  # approaches of a comparison
FREE_WORDS = 6  # words of an approach that names nothing, "rewards from videos"

_POLITE = r"(?:(?:please|can you|could you|would you|now|and|so|then|ok(?:ay)?|also|i want to|i would like to|let(?:'|’)s|help me|tell me|explain|describe|show me|summari[sz]e|give me|in short|briefly)[\s,:]+)*"
_WHICH = r"(?:which|what)(?:\s+(?:one|approach|method|paper|of the two|of these))*\s+(?:is|are|works?|performs?|does|would be|should i (?:use|choose|prefer|pick))"
_BETTER = r"(?:the\s+)?(?:better|best|preferable|superior|preferred|stronger)?"
_DIFFERENCE = r"(?:differences?|contrasts?|distinctions?|trade-?offs?|similarit(?:y|ies)|comparison|commonalit(?:y|ies))"


def _form(text: str) -> re.Pattern[str]:
    return re.compile(rf"^\W*{_POLITE}{text}[\s?.!]*$", re.IGNORECASE | re.DOTALL)


# Forms whose sides may be any words, and forms whose sides must be known by name: "differ from prior work" asks a paper.
_OPEN = (
    _form(r"(?:compare|contrast|compare and contrast)\s+(?:the\s+approach(?:es)?\s+of\s+)?(?P<sides>.+)"),
    _form(r"(?:a\s+)?comparison\s+(?:of|between)\s+(?P<sides>.+)"),
    _form(r"(?P<sides>[^?]+?\s(?:vs\.?|versus)\s[^?]+)"),
)
_NAMED = (
    _form(r"(?:how|in (?:what|which) ways?|in what|where|what)\s+(?:do|does|did|is|are)\s+(?P<sides>.+?)\s+(?:differ|different|diverge|compare)(?:\s+(?P<more>(?:from|to|with|against)\s+.+?))?"),
    _form(r"(?:how|in (?:what|which) ways?|where)\s+(?:do|does|is|are)\s+(?P<sides>.+?)\s+(?:differ|different|compare)\s+(?P<tail>(?:in|on|for|when|with respect|with regard|regarding|as to)\b.+?)"),
    _form(rf"(?:(?:what|which)(?:(?:'|’)s|\s+is|\s+are|\s+was)?\s+)?(?:the\s+|a\s+)?(?:(?:main|key|major|biggest|most important)\s+)?{_DIFFERENCE}\s+(?P<tail>in\s[^,]+?\s)?(?:between|of)\s+(?P<sides>.+)"),
    _form(rf"{_WHICH}\s+{_BETTER}\s*(?P<tail>(?:for|at|in|on|when|if|with)\b[^,:;]*?)?\s*[,:;–-]\s*(?P<sides>[^,:;]+?\s+or\s+.+)"),
    _form(r"(?P<sides>[^,:;]+?\s+or\s+[^,:;]+?)\s*[,:;–-]\s*(?:which|what)(?:\s+one)?\s+(?:is|are|works?|should|would)\b(?P<tail>.*)"),
    _form(r"(?:is|are)\s+(?P<sides>.+?)\s+(?:better|preferable|superior|worse)(?P<tail>\s+(?:for|at|in|on|with)\b.+?)?\s+(?P<more>(?:than|to)\s+.+)"),
    _form(r"(?:when|why)\s+(?:should|would|do)\s+(?:i|one|you|we)\s+(?:use|prefer|choose|pick|take)\s+(?P<sides>.+?\s(?:over|or|instead of|rather than|to)\s.+)"),
    _form(r"should\s+(?:i|one|we)\s+(?:use|prefer|choose|pick|take)\s+(?P<sides>.+?\sor\s.+)"),
    _form(r"(?:what|which things?)\s+(?:do|does)\s+(?P<sides>.+?\sand\s.+?)\s+(?:have in common|share)"),
)  # fmt: skip
_BETWEEN = re.compile(
    r"\s*,?\s+(?:and|with|to|from|against|vs\.?|versus|or|over|than|instead\s+of|rather\s+than|as\s+well\s+as)\s+|\s*[,;&]\s*|^(?:from|to|with|against|than)\s+",
    re.IGNORECASE,
)
_TAIL = re.compile(
    r"\s+(?:in terms of|with (?:regard|respect) to|regarding|concerning|as to|in how|in what|in the way|in their|in its|when it comes to|in|for|on|when|at|by)\s+.*$",
    re.IGNORECASE | re.DOTALL,
)
_FILLER = frozenset(
    """approach approaches method methods paper papers work works category using use family systems system
    technique techniques model models algorithm algorithms that those ones one based""".split()
)
_THESE = re.compile(
    r"^(?:them|these|those|both|the two|these two|those two|the two (?:papers|approaches|methods|works))$",
    re.IGNORECASE,
)
_THIS = re.compile(
    r"^(?:it|this|that|the (?:first|former|same|paper|method|approach|work)|(?:this|that) (?:paper|method|approach|work|one))$",
    re.IGNORECASE,
)
_TALK = re.compile(
    r"\b(?:conversation|chat|discussion|your (?:last )?answers?|what you said|the above)\b", re.IGNORECASE
)
_SUMMARY_OF_IT = re.compile(
    rf"^\W*{_POLITE}(?:summari[sz]e|sum up|tl;?dr(?:\s+of)?|(?:an?\s+|the\s+)?(?:summary|overview) (?:of|on))\s*:?\s*(?P<rest>.+?)[\s?.!]*$",
    re.IGNORECASE,
)
_LENGTHS: tuple[tuple[Length, re.Pattern[str]], ...] = (
    ("line", re.compile(r"\s*[,(]?\s*\b(?:in (?:a|one|a single|1) (?:line|sentence)|one-line|one-sentence|as a one-liner)\b\)?", re.IGNORECASE)),
    ("paragraph", re.compile(r"\s*[,(]?\s*\b(?:in (?:a|one|1|a short|a single) paragraph|in (?:a few|two|three) sentences|in short|in brief|briefly|short|brief)\b\)?", re.IGNORECASE)),
    ("page", re.compile(r"\s*[,(]?\s*\b(?:on|in) (?:a|one|1) page\b\)?|\bin detail\b|\bdetailed\b|\bone-page\b", re.IGNORECASE)),
)  # fmt: skip
_TLDR = re.compile(r"^\W*tl;?dr\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Ask:
    """An ordinary question."""


@dataclass(frozen=True, slots=True)
class Compare:
    """A comparison.

    Attributes:
        approaches: Two to four, as a user names them, or "paper:…" where the conversation says which.
        question: The whole sentence, where it asks for something in particular; else "".
    """

    approaches: tuple[str, ...]
    question: str = ""


@dataclass(frozen=True, slots=True)
class Summarise:
    """A summary."""

    subject: Subject
    length: Length = "page"


Intent = Ask | Compare | Summarise


def intent(text: str, history: Sequence[Turn], catalogue: Catalogue) -> Intent:
    """What the sentence asks for.

    Args:
        text: As typed.
        history: Earlier questions and answers, oldest first; "compare it with VIPER" leans on them.
        catalogue: Names papers and categories.

    Raises:
        WrongUse: The text is empty or far too long, or asks for a summary under a name that several papers have.
    """
    text = " ".join(checked(text).split())
    return _comparison(text, history, catalogue) or _summary(text, history, catalogue) or Ask()


# --- comparing ---


def _comparison(text: str, history: Sequence[Turn], catalogue: Catalogue) -> Compare | None:
    for forms, free in ((_NAMED, False), (_OPEN, True)):
        for form in forms:
            match = form.match(text)
            if match is None:
                continue
            groups = match.groupdict()
            sides = " ".join(part for part in (groups["sides"], groups.get("more")) if part)
            found = _sides(sides, history, catalogue, free=free)
            if found is not None:
                names, asks_more = found
                return Compare(names, text if asks_more or (groups.get("tail") or "").strip() else "")
    return None


def _sides(
    text: str, history: Sequence[Turn], catalogue: Catalogue, *, free: bool
) -> tuple[tuple[str, ...], bool] | None:
    """The approaches named, and whether something in particular is asked of them; None where it names no two."""
    names: list[str] = []
    targets: list[str] = []
    more = False
    for piece in _pieces(text, catalogue):
        known = _named(piece, history, catalogue)
        if known is None and more:
            continue  # "… in cost and speed": still what is asked
        if known is None:
            cut = _TAIL.sub("", f" {piece}").strip()
            known = _named(cut, history, catalogue)
            more = more or known is not None
        if known is None:
            if not free or not 0 < len(piece.split()) <= FREE_WORDS or not search_words(piece):
                return None
            known = [(piece, f"words:{piece.lower()}", False)]
        for name, target, rest in known:
            more = more or rest
            if target not in targets:
                names.append(name)
                targets.append(target)
    named = sum(not target.startswith("words:") for target in targets)
    if not FEWEST <= len(names) <= MOST or not named:
        return None
    return tuple(names), more


def _pieces(text: str, catalogue: Catalogue) -> Iterator[str]:
    """The text cut where one approach ends and the next begins, never within a name."""
    found = mentions(text, catalogue)
    masked = list(text)
    for mention in (*found.papers, *found.categories):
        masked[mention.start : mention.end] = "x" * (mention.end - mention.start)
    start = 0
    for between in _BETWEEN.finditer("".join(masked)):
        if text[start : between.start()].strip():
            yield text[start : between.start()].strip()
        start = between.end()
    if text[start:].strip():
        yield text[start:].strip()


def _named(piece: str, history: Sequence[Turn], catalogue: Catalogue) -> list[tuple[str, str, bool]] | None:
    """What a piece names, as (name, target, whether it says more than the name); None where it names nothing."""
    bare = re.sub(r"^(?:both|the|an?)\s+", "", piece, flags=re.IGNORECASE).strip()
    if _THESE.match(piece):
        known = _context(history, catalogue)[:2]
        return [(f"paper:{paper}", paper, False) for paper in known] if len(known) == 2 else None
    if _THIS.match(piece):
        known = _context(history, catalogue)[:1]
        return [(f"paper:{paper}", paper, False) for paper in known] or None
    found = mentions(piece, catalogue)
    strong = [m for m in (*found.papers, *found.categories) if m.strong]
    whole = [m for m in (*found.papers, *found.categories) if not _left(bare, m.text)]
    for mention in (*whole, *strong):
        rest = bool(_left(bare, mention.text))
        ambiguous = sum(m.text == mention.text for m in (*found.papers, *found.categories)) > 1
        kind = "paper" if mention in found.papers else "category"
        name = mention.text if ambiguous or not rest else f"{kind}:{mention.target}"
        return [(name, mention.target, rest)]
    try:
        return [(bare, catalogue.category(bare).slug, False)] if bare else None
    except WrongUse:
        return None


def _left(piece: str, name: str) -> list[str]:
    """What a piece says beside a name."""
    rest = piece.replace(name, " ", 1).lower()
    return [word for word in search_words(rest) if word not in _FILLER]


def _context(history: Sequence[Turn], catalogue: Catalogue) -> list[str]:
    """The papers last spoken of, those of a question before those of its answer."""
    for question, answer in reversed(history):
        papers = list(mentions(question, catalogue).paper_ids)
        papers += [paper for paper in mentions(answer, catalogue).paper_ids if paper not in papers]
        if papers:
            return papers
    return []


# --- summarising ---


def _summary(text: str, history: Sequence[Turn], catalogue: Catalogue) -> Summarise | None:
    length: Length = "line" if _TLDR.match(text) else "page"
    bare = text
    for name, pattern in _LENGTHS:
        if pattern.search(bare):
            bare, length = pattern.sub("", bare).strip(), name
            break
    asked = _SUMMARY_OF_IT.match(bare)
    if asked and _TALK.search(asked["rest"]):
        return None
    if asked and (_THIS.match(asked["rest"]) or _THESE.match(asked["rest"])):
        known = _context(history, catalogue)
        return Summarise(of_paper(catalogue.by_id[known[0]]), length) if known else None
    subject = requested(bare, catalogue)
    return Summarise(subject, length) if subject is not None else None
