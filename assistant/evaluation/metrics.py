"""What is counted: each measure takes a question's record and gives its numerator and denominator."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

from assistant.evaluation.questions import KINDS
from assistant.evaluation.statistics import Ratio, estimate

Record = Mapping[str, Any]  # a question's record, as docs/json.md describes it
NOTHING: Final[Ratio] = (0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Measure:
    """One figure.

    Attributes:
        name: Its name in JSON.
        label: Its column's heading.
        of: The figure of one record's part; a denominator of 0 where it is not measured.
        binary: Whether each question is a yes or a no.
        paired: Whether two runs can be compared in it question by question.
    """

    name: str
    label: str
    of: Callable[[Record], Ratio]
    binary: bool = False
    paired: bool = True


def _found(name: str) -> Callable[[Record], Ratio]:
    return lambda part: (float(part[name]), 1.0) if part.get(name) is not None else NOTHING


def _given_page(part: Record) -> Ratio:
    return _found("facts")(part) if part["gold_in_evidence"] else NOTHING


def _support(level: str) -> Callable[[Record], Ratio]:
    """The share of an answer's claims of one level; refusals claim nothing."""

    def of(part: Record) -> Ratio:
        if part["refused"]:
            return NOTHING
        return float(sum(c["support"] == level for c in part["claims"])), float(len(part["claims"]))

    return of


def _quotes(*levels: str) -> Callable[[Record], Ratio]:
    """The share of the quotes, in refusals too, that were found on their page so."""

    def of(part: Record) -> Ratio:
        ways = [c["placed"] for claim in part["claims"] for c in claim["citations"] if c["placed"]]
        return float(sum(way in levels for way in ways)), float(len(ways))

    return of


def _second(name: str) -> Callable[[Record], Ratio]:
    return lambda part: _found(name)(part["seconds"])


def _token(name: str) -> Callable[[Record], Ratio]:
    return lambda part: _found(name)(part["tokens"])


def _checking(part: Record) -> Ratio:
    seconds = part["seconds"]
    return (seconds["checking"], seconds["whole"]) if seconds else NOTHING


def _only(kinds: Sequence[str], of: Callable[[Record], Ratio]) -> Callable[[Record], Ratio]:
    return lambda part: of(part) if part["kind"] in kinds else NOTHING


def _right_refusal(part: Record) -> Ratio:
    return (float(part["kind"] == "unanswerable"), 1.0) if part["refused"] else NOTHING


RETRIEVAL: Final = (
    Measure("paper_5", "paper in 5", _found("paper_5")),
    Measure("page_5", "page in 5", _found("page_5")),
    Measure("page_10", "page in 10", _found("page_10")),
    Measure("reciprocal_rank", "reciprocal rank", _found("reciprocal_rank")),
    Measure("seconds", "seconds", _found("seconds")),
)
FACTS: Final = (
    Measure("gold_in_evidence", "gold page in evidence", _found("gold_in_evidence"), binary=True),
    Measure("facts", "facts, of all", _found("facts"), binary=True),
    Measure("facts_given_page", "facts, where the page was there", _given_page, binary=True),
    Measure("facts_supported", "facts in supported sentences", _found("facts_supported"), binary=True),
    Measure("fell_back", "fell back to quotes", _found("fell_back"), binary=True),
)
SUPPORT: Final = tuple(
    Measure(level, level, _support(level))
    for level in ("exact", "normalised", "entailed", "same words", "unsupported")
)
CITATIONS: Final = (
    Measure("recall", "citation recall", _found("recall")),
    Measure("precision", "citation precision", _found("precision")),
    Measure("page_accuracy", "quote on its page", _quotes("exact", "normalised", "in pieces")),
    Measure("quote_exact", "quote exact", _quotes("exact")),
    Measure("quote_normalised", "quote normalised", _quotes("normalised")),
    Measure("quote_in_pieces", "quote in pieces", _quotes("in pieces")),
    Measure("quote_not_found", "quote not found", _quotes("not found")),
    Measure("unknown_ids", "unknown ids an answer", _found("unknown_ids")),
)
REFUSAL: Final = (
    Measure("refused", "refused", _found("refused"), binary=True),
    Measure("refusal_recall", "refusal recall", _only(["unanswerable"], _found("refused")), binary=True),
    Measure("refusal_precision", "refusal precision", _right_refusal, paired=False),
    Measure("false_refusals", "false refusals", _only(KINDS[:-1], _found("refused")), binary=True),
)
COST: Final = (
    Measure("seconds_evidence", "evidence, s", _second("evidence")),
    Measure("seconds_first_words", "first words, s", _second("first_words")),
    Measure("seconds_whole", "whole, s", _second("whole")),
    Measure("checking_share", "checking, share", _checking),
    Measure("tokens_read", "tokens read", _token("input")),
    Measure("tokens_written", "written", _token("output")),
)
ANSWERS: Final = (*FACTS, *SUPPORT, *CITATIONS, *REFUSAL, *COST)

Group = tuple[str, str, str]  # "retrieval", step, ""; or "answers", model, chain


def groups(records: Sequence[Record]) -> list[Group]:
    """What was measured, in the order of the records."""
    found: dict[Group, None] = {}
    for record in records:
        for step in record["retrieval"] or {}:
            found[("retrieval", step, "")] = None
        for model, chains in record["answers"].items():
            for chain in chains:
                found[("answers", model, chain)] = None
    return sorted(found, key=lambda group: group[0] == "answers")


def part(record: Record, group: Group) -> Record | None:
    """What a record says of a group, with the question's kind; None where it was not measured."""
    what, name, chain = group
    inner = (
        (record["retrieval"] or {}).get(name)
        if what == "retrieval"
        else record["answers"].get(name, {}).get(chain)
    )
    return None if inner is None else {**inner, "kind": record["kind"]}


def measures(group: Group) -> tuple[Measure, ...]:
    """The figures of a group."""
    return RETRIEVAL if group[0] == "retrieval" else ANSWERS


def kinds_in(records: Sequence[Record]) -> Iterator[tuple[str, list[Record]]]:
    """The records of each kind, then of all where there are several kinds."""
    there = [kind for kind in KINDS if any(record["kind"] == kind for record in records)]
    for kind in there:
        yield kind, [record for record in records if record["kind"] == kind]
    if len(there) > 1:
        yield "all", list(records)


def summary(records: Sequence[Record]) -> list[dict[str, Any]]:
    """A row for each group and kind: what was measured, and each figure with its interval."""
    rows = []
    for group in groups(records):
        measured = [record for record in records if part(record, group) is not None]
        for kind, mine in kinds_in(measured):
            parts = [found for record in mine if (found := part(record, group)) is not None]
            figures = {}
            for measure in measures(group):
                value = estimate([measure.of(found) for found in parts])
                if value is not None:
                    figures[measure.name] = {k: round(v, 5) for k, v in asdict(value).items()}
            if figures:
                rows.append({"what": group[0], "name": group[1], "chain": group[2], "kind": kind, "n": len(parts), "figures": figures})  # fmt: skip
    return rows
