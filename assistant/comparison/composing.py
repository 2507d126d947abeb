"""Sentences composed from the cells alone, half by half, each half with its source; no model.

What is said of a side is a quote, a phrase that a quote carries, or the table's or digest's words named as theirs.
The program made them of the cells: a sentence whose parts are quotes is as exact as they are, any other is "computed".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant.answer import Claim
from assistant.aspects.standard import BY_KEY
from assistant.aspects.stating import quoted, shown
from assistant.aspects.vocabulary import AVAILABLE, BOTH, REAL, SIMULATION, setting, several, values
from assistant.comparison.finding import carrying, rows_by_key
from assistant.support.program import compare
from corpus.spelling import either

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from assistant.answer import Citation, Quote, Support
    from assistant.comparison.comparison import Approach, Cell, Comparison, Row
    from assistant.sources import Sources

SAYING = {
    "approach": "the approach",
    "generative_model": "the generative model",
    "rl_algorithm": "the RL algorithm",
    "main_result": "the main result",
    "inputs": "the input",
    "outputs": "the output",
    "role_of_rl": "the role of RL",
}
ALIKE = {
    "benchmarks": "are evaluated on",
    "rl_algorithm": "use",
    "generative_model": "build on",
    "setting": "are tried in",
}
COMMON = 0.25  # share of a category's papers from which a value is said of it
COUNTED = 3  # values of a category that a sentence names
BY_COUNT = "counted over the papers' digests and rows of the survey's table; no single quote carries it"
BY_CELLS = "put together by the program from the cells of the table, each with its source"
BY_ROW = "read off the row on code: what is given is cited; that the rest states none has no quote"
IN_PROSE = 170  # characters of a quote inside a composed sentence


def composed(comparison: Comparison, keys: dict[str, str], numbered: Sources) -> Iterator[Claim]:
    """Sentences built from the cells alone: the question first, then what is shared, what differs, when to prefer."""
    approaches = comparison.approaches
    for row in comparison.rows:
        if row.kind != "standard" and (
            claim := _differing(row, approaches, row.aspect if row.kind == "own" else "", numbered)
        ):
            yield claim
    rows = rows_by_key(comparison.rows, keys)
    yield from _all_shared(rows, approaches, numbered)
    for key in ("approach", "generative_model", "main_result"):
        if key in rows and (claim := _differing(rows[key], approaches, SAYING[key], numbered)):
            yield claim
    yield from _preferring(rows, approaches, numbered)
    for key in ("rl_algorithm", "outputs", "inputs", "role_of_rl"):
        if key in rows and (claim := _differing(rows[key], approaches, SAYING[key], numbered)):
            yield claim


def beside(comparison: Comparison, keys: dict[str, str], numbered: Sources) -> Iterator[Claim]:
    """What a small model, which tells differences, leaves out: what the sides share, and when to prefer which."""
    rows = rows_by_key(comparison.rows, keys)
    yield from _all_shared(rows, comparison.approaches, numbered)
    yield from _preferring(rows, comparison.approaches, numbered)


def _all_shared(rows: dict[str, Row], approaches: Sequence[Approach], numbered: Sources) -> Iterator[Claim]:
    for key, verb in ALIKE.items():
        if key in rows and (claim := _shared(key, verb, rows[key], approaches, numbered)):
            yield claim


def _preferring(rows: dict[str, Row], approaches: Sequence[Approach], numbered: Sources) -> Iterator[Claim]:
    if "setting" in rows and (
        claim := _preferred(rows["setting"], approaches, numbered)
        or _real_robots(rows["setting"], approaches, numbered)
    ):
        yield claim
    if "code" in rows and (claim := _with_code(rows["code"], approaches, numbered)):
        yield claim
    if "limitations" in rows:
        yield from _limits(rows["limitations"], approaches, numbered)


def _differing(row: Row, approaches: Sequence[Approach], what: str, numbered: Sources) -> Claim | None:
    """What each side says of an aspect, "A: …; B: …", where at least two sides state it."""
    stated = [
        (a, c) for a, c in zip(approaches, row.cells, strict=True) if c.status != "not stated" and c.sources
    ]
    if len(stated) < 2 or any(cell.wording == "counted" and not cell.counts for _, cell in stated):
        return None
    halves = [f"{approach.name}: {_words(cell, len(approach.papers))}" for approach, cell in stated]
    opening = f"{what[0].upper()}{what[1:]} – " if what else ""
    text = f"{opening}{'; '.join(halves)}."
    citations = [numbered.citation(source) for _, cell in stated for source in carrying(cell)]
    if any(cell.wording == "counted" for _, cell in stated):
        return Claim(text, "computed", tuple(citations), why=BY_COUNT)
    return _claim(text, [(_bare(cell), carrying(cell)) for _, cell in stated], tuple(citations), numbered)


def _counts(cell: Cell, of: int) -> str:
    """The commonest values with how many papers have each: "images (13 of 22), language (7 of 22)"."""
    named = [f"{count.value} ({len(count.papers)} of {of})" for count in cell.counts[:COUNTED]]
    return either(named, "and")


def _words(cell: Cell, of: int) -> str:
    if cell.wording == "counted":
        return _counts(cell, of)
    if cell.wording == "pdf" and cell.text.startswith("“"):
        return quoted(cell.sources[0].quote.rstrip("."), IN_PROSE)
    text = shown(cell.text, IN_PROSE).rstrip(".")
    return text if cell.checked or "(digest)" in text else f"{text} ({_whose(cell)})"


def _whose(cell: Cell) -> str:
    return {"digest": "according to its digest", "table": "according to the survey's table"}.get(
        cell.wording, "from the paper"
    )


def _stamped(halves: Sequence[tuple[str, Sequence[Quote]]], numbered: Sources) -> Support:
    """How the parts of a sentence are carried, each by its own sources: as quotes, else computed by the program."""
    found: set[str] = set()
    for words, sources in halves:
        paper = numbered.catalogue.by_id.get(sources[0].paper) if sources else None
        known = (paper.title, *paper.names) if paper else ()
        found.add(compare(words, " ".join(source.quote for source in sources), known).support)
    if not found or found - {"exact", "normalised"}:
        return "computed"
    return "normalised" if "normalised" in found else "exact"


def _claim(
    text: str,
    halves: Sequence[tuple[str, Sequence[Quote]]],
    citations: tuple[Citation, ...],
    numbered: Sources,
) -> Claim:
    support = _stamped(halves, numbered)
    return Claim(text, support, citations, why=BY_CELLS if support == "computed" else "")


def _bare(cell: Cell) -> str:
    """What a cell states, without quotation marks, whose words they are, and the sign of a cut."""
    if cell.wording == "pdf" and cell.text.startswith("“"):
        return shown(cell.sources[0].quote, IN_PROSE).removesuffix(" …")
    return shown(cell.text, IN_PROSE).removesuffix(" …")


def _shared(key: str, verb: str, row: Row, approaches: Sequence[Approach], numbered: Sources) -> Claim | None:
    """What all sides have in common, by name, each with a source that holds the name."""
    if any(cell.wording == "counted" for cell in row.cells):
        return _shared_by_count(verb, row, approaches, numbered)
    held: list[dict[str, Quote]] = []
    for cell in row.cells:
        if cell.status == "conflict" or not cell.sources:
            return None
        of_cell: dict[str, Quote] = {}
        for source in cell.sources:
            for value in values(BY_KEY[key], source.quote):
                if key != "setting" or source.source != "pdf":
                    of_cell.setdefault(value, source)
        if key == "setting" and cell.checked and of_cell:
            of_cell = dict.fromkeys(of_cell, cell.sources[0])
        held.append(of_cell)
    common = [value for value in held[0] if all(value in other for other in held[1:]) and value != "none"]
    if not common:
        return None
    if key == "generative_model":
        common = [value for value in common if value != "transformer"][:2] or common[:1]
    who = "Both" if len(approaches) == 2 else "All of"
    names = either([approach.name for approach in approaches], "and")
    what = either([several(value) for value in common[:3]], "and")
    text = f"{who} {names} {verb} {what}."
    citations = tuple(
        dict.fromkeys(numbered.citation(of_cell[value]) for of_cell in held for value in common[:3])
    )
    halves = [(value, [of_cell[value]]) for of_cell in held for value in common[:3]]
    support = _stamped(halves, numbered)
    if support == "computed" and (key != "setting" or not all(cell.checked for cell in row.cells)):
        return None  # a name met by pattern alone, "Dreamer" in "DreamerV3", is too little to call shared
    # a setting known by its benchmark's name: each side's cell was held against its quote
    return Claim(text, support, citations, why=BY_CELLS if support == "computed" else "")


def _shared_by_count(verb: str, row: Row, approaches: Sequence[Approach], numbered: Sources) -> Claim | None:
    """What a good part of each side's papers has in common, with the counts."""
    if any(not cell.counts for cell in row.cells):
        return None
    counted = [{count.value: count.papers for count in cell.counts} for cell in row.cells]
    common = [
        value
        for value in counted[0]
        if value != "none"
        and all(
            len(of.get(value, ())) >= COMMON * len(a.papers)
            for of, a in zip(counted, approaches, strict=True)
        )
    ]
    if not common:
        return None
    value = common[0]
    parts = [
        f"{len(of[value])} of the {len(a.papers)} papers of {a.name}"
        for of, a in zip(counted, approaches, strict=True)
    ]
    citations = []
    for of, cell in zip(counted, row.cells, strict=True):
        source = next(
            (s for s in cell.sources if s.paper in of[value] and s.source != "pdf"), cell.sources[0]
        )
        citations.append(numbered.citation(source))
    text = f"{either(parts, 'and')} {verb} {several(value)}."
    return Claim(text, "computed", tuple(citations), why=BY_COUNT)


