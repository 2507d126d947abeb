"""What a run found: the JSON result, and the same as Markdown tables for people, the terminal and docs/quality.md."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

from assistant.evaluation.comparing import VERSION, plain_against_checked
from assistant.evaluation.metrics import (
    ANSWERS,
    CITATIONS,
    COST,
    FACTS,
    RETRIEVAL,
    SUPPORT,
    Record,
    groups,
    summary,
)
from assistant.evaluation.questions import KINDS
from assistant.evaluation.statistics import DRAWS, SEED
from corpus.errors import WrongUse

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from assistant.evaluation.comparing import Comparison
    from assistant.evaluation.metrics import Measure

BEGIN: Final = "<!-- eval:begin -->"
END: Final = "<!-- eval:end -->"
LABELS: Final = {measure.name: measure.label for measure in (*RETRIEVAL, *ANSWERS)}
BY_KIND: Final = (
    "page_10",
    "facts_given_page",
    "refused",
    "recall",
    "precision",
)  # compared kind by kind too
WITH_COUNT: Final = ("facts_given_page", "refusal_recall", "refusal_precision", "false_refusals")
LEGEND: Final = """\
Every figure is followed by its 95 % interval (percentile bootstrap over questions); [1.00, 1.00] means that all were \
right, not that there is no doubt. *Paper in 5*: share of the question's papers among the first five distinct papers. \
*Page in k*: share of its papers of which an acceptable page is among the first k passages. *dense*, *keywords* and \
their fusion see the question as asked; *final* is the product's search, with the conversation, the papers named, \
gists and limits. *Citation recall and precision* are ALCE's (Gao et al. 2023) with this project's own check in the \
judge's place: a sentence is recalled if all it cites carry it together; a citation is precise if it alone carries the \
sentence or the others fail without it; a number that points at nothing is wrong. *Quote on its page* is looked up in \
the stored text of the page. A refusal counts as holding no facts and claims nothing. *plain* is the model's own \
text, from the same evidence, with no refusal, check or repair."""


def result(
    run: Mapping[str, Any], records: Sequence[Record], complete: bool, against: Comparison | None, old: str
) -> dict[str, Any]:
    """The JSON result (docs/json.md).

    Args:
        run: What was run, on what.
        records: A record a question.
        complete: Whether all questions were asked.
        against: The comparison with an older run.
        old: That run's file name.
    """
    found: dict[str, Any] = {
        "version": VERSION,
        "complete": complete,
        **run,
        "bootstrap": {"draws": DRAWS, "seed": SEED},
        "summary": summary(records),
        "plain_against_checked": plain_against_checked(records),
    }
    if against is not None:
        found["compared"] = {"with": old, **asdict(against)}
    return {**found, "records": list(records)}


def markdown(result: Mapping[str, Any], *, legend: bool = True) -> str:
    """The result as tables, each row with its n."""
    rows = result["summary"]
    searched = [row for row in rows if row["what"] == "retrieval"]
    answered = [row for row in rows if row["what"] == "answers"]
    parts = [_opening(result)]
    if searched:
        parts += ["### Search", _table(searched, RETRIEVAL)]
    if answered:
        parts += ["### Expected facts", _table(answered, FACTS)]
        parts += ["### Support of the claims shown", _table(answered, SUPPORT, "unsupported", "claims")]
        parts += ["### Citations", _table(answered, CITATIONS, "page_accuracy", "quotes")]
        parts += ["### Refusal", _refusals(answered), _promises(result["records"])]
        parts += ["### Cost", _table([row for row in answered if row["chain"] == "checked"], COST)]
    if result["plain_against_checked"]:
        parts += ["### Checked against plain", _differences(result["plain_against_checked"])]
    if "compared" in result:
        parts += [f"### Against {result['compared']['with']}", *_compared(result["compared"])]
    if legend:
        parts.append(LEGEND)
    return "\n\n".join(part for part in parts if part) + "\n"


def between_markers(text: str, section: str, name: str) -> str:
    """`text` with what stands between the two markers replaced by `section`.

    Raises:
        WrongUse: The markers are not there, or not once and in order.
    """
    if text.count(BEGIN) != 1 or text.count(END) != 1 or text.index(BEGIN) > text.index(END):
        raise WrongUse(f"{name} needs one line {BEGIN} and below it one line {END}: the tables go between.")
    before, rest = text.split(BEGIN)
    return f"{before}{BEGIN}\n\n{section.strip()}\n\n{END}{rest.split(END)[1]}"


def _opening(result: Mapping[str, Any]) -> str:
    counted = Counter(record["kind"] for record in result["records"])
    kinds = ", ".join(f"{counted[kind]} {kind}" for kind in KINDS if counted[kind])
    index = result["index"]
    asked = f"{len(result['records'])} questions ({kinds})"
    if not result["complete"]:
        asked = f"**Stopped early:** {asked} of {result['asked']}"
    lines = [
        f"`{result['command']}`",
        f"{asked}; {index['papers']} papers indexed with {index['embedder']}, {index['pdfs']} of them as PDF; version {result['duality']}, {result['made']}.",
    ]
    if result["without_pdf"]:
        lines.append(f"Not indexed as PDF, so never found by page: {', '.join(result['without_pdf'])}.")
    return "\n\n".join(lines)


def _cell(name: str, figures: Mapping[str, Any]) -> str:
    found = figures.get(name)
    if found is None:
        return "–"
    if name == "unknown_ids":
        return f"{found['value'] * found['of']:.0f} in all"
    digits = 0 if name.startswith("tokens") else 3 if name == "checking_share" else 2
    value, low, high = (f"{found[key]:.{digits}f}" for key in ("value", "low", "high"))
    of = f" of {found['of']:.0f}" if name in WITH_COUNT else ""
    return f"{value} [{low}, {high}]{of}"


def _table(
    rows: Sequence[Mapping[str, Any]], measures: Sequence[Measure], counted: str = "", heading: str = ""
) -> str:
    """The rows with a column for each figure, n being that of the first; `counted` names the figure whose denominators `heading` shows."""
    shown = [m for m in measures if any(m.name in row["figures"] for row in rows)]
    if not shown:
        return ""
    answers = rows[0]["what"] == "answers"
    head = [*(("model", "chain") if answers else ("method",)), "kind", "n", *([heading] if heading else [])]
    lines = [[*head, *(measure.label for measure in shown)]]
    for row in rows:
        figures = row["figures"]
        if not any(measure.name in figures for measure in shown):
            continue
        n = next(str(figures[measure.name]["n"]) for measure in shown if measure.name in figures)
        line = [row["name"], *([row["chain"]] if answers else []), row["kind"], n]
        if heading:
            line.append(f"{figures[counted]['of']:.0f}" if counted in figures else "–")
        lines.append([*line, *(_cell(measure.name, figures) for measure in shown)])
    return _aligned(lines)


def _refusals(rows: Sequence[Mapping[str, Any]]) -> str:
    """A row for each chain that can refuse: recall, precision, and false refusals kind by kind."""
    lines = [
        ["model", "recall", "precision", *(f"false, {kind}" for kind in (*KINDS[:-1], "all answerable"))]
    ]
    for name in dict.fromkeys(row["name"] for row in rows):
        own = {
            row["kind"]: row["figures"] for row in rows if row["name"] == name and row["chain"] == "checked"
        }
        every: Mapping[str, Any] = own.get("all") or next(iter(own.values()), {})
        cells = [_cell("refusal_recall", every), _cell("refusal_precision", every)]
        cells += [_cell("false_refusals", own.get(kind, {})) for kind in KINDS[:-1]]
        lines.append([name, *cells, _cell("false_refusals", every)])
    return _aligned(lines)


def _promises(records: Sequence[Record]) -> str:
    """What must be zero, counted over everything that was shown."""
    lines = []
    for _, model, chain in (group for group in groups(records) if group[0] == "answers"):
        parts = [r["answers"][model][chain] for r in records if chain in r["answers"].get(model, {})]
        astray = sum(
            citation["placed"] == "not found"
            for part in parts
            for claim in part["claims"]
            if claim["support"] != "unsupported"
            for citation in claim["citations"]
        )
        unknown = sum(part["unknown_ids"] for part in parts)
        quotes = (
            f"shown as supported with a quote that is not on its page: {astray}; "
            if chain == "checked"
            else ""
        )
        lines.append(f"- {model}, {chain}: {quotes}unknown ids shown: {unknown}")
        reasons = Counter(note for part in parts if part["fell_back"] for note in part["notes"][:1])
        lines += [
            f"- {model}, fell back in {n} of {len(parts)} answers: {note}"
            for note, n in reasons.most_common(5)
        ]
    return "\n".join(lines)


def _differences(rows: Sequence[Mapping[str, Any]]) -> str:
    """Paired differences: over all questions, and kind by kind for the few figures that matter most."""
    several = len({row["kind"] for row in rows}) > 1
    changed = [row for row in rows if row["difference"] or row["low"] or row["high"]]
    same = (
        f"The other {len(rows) - len(changed)} figures are the same on both sides."
        if len(changed) < len(rows)
        else ""
    )
    if not changed:
        return f"All {len(rows)} figures are the same on both sides."
    lines = [["what", "figure", "kind", "n", "old", "new", "difference", "p", "test"]]
    for row in changed:
        if several and row["kind"] != "all" and row["figure"] not in BY_KIND:
            continue
        if row["kind"] != "all" and row["n"] < 2:
            continue
        name = " ".join(word for word in (row["name"], row["chain"]) if word)
        test = (
            "bootstrap" if row["test"] == "bootstrap" else f"McNemar, {row['only_old']} : {row['only_new']}"
        )
        change = f"{row['difference']:+.2f} [{row['low']:+.2f}, {row['high']:+.2f}]"
        lines.append(
            [
                name,
                LABELS[row["figure"]],
                row["kind"],
                str(row["n"]),
                f"{row['old']:.2f}",
                f"{row['new']:.2f}",
                change,
                f"{row['p']:.4f}",
                test,
            ]
        )
    return f"{_aligned(lines)}\n\n{same}".strip()


def _compared(compared: Mapping[str, Any]) -> list[str]:
    parts = [_differences(compared["rows"]) if compared["rows"] else "The two runs have nothing in common."]
    for side, what in (("only_old", "Only in the old run"), ("only_new", "Only in this run")):
        if compared[side]:
            parts.append(f"{what}: {', '.join(sorted(compared[side]))}.")
    if compared["unmatched"]:
        parts.append(f"Without a counterpart in the old run: {', '.join(compared['unmatched'])}.")
    return parts


def _aligned(lines: Sequence[Sequence[str]]) -> str:
    """A Markdown table whose columns line up."""
    widths = [max(len(line[i]) for line in lines) for i in range(len(lines[0]))]
    rows = [
        "| " + " | ".join(cell.ljust(w) for cell, w in zip(line, widths, strict=True)) + " |"
        for line in lines
    ]
    rows.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return "\n".join(rows)
