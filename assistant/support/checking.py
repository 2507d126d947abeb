r"""A text of the user's own, such as a related-work paragraph, held against the papers sentence by sentence.

Markdown and LaTeX are read for their sentences and for what each cites: `\cite{key}` with any of its kin, `[@key]`. A
key is a paper's id, a BibTeX key as this program writes them, an arXiv number, or a name with a year. A sentence that
cites papers is held against those; where another paper carries it and they do not, it cites the wrong one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

from assistant.answer import cited_json
from assistant.evidence import numbered
from assistant.support.binding import cited, premise_of
from assistant.support.judge import CARRIED, STRENGTH
from assistant.support.program import states_nothing
from corpus.errors import WrongUse
from corpus.naming import mentions
from corpus.sentences import sentences

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from assistant.answer import Citation, NumberedSource, Support
    from assistant.support.judge import Judge, Verdict
    from corpus.catalogue import Catalogue
    from index.search import Search

Finding = Literal["carried", "cites the wrong paper", "same words", "contradicted", "not found", "no claim"]
LONGEST: Final = 200_000  # characters of a text: a long paper
PASSAGES: Final = 4  # passages that a sentence is held against, of the papers cited and of all
JUDGED: Final = 2  # of them, how many the judge reads: those whose words come nearest
CITE: Final = re.compile(r"\\[a-zA-Z]*cite[a-zA-Z]*\*?\s*(?:\[[^\]]*\]\s*){0,2}\{([^{}]*)\}")
PANDOC: Final = re.compile(r"-?@([A-Za-z0-9_][\w:.#$%&+?<>~/-]*\w)")
BRACKETED: Final = re.compile(r"\[(?:[^\[\]@]*-?@[^\[\]]*)\]")
COMMENT: Final = re.compile(r"(?<!\\)%.*$", re.MULTILINE)
SKIPPED: Final = re.compile(
    r"\\begin\{(equation|align|figure|table|tabular|verbatim|lstlisting|thebibliography)\*?\}.*?\\end\{\1\*?\}|^```.*?^```",
    re.DOTALL | re.MULTILINE,
)
DECLARATION: Final = re.compile(
    r"\\(?:documentclass|usepackage|bibliography|bibliographystyle|label|input|include|begin|end|maketitle)\b(?:\[[^\]]*\])?(?:\{[^{}]*\})*"
)
HEADING: Final = re.compile(
    r"^\s*(?:#{1,6}\s.*|\\(?:sub)*section\*?\{[^{}]*\}|\\paragraph\*?\{[^{}]*\}|\\title\{[^{}]*\})",
    re.MULTILINE,
)
COMMAND: Final = re.compile(
    r"\\(?:emph|textbf|textit|textsc|texttt|text|underline|mbox|footnote)\{([^{}]*)\}"
)
MARKDOWN: Final = re.compile(
    r"\[([^\[\]]*)\]\([^()]*\)|(?<!\w)(?:\*\*|__|\*|_)(?=\S)(.+?)(?<=\S)(?:\*\*|__|\*|_)(?!\w)"
)


@dataclass(frozen=True, slots=True)
class CheckedSentence:
    """One sentence of the text.

    Attributes:
        text: As it reads, without commands and citations.
        cites: Ids of the papers it cites; a key that no paper has stands as it was written.
        finding: What was found, in words.
        support: How what is cited below carries it.
        probability: By the judge (0..1); None where none was asked.
        judge: Who said so.
        citations: Where it is carried, or the place that comes nearest.
        why: What the reader should know: the paper that does carry it, keys that are unknown, what is missing.
    """

    text: str
    cites: tuple[str, ...]
    finding: Finding
    support: Support
    probability: float | None = None
    judge: str = "program"
    citations: tuple[Citation, ...] = ()
    why: str = ""

    def to_json(self) -> dict[str, Any]:
        """One sentence of `duality check --json` (docs/json.md)."""
        return {
            "text": self.text,
            "cites": list(self.cites),
            "finding": self.finding,
            "support": self.support,
            "probability": None if self.probability is None else round(self.probability, 3),
            "judge": self.judge,
            "why": self.why,
            "citations": [cited_json(c) for c in self.citations],
        }


@dataclass(frozen=True, slots=True)
class CheckedText:
    """The sentences of a text, in order, as far as they are checked.

    Attributes:
        sentences: Those that are.
        judge: Who judges what is no quote.
        count: How many there are in all.
        stopped: Whether the reader had enough before the last.
    """

    sentences: tuple[CheckedSentence, ...]
    judge: str
    count: int
    stopped: bool = False

    @property
    def complete(self) -> bool:
        """Whether nothing more will come."""
        return self.stopped or len(self.sentences) == self.count

    def to_json(self) -> dict[str, Any]:
        """The object of `duality check --json` (docs/json.md)."""
        return {"sentences": [one.to_json() for one in self.sentences], "judge": self.judge}


def checking(
    text: str, search: Search, judge: Judge, stopped: Callable[[], bool] = lambda: False
) -> Iterator[CheckedText]:
    """A text held against the papers, each time that a sentence more is; the last is the whole.

    Args:
        text: Plain, Markdown or LaTeX.
        search: Over the index.
        judge: Who rules.
        stopped: Whether the reader has had enough.

    Raises:
        WrongUse: There is no sentence in it, or it is too long.
        NothingIndexed: There is nothing to hold it against.
    """
    if len(text) > LONGEST:
        raise WrongUse(f"The text has {len(text):,} characters; the limit is {LONGEST:,}. Check it in parts.")
    read = list(read_text(text, search.catalogue))
    if not read:
        raise WrongUse("The text holds no sentence: give a paragraph, or a file of Markdown or LaTeX.")
    found: tuple[CheckedSentence, ...] = ()
    for sentence, cites in read:
        found = (*found, _checked(sentence, cites, search, judge))
        state = CheckedText(found, judge.name, len(read), stopped=stopped())
        yield state
        if state.complete:
            return


def checked_text(text: str, search: Search, judge: Judge) -> CheckedText:
    """The whole of `checking`."""
    *_, whole = checking(text, search, judge)
    return whole


def read_text(text: str, catalogue: Catalogue) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The sentences of Markdown or LaTeX as they read, each with what it cites: ids, or keys that no paper has."""
    text = HEADING.sub(
        "\n\n", DECLARATION.sub(" ", SKIPPED.sub("\n\n", COMMENT.sub("", text) if "\\" in text else text))
    )
    keys: list[str] = []

    def marked(written: str) -> str:
        found = [key.strip() for key in written.split(",") if key.strip()]
        keys.extend(found)
        return "".join(f"\ue000{len(keys) - len(found) + i}\ue001" for i in range(len(found)))

    text = CITE.sub(lambda m: marked(m[1]), text)
    text = BRACKETED.sub(lambda m: marked(",".join(PANDOC.findall(m[0]))), text)
    text = PANDOC.sub(lambda m: marked(m[1]), text)
    for paragraph in re.split(r"\n\s*\n", text):
        flowing = " ".join(re.sub(r"^\s*(?:[-*+>]|\d+[.)])\s+", "", line) for line in paragraph.splitlines())
        flowing = re.sub(
            r"([.!?])\s*((?:~?\ue000\d+\ue001[\s,;]*)+)", r" \2\1 ", flowing
        )  # a citation behind the stop
        for start, end in sentences(" ".join(flowing.split())):
            sentence = " ".join(flowing.split())[start:end]
            cites = dict.fromkeys(
                paper_of(keys[int(n)], catalogue) for n in re.findall("\ue000(\\d+)\ue001", sentence)
            )
            plain = _plain(re.sub("[\\s~]*\ue000\\d+\ue001[,;]?", "", sentence))
            if any(character.isalnum() for character in plain):
                yield plain, tuple(cites)