def _preferred(row: Row, approaches: Sequence[Approach], numbered: Sources) -> Claim | None:
    """Which side has been on a real robot, where only one has."""
    if any(a.kind != "paper" for a in approaches) or any(c.status == "not stated" for c in row.cells):
        return None
    kinds = [setting(cell.text.split(" (")[0]) for cell in row.cells]
    real = [
        (a, c)
        for a, c, kind in zip(approaches, row.cells, kinds, strict=True)
        if kind not in (SIMULATION, "")
    ]
    only = [(a, c) for a, c, kind in zip(approaches, row.cells, kinds, strict=True) if kind == SIMULATION]
    if not real or not only:
        return None
    text = (
        f"Where results on a real robot count, prefer {either([a.name for a, _ in real])}, which reports them; "
        f"of {either([a.name for a, _ in only], 'and')} only simulation is stated."
    )
    halves = [
        (words, [carrying(cell)[0]])
        for words, side in (("real robot", real), ("simulation", only))
        for _, cell in side
    ]
    citations = tuple(numbered.citation(sources[0]) for _, sources in halves)
    return _claim(text, halves, citations, numbered)


def _real_robots(row: Row, approaches: Sequence[Approach], numbered: Sources) -> Claim | None:
    """How many papers of each category or set report a real robot."""
    parts, citations, found = [], [], 0
    for approach, cell in zip(approaches, row.cells, strict=True):
        if not cell.counts:
            continue
        papers = [paper for count in cell.counts if count.value in (REAL, BOTH) for paper in count.papers]
        found += len(papers)
        parts.append(f"{len(papers) or 'none'} of the {len(approach.papers)} papers of {approach.name}")
        citations += [
            numbered.citation(s) for s in cell.sources if s.paper in papers and s.source == "digest"
        ][:3]
    if len(parts) < 2 or not found:
        return None
    text = f"Where results on a real robot count, weigh that {either(parts, 'and')} report them."
    return Claim(text, "computed", tuple(citations), why=BY_COUNT)


