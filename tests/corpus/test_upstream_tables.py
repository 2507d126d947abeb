"""The Excel tables: a row is taken whole or not at all, and a hostile file costs one line."""

import io
import zipfile

import pytest

from corpus.upstream import tables
from tests.corpus.survey_repository import COLUMNS, repository, workbook

NAME = "Large_Language_Models_for_RL_Table.xlsx"
ROW = {
    "upstream_key": "foo2025gen",
    "framework": "GenFoo",
    "taxonomy_label": "LLM, WM",
    "base_model": "GPT-4",
    "code_available": "N/A",
    "dataset": "-",
    "modules": "Rewards",
    "setting": "Simulation",
}


def read(data: bytes, name: str = NAME):
    found = tables.read({name: data})
    return found, [u for u in found.unclear if "missing" not in u.what]


def test_a_row_is_read_with_its_categories_and_nothing_for_what_is_not_stated():
    found, unclear = read(workbook([ROW]))
    table = found.rows[0].table
    assert unclear == []
    assert (table.base_model, table.code_available, table.dataset) == ("GPT-4", None, None)
    assert table.taxonomy_slugs == (
        "generative-tools-for-rl/base-model/llm",
        "generative-tools-for-rl/base-model/world-model",
    )
    assert table.table_category == "generative-tools-for-rl/base-model/llm"
    assert (table.source_table, found.rows[0].number) == (NAME, 2)


@pytest.mark.parametrize("cited", ["\\cite{foo2025gen}", "[@foo2025gen]", " foo2025gen "])
def test_a_key_may_be_cited(cited):
    assert read(workbook([{**ROW, "upstream_key": cited}]))[0].rows[0].table.upstream_key == "foo2025gen"


def test_every_row_of_the_catalogue_is_read_as_the_catalogue_has_it():
    from corpus import catalogue

    survey = repository()
    found = tables.read({name: workbook(rows) for name, rows in survey.tables.items()})
    assert {row.table for row in found.rows} == {p.table for p in catalogue.load().papers if p.table}
    assert found.unclear == ()


@pytest.mark.parametrize(
    ("change", "where", "said"),
    [
        ({"taxonomy_label": "Flow Model"}, "row 2", "'Flow Model' names no category"),
        ({"framework": None}, "row 2", "Nothing in the column 'framework'"),
        ({"upstream_key": "no key at all"}, "row 2", "is not the key of a reference"),
        ({"dataset": 7}, "row 2, column F", "Expected text, found '7'"),
    ],
)
def test_a_row_that_is_not_understood_is_said_with_its_cell_and_not_taken(change, where, said):
    found, unclear = read(workbook([{**ROW, **change}]))
    assert found.rows == ()
    assert unclear[0].where == where
    assert said in unclear[0].what
    assert unclear[0].file == NAME


def test_an_unknown_column_is_said_and_the_others_are_read():
    found, unclear = read(
        workbook([ROW], lambda book: book.active.insert_cols(1) or book.active.cell(1, 1, "Stars"))
    )
    assert [(u.where, "'Stars' is not known" in u.what) for u in unclear] == [("column A", True)]
    assert found.rows[0].table.framework == "GenFoo"


def test_a_column_that_is_needed_and_missing_stops_the_table():
    found, unclear = read(workbook([ROW], lambda book: book.active.delete_cols(2)))
    assert found.rows == ()
    assert found.tables == ()
    assert "No column is headed 'framework'" in unclear[0].what


def test_merged_cells_cost_their_rows_only():
    found, unclear = read(
        workbook([ROW, {**ROW, "upstream_key": "bar2025gen"}], lambda book: book.active.merge_cells("F3:F4"))
    )
    assert [row.table.upstream_key for row in found.rows] == ["foo2025gen"]
    assert unclear[0].where == "row 3"
    assert "erged cells (F3:F4)" in unclear[0].what


def test_a_further_sheet_and_a_line_above_the_headings_are_said():
    def more(book):
        book.active.insert_rows(1)
        book.active.cell(1, 1, "Table 1")
        book.create_sheet("Notes").append(["Something"])

    found, unclear = read(workbook([ROW], more))
    assert [u.where for u in unclear] == ["sheet 'Notes'", "row 1"]
    assert len(found.rows) == 1


def test_misspelt_headings_and_labels_are_read_and_said():
    found, unclear = read(workbook([{**ROW, "taxonomy_label": "Transfomer Model"}]))
    assert unclear == []
    assert [(slip.found, slip.meant) for slip in found.slips] == [
        ("Code Availabale", "Code Available"),
        ("Transfomer Model", "Transformer Model"),
    ]


def test_missing_and_unknown_tables_are_said():
    found = tables.read({"Another_Table.xlsx": b""})
    said = {u.file: u.what for u in found.unclear}
    assert "not one of the six" in said["Another_Table.xlsx"]
    assert sum("is missing" in what for what in said.values()) == 6


def altered(part: str, change) -> bytes:
    """The workbook with one of its parts changed."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(workbook([ROW]))) as source,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made,
    ):
        for name in source.namelist():
            data = source.read(name)
            made.writestr(name, change(data) if name == part else data)
    return out.getvalue()


SHEET = "xl/worksheets/sheet1.xml"
HOSTILE = {
    "no zip": b"PK but no zip",
    "empty": b"",
    "cut": workbook([ROW])[:-300],
    "bomb": altered(SHEET, lambda data: data.replace(b"</worksheet>", b" " * 32_000_000 + b"</worksheet>")),
    "entities": altered(SHEET, lambda data: b'<!DOCTYPE x [<!ENTITY a "aaaa">]>' + data),
    "row far down": altered(SHEET, lambda data: data.replace(b'<row r="2"', b'<row r="1048576"')),
    "far right": altered(SHEET, lambda data: data.replace(b'r="A2"', b'r="XFD2"')),
    "no sheet": altered(SHEET, lambda _: b"<worksheet"),
    "too large": b"\0" * 6_000_000,
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_or_damaged_file_costs_one_line(kind):
    found, unclear = read(HOSTILE[kind])
    assert found.rows == ()
    assert len(unclear) == 1
    assert unclear[0].what.startswith(NAME)
    assert "\n" not in unclear[0].what


def test_columns_may_stand_in_any_order():
    def reversed_columns(book):
        rows = [[cell.value for cell in row][::-1] for row in book.active.iter_rows()]
        for r, row in enumerate(rows, 1):
            for c, value in enumerate(row, 1):
                book.active.cell(r, c, value)

    found, unclear = read(workbook([ROW], reversed_columns))
    assert unclear == []
    assert found.rows[0].table.framework == "GenFoo"
    assert len(COLUMNS) == 8