def paper_of(key: str, catalogue: Catalogue) -> str:
    """The id of the paper that a citation key means; the key itself where none or several may be meant."""
    bare = key.strip().casefold()
    if bare in catalogue.by_id:
        return bare
    arxiv = re.search(r"\d{4}\.\d{4,5}", bare)
    squeezed = re.sub(r"[\W_]+", "", bare)
    found = [
        paper.id
        for paper in catalogue.papers
        if (arxiv and paper.arxiv and paper.arxiv.startswith(arxiv.group()))
        or squeezed
        in (re.sub(r"[\W_]+", "", name.casefold()) for name in (paper.id, paper.label, *paper.aliases))
    ]
    named = re.fullmatch(r"([a-z]+?)(?:et_?al)?[\W_]*((?:19|20)\d\d)[\W_]*([a-z]*)", bare)
    if not found and named:
        surname, year, word = named.groups()
        found = [
            paper.id
            for paper in catalogue.papers
            if paper.year == int(year)
            and paper.authors
            and re.sub(r"\W", "", paper.authors[0].split()[-1].casefold()) == surname
            and (not word or word in re.sub(r"\W", "", paper.title.casefold()))
        ]
    return found[0] if len(set(found)) == 1 else key.strip()


def _plain(text: str) -> str:
    """A sentence as it reads."""
    before = ""
    while before != text:
        before, text = text, COMMAND.sub(r"\1", text)
    text = MARKDOWN.sub(lambda m: m[1] or m[2] or "", text)
    text = re.sub(r"\\[a-zA-Z]+\s?", "", text.replace("\\%", "%").replace("\\&", "&").replace("\\_", "_"))
    text = text.replace("``", "“").replace("''", "”").replace("~", " ").replace("$", "")
    return re.sub(r"\s+([.,;:!?])", r"\1", " ".join(re.sub(r"[{}]", "", text).split()))