def _with_code(row: Row, approaches: Sequence[Approach], numbered: Sources) -> Claim | None:
    """Which papers give their code, where the table says "not stated" of the others."""
    if any(a.kind != "paper" or c.status == "conflict" for a, c in zip(approaches, row.cells, strict=True)):
        return None
    with_code = [
        (a, source)
        for a, c in zip(approaches, row.cells, strict=True)
        if (source := next((s for s in c.sources if AVAILABLE in values(BY_KEY["code"], s.quote)), None))
    ]
    silent = [a.name for a, c in zip(approaches, row.cells, strict=True) if c.status == "not stated"]
    if not with_code or len(with_code) + len(silent) < len(approaches) or not silent:
        return None
    text = (
        f"To build on released code, start from {either([a.name for a, _ in with_code])}, where it is given; "
        f"of {either(silent, 'and')} none is stated."
    )
    sources = [source for _, source in with_code]
    return Claim(text, "computed", tuple(numbered.citation(source) for source in sources), why=BY_ROW)


def _limits(row: Row, approaches: Sequence[Approach], numbered: Sources) -> Iterator[Claim]:
    for approach, cell in zip(approaches, row.cells, strict=True):
        if cell.status == "stated" and approach.kind == "paper" and cell.sources:
            text = f"Before preferring {approach.name}, weigh its limits: {_words(cell, 1)}."
            sources = carrying(cell)
            citations = tuple(numbered.citation(s) for s in sources)
            yield _claim(text, [(_bare(cell), sources)], citations, numbered)
