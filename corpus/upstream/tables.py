"""The survey's Excel tables, row by row: a row with anything not understood is said, and not taken."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from corpus.errors import UnreadableDocument
from corpus.paper import TableRow
from corpus.spelling import key
from corpus.upstream import workbook
from corpus.upstream.listing import Row, Slip, Unclear, Upstream, quoted

if TYPE_CHECKING:
    from collections.abc import Mapping

    from corpus.upstream.workbook import Sheet

_TOOLS, _POLICIES = "generative-tools-for-rl", "rl-for-generative-policies"
_TRANSFORMER: Final = f"{_POLICIES}/rl-pre-training/transformer-policy"

CATEGORY_OF_TABLE: Final = {
    "Large_Language_Models_for_RL_Table.xlsx": f"{_TOOLS}/base-model/llm",
    "Vision_Language_Models_for_RL_Table.xlsx": f"{_TOOLS}/base-model/vlm",
    "Diffusion_Models_for_RL_Table.xlsx": f"{_TOOLS}/base-model/diffusion-model",
    "World_Models_and_Video_Prediction_Models_for_RL_Table.xlsx": f"{_TOOLS}/base-model/world-model",
    "RL_for_Transformer_Policy_Table.xlsx": _TRANSFORMER,
    "RL_for_Diffusion_Policy_Table.xlsx": f"{_POLICIES}/rl-pre-training/diffusion-policy",
}
"""The six tables, and the category that each is about."""

# the headings a column may have; the README's own words for its columns are among them
_COLUMNS: Final = {
    "upstream_key": "key, reference, references, ref, citation, citation key, cite, bibtex key, paper",
    "framework": "framework, frameworks, name of the framework, framework name, name, method",
    "taxonomy_label": "taxonomy, taxonomy label, taxonomy category, category, categories, model type",
    "base_model": "base model, base models, model, model used, foundation model, backbone",
    "code_available": "code, code available, code availability",
    "dataset": "dataset, datasets, data set, data sets",
    "modules": "module, modules, application, applications, type of application",
    "setting": "setting, settings, simulation vs real world, simulation vs real, simulation or real, simulation/real, "
    "real/simulation, sim/real, simulation, environment",
}
_SLIPS: Final = {
    "code availabale": "Code Available",
    "transfomer model": "Transformer Model",
    "world mode": "World Model",
}
_NEEDED: Final = ("upstream_key", "framework", "taxonomy_label", "modules", "setting")
_LABELS: Final = {
    "llm": f"{_TOOLS}/base-model/llm",
    "vlm": f"{_TOOLS}/base-model/vlm",
    "diffusion model": f"{_TOOLS}/base-model/diffusion-model",
    "world model": f"{_TOOLS}/base-model/world-model",
    "wm": f"{_TOOLS}/base-model/world-model",
    "video prediction model": f"{_TOOLS}/base-model/video-prediction-model",
    "vpm": f"{_TOOLS}/base-model/video-prediction-model",
    "transformer model": _TRANSFORMER,
}
_NOTHING: Final = frozenset({"n/a", "na", "none", "-", "–", "—", "no", "not available"})

_FIELD_OF: Final = {key(heading): name for name, all_ in _COLUMNS.items() for heading in all_.split(", ")}
_SLIP_OF: Final = {key(found): meant for found, meant in _SLIPS.items()}
_SLUG_OF: Final = {key(label): slug for label, slug in _LABELS.items()}
_CITED: Final = re.compile(r"^(?:\\cite\w*\{|\[?@)?\s*([\w:-]+)\s*[}\]]?$")
_HEADINGS_WITHIN: Final = 10  # rows


def read(files: Mapping[str, bytes]) -> Upstream:
    """The rows of all tables among the files; a table that is missing or unreadable is said."""
    found = Upstream()
    for name, data in files.items():
        if name not in CATEGORY_OF_TABLE:
            found = found.joined(
                _said(name, "", "This table is not one of the six: nothing is read from it.")
            )
            continue
        try:
            found = found.joined(_table(name, workbook.sheets(name, data)))
        except UnreadableDocument as error:
            found = found.joined(_said(name, "", str(error)))
    for name in CATEGORY_OF_TABLE:
        if name not in files:
            found = found.joined(_said(name, "", "This table is missing: its rows are held against nothing."))
    return found


def slugs_of(label: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The categories of a label like "World Model, LLM", and the parts of it that name none."""
    slugs, unknown = [], []
    for part in label.split(","):
        slug = _SLUG_OF.get(key(_SLIP_OF.get(key(part), part)))
        if slug:
            slugs.append(slug)
        else:
            unknown.append(part.strip())
    return tuple(dict.fromkeys(slugs)), tuple(unknown)


def _said(name: str, where: str, what: str) -> Upstream:
    return Upstream(unclear=(Unclear(name, where, what),))