def _checked(sentence: str, cites: tuple[str, ...], search: Search, judge: Judge) -> CheckedSentence:
    catalogue = search.catalogue
    if states_nothing(sentence):
        return CheckedSentence(sentence, cites, "no claim", "unsupported")
    known = [paper for paper in cites if paper in catalogue.by_id]
    unknown = [key for key in cites if key not in known]
    note = f"no paper of the list has the key {', '.join(unknown)}" if unknown else ""
    if known:
        source, verdict = _best(sentence, known, search, judge)
        if verdict is not None and verdict.carried:
            return _said("carried", sentence, cites, source, verdict, note)
        elsewhere, other = _best(sentence, None, search, judge)
        if elsewhere is not None and other is not None and other.carried and elsewhere.paper not in known:
            why = f"{elsewhere.label} says it, not {', '.join(catalogue.by_id[p].label for p in known)}"
            return _said("cites the wrong paper", sentence, cites, elsewhere, other, why)
        if (
            other is not None
            and STRENGTH[other.support] > STRENGTH[verdict.support if verdict else "unsupported"]
        ):
            assert elsewhere is not None  # noqa: S101 - a verdict has its source
            cited_ones = ", ".join(catalogue.by_id[p].label for p in known)
            note = "; ".join(
                filter(None, (note, f"its words stand in {elsewhere.label}, not in {cited_ones}"))
            )
            source, verdict = elsewhere, other
        held = {hit.passage.paper for hit in search(sentence, 1, papers=known, prefer=known)}
        if not held:
            note = "; ".join(filter(None, (note, "nothing of what it cites is indexed")))
    else:
        named = mentions(sentence, catalogue).paper_ids
        source, verdict = _best(sentence, None, search, judge, named)
        if verdict is not None and verdict.carried:
            return _said("carried", sentence, cites, source, verdict, note)
    finding: Finding = "not found"
    if verdict is not None and verdict.support == "same words":
        finding = "same words"
    elif verdict is not None and verdict.contradicted:
        finding = "contradicted"
    why = "; ".join(filter(None, (note, verdict.why if verdict is not None else "no passage is near it")))
    return _said(finding, sentence, cites, source, verdict, why)


def _best(
    sentence: str, papers: Sequence[str] | None, search: Search, judge: Judge, named: Sequence[str] = ()
) -> tuple[NumberedSource | None, Verdict | None]:
    """The source that carries a sentence best, and the verdict on it; the judge reads the nearest few by words."""
    from assistant.support.program import compare

    hits = search(sentence, PASSAGES, papers=papers, prefer=papers or named)
    sources = [s for s in numbered(hits, search.catalogue) if s.table is None]
    premises = [premise_of(source) for source in sources]
    near = [compare(sentence, p.text, p.known) for p in premises]
    order = sorted(range(len(sources)), key=lambda i: (-STRENGTH[near[i].support], -near[i].cover))
    order = order[:1] if order and near[order[0]].quoted else order[:JUDGED]
    verdicts = judge.all_of([(sentence, [premises[i]]) for i in order])
    if not verdicts:
        return None, None
    at = max(
        range(len(verdicts)),
        key=lambda i: (
            STRENGTH[verdicts[i].support],
            verdicts[i].contradicted,
            verdicts[i].probability or 0.0,
            -i,
        ),
    )
    return sources[order[at]], verdicts[at]


def _said(
    finding: Finding,
    sentence: str,
    cites: tuple[str, ...],
    source: NumberedSource | None,
    verdict: Verdict | None,
    why: str,
) -> CheckedSentence:
    if source is None or verdict is None:
        return CheckedSentence(sentence, cites, finding, "unsupported", why=why)
    shown = verdict.contradicted or verdict.support in (*CARRIED, "same words")
    places = verdict.places if shown else ()
    citations = tuple(cited(source, start, end) for _, start, end in places)
    return CheckedSentence(
        sentence, cites, finding, verdict.support, verdict.probability, verdict.judge, citations, why
    )
