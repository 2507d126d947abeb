"""One request: what is wanted, of which papers, in which shape; every part of the assistant reads it from here.

wanted = request("I am at MIT. How many robots does Okto use?", (), catalogue, embedder)
wanted.kind, wanted.papers, wanted.asked   # "paper", ("ghosh2024octo",), "How many robots does Octo use?"
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from assistant.addressed import unaddressed
from assistant.asking import context
from assistant.asking.kinds import Kind, kinds
from assistant.asking.misspelt import readings
from assistant.asking.sides import sides
from assistant.asking.subjects import Subjects, subjects
from assistant.asking.typed import ENGLISH, LONGEST, asked_in, checked, language
from assistant.named_parts import asked_parts
from assistant.screening.criterion import judged
from assistant.screening.understanding import of_many, scope_of
from assistant.shown import called
from assistant.summaries.subject import cut_to_length, of_paper, of_topic, requested
from corpus.spelling import distinct
from index.words import STOP_WORDS, stems

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from assistant.asking.context import Spoken, Turn
    from assistant.summaries.summary import Length, Subject
    from corpus.catalogue import Catalogue
    from corpus.paper import Paper
    from index.embedders import Embedder

TURNS: Final = 4  # of a conversation that are looked back on
SMALLEST_PART: Final = 3  # content words of a question that can be looked up alone
# What a request that surely names a paper cannot be, and one that names none.
NOT_OF_PAPERS: Final = frozenset(
    {"aside", "work", "broad", "definition", "greeting", "thanks", "help", "outside"}
)
NOT_WITHOUT: Final = frozenset({"aside", "part"})
# How sure what leads away from quotes of the papers must be: half of it, or it is answered as any question is.
SURE: Final[Mapping[Kind, float]] = {
    "broad": 0.6,
    "outside": 0.6,
    "help": 0.6,
    "greeting": 0.4,
    "thanks": 0.4,
    "summary": 0.5,
    "comparison": 0.4,
}
TALK: Final = frozenset({"greeting", "thanks", "help", "outside"})
BESIDE: Final[tuple[Kind, ...]] = ("aside", "greeting", "thanks")

# Words in which a paper is asked for as a whole.
OF_WHOLE: Final = STOP_WORDS | frozenset(
    "approach describe explain function functions general idea main method overall paper s simply step system understand work works".split()
)

_SURVEY: Final = re.compile(r"\b(?:survey|review)\b", re.IGNORECASE)
_THE_SURVEY: Final = re.compile(r"\b(?:(?:the|this|your|that) )?(?:survey|review)\b", re.IGNORECASE)
_HOW: Final = re.compile(r"(?:and |so )?how (?:do|does|did|is|are)\b", re.IGNORECASE)
_AND_WHICH: Final = re.compile(
    r",?\s+(?:and|while|whereas)\s+(?=(?:on |in |for |to |with |at |from |by )?(?:how|what|which|where|who|why|when)\b)",
    re.IGNORECASE,
)  # where a question ends and a second one begins
_WHICH_ONE: Final = re.compile(r"\b(which|what) one\b", re.IGNORECASE)
_WHICH_KIND: Final = re.compile(
    r"\b(?:which|what)\s+((?:[\w-]+\s+){1,3}?)(?:is|are|was|were|does|do|did|has|have|can|[a-z]+s)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Request:
    """What a user wants.

    Attributes:
        asked: What is asked, without what is said beside it; a misspelt name as it was read.
        standalone: The same, understandable without the conversation.
        search: What is looked up.
        papers: Ids of the papers it is about; empty where it names none.
        leaned: Whether it leaned on the conversation.
        each: What is asked of each of two papers, as (paper, question), where the question says it one after the
            other ("which model does A use, and which one does B?"); else empty.
        typed: All that was typed.
        kind: What kind of thing is asked for.
        subjects: All that `asked` names.
        among: The papers that it is confined to, "which of these"; empty for all.
        language: What it is asked in, "German".
        approaches: Of a comparison, what is compared: names as typed, or "paper:…".
        in_particular: Of a comparison, the question put to it besides; "" for the whole.
        subject: Of a summary, what is summarised.
        length: Of a summary.
        notes: What the user should know of how it was understood.
        odds: The probability of each kind.
    """

    asked: str
    standalone: str
    search: str
    papers: tuple[str, ...]
    leaned: bool = False
    each: tuple[tuple[str, str], ...] = ()
    typed: str = ""
    kind: Kind = "paper"
    subjects: Subjects = field(default=Subjects(""), repr=False)
    among: tuple[str, ...] = ()
    language: str = ENGLISH
    approaches: tuple[str, ...] = ()
    in_particular: str = ""
    subject: Subject | None = None
    length: Length = "page"
    notes: tuple[str, ...] = ()
    odds: Mapping[Kind, float] = field(default_factory=dict, repr=False, compare=False)

    @property
    def of_whole(self) -> bool:
        """Whether it asks what one paper is or how it works, and nothing more particular; of the survey, always."""
        if len(self.papers) != 1 or self.kind in ("comparison", "part"):
            return False
        if self.kind == "survey":
            return True
        left = re.findall(r"[^\W_]+", self.subjects.without(*self.subjects.papers).lower())
        return not [word for word in left if word not in OF_WHOLE]

    @property
    def of_method(self) -> bool:
        """Whether it asks how one paper does something: what the paper says of itself first may well say it."""
        return len(self.papers) == 1 and self.kind == "paper" and bool(_HOW.match(self.asked))

    @property
    def seeks_work(self) -> bool:
        """Whether the answer is the name of a work."""
        return self.kind == "work" and not self.papers


def request(
    text: str,
    history: Sequence[Turn],
    catalogue: Catalogue,
    embedder: Embedder | None = None,
    known: Callable[[str], bool] = lambda _word: False,
) -> Request:
    """What is asked for; no chat model is needed.

    Args:
        text: As typed.
        history: Earlier questions and answers, oldest first.
        catalogue: Names papers, categories, people and venues.
        embedder: The one in use.
        known: Whether a word stands in the indexed papers, and so is no misspelt name.

    Raises:
        WrongUse: The text is empty or far too long.
    """
    typed = checked(text)
    asked, notes = _asked(typed, catalogue, embedder, known)
    found = subjects(asked, catalogue)
    odds = kinds(found, embedder)
    # "This survey" points at no turn before; words alone, without vectors, take too much for it.
    of_survey = not found.sure and bool(_SURVEY.search(asked)) and _kind(odds, (), asked) == "survey"
    of_many = _kind(odds, (), asked) == "many"
    leaned = bool(history) and not of_survey and context.leans(found, of_many=of_many)
    before = _before(history, catalogue, embedder) if leaned else []
    if before and (whole := context.swapped(found, subjects(before[0].question, catalogue))):
        again = request(whole, history[:-1], catalogue, embedder, known)
        return replace(again, typed=typed, leaned=True, notes=(*notes, *again.notes))
    among = () if of_survey else context.among(found, before)
    own = found.sure
    papers = own
    if (
        leaned
        and not among
        and not (own and len(asked.split()) > context.SHORT and not context.OPENS.match(asked))
    ):
        # A question that names its own paper and says enough may well mean that paper by "its".
        papers = tuple(distinct([*own, *context.about(found, before)])) if not own or _points(found) else own
    kind = _kind(odds, papers or among, asked)
    read = Request(
        asked, asked, asked, papers, leaned=(leaned and papers != own) or bool(among), each=_each(found), typed=typed, kind=kind,
        subjects=found, among=among, language=language(typed), notes=notes, odds=odds,
    )  # fmt: skip
    if of_survey:  # what it says is asked, and no other paper's use of its words
        survey = tuple(paper for paper in catalogue.papers if paper.kind == "survey")
        listed = any(_of_the_list(asked, odds, paper, catalogue, embedder) for paper in survey)
        read = replace(read, papers=tuple(p.id for p in survey), kind="catalogue" if listed else read.kind)
    if leaned and history:
        read = _standing_alone(read, history[-1], catalogue)
    return _shaped(read, found, papers if papers != own else among, catalogue)


def _asked(
    text: str, catalogue: Catalogue, embedder: Embedder | None, known: Callable[[str], bool]
) -> tuple[str, tuple[str, ...]]:
    """The question proper, each misspelt name as it was read, and what is said of that."""

    def is_aside(piece: str) -> float:
        found = subjects(piece, catalogue)
        return 0.0 if found.sure else sum(kinds(found, embedder)[kind] for kind in BESIDE)

    asked, _ = asked_in(" ".join(text.split()), is_aside)
    found = subjects(asked, catalogue)
    sure = [mention for mention in found.papers if mention.strong]
    taken = [(m.start, m.end) for m in (*sure, *found.categories)]
    taken += [(place.start, place.end) for place in (*found.people, *found.venues)]
    read = readings(asked, catalogue, taken, known)
    for one in reversed(read):
        if len(one.names) == 1:
            asked = asked[: one.start] + one.names[0] + asked[one.end :]
    return asked, tuple(one.note for one in read)


def _of_the_list(
    asked: str, odds: Mapping[Kind, float], survey: Paper, catalogue: Catalogue, embedder: Embedder | None
) -> bool:
    """Whether a question about the survey asks what the list knows of it (who wrote it, how to cite it), not what it says.

    It is read as it stands and with the survey named as any paper is; both readings count alike.
    """
    named = kinds(subjects(_THE_SURVEY.sub(survey.title, asked), catalogue), embedder)
    return odds["catalogue"] + named["catalogue"] > sum(
        read[kind] for read in (odds, named) for kind in ("survey", "paper")
    )


def _points(found: Subjects) -> bool:
    """Whether a question that names a paper points to another one too: "compare it with VIPER"."""
    return bool(
        re.search(
            r"\b(?:it|this|that|them|these|those|the (?:same|former|latter|first))\b",
            found.text,
            re.IGNORECASE,
        )
    )


def _before(history: Sequence[Turn], catalogue: Catalogue, embedder: Embedder | None) -> list[Spoken]:
    """What the last turns spoke of, the last one first."""
    told = []
    for at in range(len(history) - 1, max(-1, len(history) - 1 - TURNS), -1):
        question, answer = history[at]
        if not re.search(r"\w", question):
            continue
        earlier = history[max(0, at - 2) : at]  # what that one leaned on in its turn
        read = request(question[-LONGEST:], earlier, catalogue, embedder)
        if read.kind in TALK:
            continue  # what it was answered with names papers as examples
        listed = _fitting(read, catalogue, embedder)
        told.append(context.spoken(read.subjects, read.papers, listed, answer, catalogue))
    return told


def _fitting(read: Request, catalogue: Catalogue, embedder: Embedder | None) -> tuple[str, ...]:
    """The papers that a question about many was answered with by their facts; empty where it was not."""
    meant = of_many(read, catalogue, embedder)
    if meant is None or not meant[0].criterion.parts:
        return ()
    scope = scope_of(read, catalogue)
    return tuple(paper.id for paper in scope if judged(meant[0].criterion, paper).word == "yes")


def _kind(odds: Mapping[Kind, float], papers: Sequence[str], asked: str) -> Kind:
    """The likeliest kind of those that can be; an ordinary question where what leads away from the papers is unsure."""
    if papers and asked_parts(asked):
        return "part"
    ruled_out = NOT_OF_PAPERS if papers else NOT_WITHOUT
    left = {kind: share for kind, share in odds.items() if kind not in ruled_out}
    best = max(left, key=lambda kind: left[kind])
    return best if left[best] >= SURE.get(best, 0.0) * sum(left.values()) else "paper"


def _standing_alone(read: Request, last: Turn, catalogue: Catalogue) -> Request:
    """The request with what it leans on beside it, so that search and writer see both."""
    before, said = last
    said = " ".join(unaddressed(said).split())[: context.SAID]  # it quotes papers
    labels = ", ".join(
        called(catalogue.by_id[paper].label) for paper in read.papers if paper in catalogue.by_id
    )
    about = f"About {labels}, after" if labels else "After"
    own = read.subjects.sure
    if own and not context.OPENS.match(read.asked) and len(read.asked.split()) > context.SHORT:
        return read
    search = context.looked_up(read.asked, before, said)
    return replace(
        read, standalone=f"{about} “{before}” – “{said}”: {read.asked}", search=search, leaned=True
    )


def _shaped(read: Request, found: Subjects, context_papers: Sequence[str], catalogue: Catalogue) -> Request:
    """With what a comparison compares or a summary summarises; an ordinary question where that is not to be told."""
    bare, length = cut_to_length(read.asked)
    if read.kind == "comparison" and read.each:
        return replace(read, kind="paper")
    if read.kind == "comparison":
        approaches, more = sides(found, context_papers)
        if approaches:
            return replace(read, approaches=approaches, in_particular=more)
        return replace(read, kind="paper" if read.papers else "many")
    if read.kind == "summary":
        if len(read.papers) == 1 and (not found.sure or not found.categories):
            return replace(read, subject=of_paper(catalogue.by_id[read.papers[0]]), length=length)
        if len(read.papers) > 1:
            return replace(read, kind="comparison", approaches=tuple(f"paper:{p}" for p in read.papers[:4]))
        if read.leaned and not found.categories:
            return replace(read, kind="paper")
        return replace(read, subject=requested(bare, catalogue) or of_topic(bare), length=length)
    if read.kind == "broad":
        return replace(read, subject=requested(bare, catalogue) or of_topic(bare), length=length)
    return read


def _each(named: Subjects) -> tuple[tuple[str, str], ...]:
    """What is asked of each of the two papers that a question names one after the other; empty for any other."""
    if len(named.sure) != 2:
        return ()
    text = named.text
    certain = [mention for mention in named.papers if mention.strong]
    for joint in _AND_WHICH.finditer(text):
        halves = (text[: joint.start()], text[joint.end() :])
        before = {mention.target for mention in certain if mention.end <= joint.start()}
        behind = {mention.target for mention in certain} - before
        if len(before) == len(behind) == 1 and all(len(stems(half)) >= SMALLEST_PART for half in halves):
            first, second = halves
            if kind := _WHICH_KIND.search(first):
                second = _WHICH_ONE.sub(rf"\1 {kind[1].strip()}", second)
            return ((before.pop(), f"{first}?"), (behind.pop(), second[:1].upper() + second[1:]))
    return ()