def _table(name: str, sheets: tuple[Sheet, ...]) -> Upstream:
    found = Upstream()
    for other in sheets[1:]:
        found = found.joined(
            _said(name, f"sheet {quoted(other.name)}", "A further sheet: nothing is read from it.")
        )
    if not sheets:
        return _said(name, "", "The table is empty: its rows are held against nothing.")
    sheet = sheets[0]
    start, columns = _headings(sheet)
    missing = [_COLUMNS[field].split(", ")[0] for field in _NEEDED if field not in columns.values()]
    if missing:
        what = f"No column is headed {' or '.join(map(repr, missing))}: nothing is read from this table."
        return found.joined(_said(name, f"row {start + 1}", what))
    for number, row in enumerate(sheet.cells[:start], 1):
        if any(value is not None for value in row):
            what = f"{quoted(str(next(v for v in row if v is not None)))} stands above the headings."
            found = found.joined(_said(name, f"row {number}", what))
    merged = {number: ref for ref in sheet.merged for number in _rows_of(ref)}
    if start + 1 in merged:
        what = f"The headings have merged cells ({merged[start + 1]}): nothing is read from this table."
        return found.joined(_said(name, f"row {start + 1}", what))
    for column, heading in enumerate(sheet.cells[start]):
        if column in columns:
            if meant := _SLIP_OF.get(key(str(heading))):
                slip = Slip(name, "the headings", str(heading), meant)
                found = found.joined(Upstream(slips=(slip,)))
        elif any(len(row) > column and row[column] is not None for row in sheet.cells[start:]):
            what = f"The column {quoted(str(heading or ''))} is not known: it is passed over."
            found = found.joined(_said(name, f"column {_letter(column)}", what))
    for number, row in enumerate(sheet.cells[start + 1 :], start + 2):
        if any(row[column] is not None for column in columns if column < len(row)):
            found = found.joined(_row(name, number, row, columns, merged.get(number)))
    return found.joined(Upstream(tables=(name,)))


def _headings(sheet: Sheet) -> tuple[int, dict[int, str]]:
    """The index of the row of headings, and the field of each column that is known."""
    best: tuple[int, dict[int, str]] = (0, {})
    for index, row in enumerate(sheet.cells[:_HEADINGS_WITHIN]):
        columns: dict[int, str] = {}
        for column, value in enumerate(row):
            heading = key(str(value or ""))
            field = _FIELD_OF.get(key(_SLIP_OF.get(heading, heading)))
            if field and field not in columns.values():
                columns[column] = field
        if len(columns) > len(best[1]):
            best = (index, columns)
    return best


def _row(
    name: str, number: int, row: tuple[object, ...], columns: Mapping[int, str], merged: str | None
) -> Upstream:
    """One row, or why it is not taken."""
    values: dict[str, str | None] = dict.fromkeys(_COLUMNS)
    faults = [f"row {number}: merged cells ({merged})"] if merged else []
    for column, field in columns.items():
        value = row[column] if column < len(row) else None
        if value is None or isinstance(value, str):
            values[field] = value
        else:
            faults.append(
                f"row {number}, column {_letter(column)}: expected text, found {quoted(str(value))}"
            )
        if isinstance(value, str) and not value.isprintable():
            faults.append(
                f"row {number}, column {_letter(column)}: unprintable characters in {quoted(value)}"
            )
    cited = _CITED.match(values["upstream_key"] or "")
    identity = cited[1] if cited else None
    if values["upstream_key"] and not cited:
        faults.append(f"row {number}: {quoted(values['upstream_key'])} is not the key of a reference")
    for field in _NEEDED:
        if values[field] is None and not any(f"row {number}," in fault for fault in faults):
            faults.append(f"row {number}: nothing in the column {_COLUMNS[field].split(', ')[0]!r}")
    slugs, unknown = slugs_of(values["taxonomy_label"] or "")
    if values["taxonomy_label"] and unknown:
        faults.append(f"row {number}: the label {', '.join(map(quoted, unknown))} names no category")
    keys = (identity,) if identity else ()
    if faults:
        said = (
            Unclear(name, where, f"{what[:1].upper()}{what[1:]}: the row is not taken.")
            for where, _, what in (fault.partition(": ") for fault in faults)
        )
        return Upstream(unclear=tuple(said), keys=keys)
    table = TableRow(
        framework=values["framework"] or "",
        taxonomy_label=values["taxonomy_label"] or "",
        taxonomy_slugs=slugs,
        base_model=_stated(values["base_model"]),
        code_available=_stated(values["code_available"]),
        dataset=_stated(values["dataset"]),
        modules=values["modules"] or "",
        setting=values["setting"] or "",
        source_table=name,
        table_category=CATEGORY_OF_TABLE[name],
        upstream_key=identity or "",
    )
    slips = tuple(
        Slip(name, f"row {number}", part.strip(), _SLIP_OF[key(part)])
        for part in table.taxonomy_label.split(",")
        if key(part) in _SLIP_OF
    )
    return Upstream(rows=(Row(table, number),), slips=slips)


def _stated(value: str | None) -> str | None:
    return None if value is None or value.lower() in _NOTHING else value


def _rows_of(reference: str) -> range:
    numbers = [int(n) for n in re.findall(r"\d+", reference)]
    return range(numbers[0], min(numbers[-1], numbers[0] + 5_000) + 1)


def _letter(column: int) -> str:
    """The letters of a column, which are numbers to the base of 26 without a zero."""
    name = ""
    while column >= 0:
        name = chr(ord("A") + column % 26) + name
        column = column // 26 - 1
    return name
