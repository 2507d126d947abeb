"""One run against another, question by question; and the plain chain against the checked one of the same run."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final

from assistant.evaluation.metrics import NOTHING, Group, Record, groups, kinds_in, measures, part
from assistant.evaluation.statistics import difference
from corpus.errors import WrongUse

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

VERSION: Final = 1  # of the result's form


@dataclass(frozen=True, slots=True)
class Comparison:
    """New against old.

    Attributes:
        rows: A row for each group, kind and figure.
        only_old: Ids of questions that only the old run has.
        only_new: Ids that only the new one has.
        unmatched: Groups of the new run that the old one has no counterpart for, in words.
    """

    rows: list[dict[str, Any]]
    only_old: tuple[str, ...] = ()
    only_new: tuple[str, ...] = ()
    unmatched: tuple[str, ...] = ()


def read_result(path: Path) -> dict[str, Any]:
    """The result that an earlier `duality eval --out` wrote.

    Raises:
        WrongUse: It is something else.
    """
    try:
        result = json.loads(path.read_text("utf-8"))
    except (ValueError, OSError) as error:
        raise WrongUse(f"{path} is not a result of `duality eval --out` ({error}).") from error
    records = result.get("records") if isinstance(result, dict) else None
    wanted = {"id", "kind", "retrieval", "answers"}
    if not isinstance(records, list) or not all(isinstance(r, dict) and wanted <= r.keys() for r in records):
        raise WrongUse(f"{path} is not a result of `duality eval --out`: it has no records.")
    if result.get("version") != VERSION:
        raise WrongUse(
            f"{path} is of another version of Duality: run `duality eval` again to have it comparable."
        )
    return dict(result)


def against_old(old: Sequence[Record], new: Sequence[Record]) -> Comparison:
    """The paired differences of two runs, by question id."""
    before = {record["id"]: record for record in old}
    after = {record["id"]: record for record in new}
    shared = [record for record in new if record["id"] in before]
    pairs, unmatched = _paired_groups(groups(old), groups(new))
    rows = []
    for old_group, new_group in pairs:
        rows += _rows(shared, lambda record, g=old_group: part(before[record["id"]], g), new_group, old_group)
    return Comparison(
        rows, tuple(before.keys() - after.keys()), tuple(after.keys() - before.keys()), tuple(unmatched)
    )


def plain_against_checked(records: Sequence[Record]) -> list[dict[str, Any]]:
    """What checking changes: the plain chain as "old", the checked one as "new"."""
    there = groups(records)
    rows = []
    for group in there:
        plain: Group = (group[0], group[1], "plain")
        if group[2] == "checked" and plain in there:
            rows += _rows(records, lambda record, g=plain: part(record, g), group, plain)
    return rows


def _paired_groups(old: Sequence[Group], new: Sequence[Group]) -> tuple[list[tuple[Group, Group]], list[str]]:
    """Groups of the same name; and where each run had one model, that model whatever its name."""
    models = [{group[1] for group in side if group[0] == "answers"} for side in (old, new)]
    single = len(models[0]) == len(models[1]) == 1
    pairs, unmatched = [], []
    for group in new:
        same = [
            g for g in old if g == group or (single and g[0] == "answers" == group[0] and g[2] == group[2])
        ]
        if same:
            pairs.append((same[0], group))
        else:
            unmatched.append(" ".join(word for word in group[1:] if word))
    return pairs, unmatched


def _rows(records: Sequence[Record], old_part: Any, group: Group, old_group: Group) -> list[dict[str, Any]]:
    rows = []
    for kind, mine in kinds_in([record for record in records if part(record, group) is not None]):
        pairs: list[tuple[Mapping[str, Any], Mapping[str, Any]]] = [
            (before, after)
            for record in mine
            if (before := old_part(record)) is not None and (after := part(record, group)) is not None
        ]
        for measure in measures(group):
            sides = ([measure.of(p) if p else NOTHING for p in side] for side in zip(*pairs, strict=True))
            found = difference(*sides, binary=measure.binary) if pairs and measure.paired else None
            if found is not None:
                rows.append(
                    {
                        "what": group[0],
                        "name": group[1],
                        "chain": group[2],
                        "old_name": old_group[1],
                        "old_chain": old_group[2],
                        "kind": kind,
                        "figure": measure.name,
                        **{k: round(v, 6) if isinstance(v, float) else v for k, v in asdict(found).items()},
                    }
                )
    return rows
