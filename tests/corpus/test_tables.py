"""Tables on pages drawn for it: headers tied to columns, labels to rows, and each cell to its place."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from corpus.reader import Reader
from corpus.table_passages import stands, table_passages
from corpus.tables import TableCell, from_json, tables, to_json
from corpus.transcript import as_json, as_markdown
from tests.sheets import FILLER, LEFT, Pages

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from corpus.document import Document

    Read = Callable[[Path], Document]

STACKED = (
    ((220, "Image rewards"), (370, "Video rewards")),
    ((200, "IQL"), (280, "TD3"), (350, "IQL"), (430, "TD3")),
    ((80, "walker run"), (190, "0.24 ± 0.03"), (270, "0.11 ± 0.03"), (340, "0.26 ± 0.02"), (420, "0.35 ± 0.01")),
    ((80, "walker stand"), (190, "0.68 ± 0.03"), (270, "0.92 ± 0.06"), (340, "0.72 ± 0.05"), (420, "1.00 ± 0.00")),
    ((80, "overall"), (190, "0.46 ± 0.03"), (270, "0.51 ± 0.04"), (340, "0.49 ± 0.03"), (420, "0.67 ± 0.01")),
)  # fmt: skip
GROUPED = (
    ((80, "Task"), (240, "Short"), (340, "Long")),
    ((80, "Seen tasks"),),
    ((80, "Letters"), (240, "7%"), (340, "40%")),
    ((80, "Bowls"), (240, "2%"), (340, "62%")),
    ((80, "Unseen tasks"),),
    ((80, "Letters"), (240, "6%"), (340, "10%")),
)
ONCE = (
    ((80, "Data"), (160, "Environment"), (260, "BC"), (330, "DD")),
    ((80, "Mixed"), (160, "Hopper"), (260, "52.5"), (330, "111.8")),
    ((160, "Walker"), (260, "107.5"), (330, "108.8")),
    ((80, "Replay"), (160, "Hopper"), (260, "18.1"), (330, "100.0")),
    ((160, "Walker"), (260, "26.0"), (330, "75.0")),
)


@pytest.fixture(scope="module")
def read() -> Iterator[Read]:
    with Reader() as reader:
        yield reader.read


def drawn(
    path: Path, rows: Sequence[Sequence[tuple[int, str]]], caption: str = "Table 2: Returns on all tasks."
) -> Path:
    """A page with a ruled table under its caption, between paragraphs."""
    with Pages(path) as sheet:
        y = sheet.prose(LEFT, 90, FILLER * 2)
        sheet.text(LEFT, y + 20, caption)
        y += 34
        sheet.rule(LEFT, y, 420)
        for row in rows:
            y += 13
            for x, said in row:
                sheet.text(x, y, said)
        sheet.rule(LEFT, y + 5, 420)
        sheet.prose(LEFT, y + 40, f"As Table 2 shows, the planner wins on D4RL. {FILLER * 3}")
    return path


def test_stacked_headers_are_joined_and_tied_to_the_columns_that_they_span(read, tmp_path):
    (table,) = tables(read(drawn(tmp_path / "a.pdf", STACKED)))

    assert [column.header for column in table.columns] == [
        "Image rewards / IQL", "Image rewards / TD3", "Video rewards / IQL", "Video rewards / TD3"
    ]  # fmt: skip
    assert [row.label for row in table.rows] == ["walker run", "walker stand", "overall"]
    assert table.rows[0].cells[3].text == "0.35 ± 0.01"
    assert table.rows[0].cells[3].value == 0.35


def test_a_table_has_its_number_caption_page_and_what_the_paper_says_of_it(read, tmp_path):
    (table,) = tables(read(drawn(tmp_path / "a.pdf", STACKED)))

    assert (table.number, table.page, table.caption) == ("2", 1, "Table 2: Returns on all tasks.")
    assert table.mentioned == "As Table 2 shows, the planner wins on D4RL."


def test_every_cell_leads_back_to_its_words_on_the_page(read, tmp_path):
    document = read(drawn(tmp_path / "a.pdf", STACKED))
    (table,) = tables(document)

    for row in table.rows:
        for cell in row.cells:
            there = " ".join(document.pages[0].text[start:end] for start, end in cell.spans)
            assert there.split() == cell.text.split()
            assert row.box.top <= cell.box.top < cell.box.bottom <= row.box.bottom


def test_a_row_under_a_group_says_so(read, tmp_path):
    (table,) = tables(read(drawn(tmp_path / "a.pdf", GROUPED)))

    assert [row.label for row in table.rows] == [
        "Seen tasks / Letters", "Seen tasks / Bowls", "Unseen tasks / Letters"
    ]  # fmt: skip
    assert table.corner == "Task"


def test_a_label_that_stands_once_is_that_of_every_row_below_it(read, tmp_path):
    (table,) = tables(read(drawn(tmp_path / "a.pdf", ONCE)))

    assert [row.label for row in table.rows] == [
        "Mixed / Hopper", "Mixed / Walker", "Replay / Hopper", "Replay / Walker"
    ]  # fmt: skip
    assert [column.header for column in table.columns] == ["BC", "DD"]


def test_prose_is_no_table(read, tmp_path):
    with Pages(tmp_path / "a.pdf") as sheet:
        sheet.prose(LEFT, 90, FILLER * 8)

    assert tables(read(tmp_path / "a.pdf")) == []


def test_a_table_is_searched_by_caption_headers_and_a_line_for_each_row(read, tmp_path):
    (passage,) = table_passages(tables(read(drawn(tmp_path / "a.pdf", STACKED))))

    assert passage.kind == "table"
    assert "walker run: Image rewards / IQL 0.24 ± 0.03; Image rewards / TD3 0.11 ± 0.03" in passage.text
    assert passage.page == 1


def test_a_line_of_the_searched_text_leads_to_its_rows_cells(read, tmp_path):
    document = read(drawn(tmp_path / "a.pdf", STACKED))
    (table,) = tables(document)
    (passage,) = table_passages([table])
    at = passage.text.index("walker stand: ")

    there = stands(table, at, at + 20)

    assert [document.pages[0].text[s.start : s.end] for s in there] == [
        cell.text for cell in table.rows[1].cells
    ]


def test_a_table_comes_back_whole_from_what_is_kept(read, tmp_path):
    (table,) = tables(read(drawn(tmp_path / "a.pdf", GROUPED)))

    assert from_json(to_json(table)) == table


def test_duality_read_gives_columns_and_labelled_rows(read, tmp_path):
    document = read(drawn(tmp_path / "a.pdf", GROUPED))

    (told,) = as_json(document, "a.pdf", lambda _: [])["tables"]

    assert told["columns"] == ["Short", "Long"]
    assert told["rows"][1] == {"label": "Seen tasks / Bowls", "cells": ["2%", "62%"]}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("−75.25 ± 10.94", -75.25),
        ("4,200", 4200.0),
        (".5", 0.5),
        ("<0.1%", 0.1),
        ("R2", None),
        ("-", None),
        ("", None),
    ],
)
def test_a_cells_value_is_the_number_it_opens_with(text, value):
    assert TableCell(text).value == value


def test_an_average_is_called_by_what_its_rows_share(read, tmp_path):
    rows = (
        ((80, "Data"), (160, "Environment"), (260, "BC"), (330, "DD")),
        ((80, "Mixed"), (160, "Hopper"), (260, "52.5"), (330, "111.8")),
        ((80, "Replay"), (160, "Hopper"), (260, "18.1"), (330, "100.0")),
        ((80, "Average"), (260, "35.3"), (330, "105.9")),
        ((80, "Mixed"), (160, "Kitchen"), (260, "51.5"), (330, "65.0")),
        ((80, "Partial"), (160, "Kitchen"), (260, "38.0"), (330, "57.0")),
        ((80, "Average"), (260, "44.8"), (330, "61.0")),
    )
    (table,) = tables(read(drawn(tmp_path / "a.pdf", rows)))
    labels = [row.label for row in table.rows if "Average" in row.label]
    assert labels == ["Average (Hopper)", "Average (Kitchen)"]


def test_halves_set_side_by_side_are_called_as_their_caption_calls_them(read, tmp_path):
    rows = (
        ((80, "Method"), (160, "Exec"), (220, "Plan"), (290, "Method"), (370, "Exec"), (430, "Plan")),
        ((80, "RL"), (160, "82.0"), (220, "41.3"), (290, "RL"), (370, "78.7"), (430, "40.7")),
        ((80, "IML"), (160, "81.3"), (220, "32.2"), (290, "IML"), (370, "80.0"), (430, "28.7")),
        ((80, "Random"), (160, "11.3"), (220, "12.2"), (290, "Random"), (370, "16.3"), (430, "17.5")),
    )
    caption = "Table 2: Results on the machine-made (left) and the human-made (right) commands."
    (table,) = tables(read(drawn(tmp_path / "a.pdf", rows, caption)))
    assert [row.label for row in table.rows][::3] == ["machine-made / RL", "human-made / RL"]
    assert [column.header for column in table.columns] == ["Exec", "Plan"]
    assert [cell.text for cell in table.rows[3].cells] == ["78.7", "40.7"]


def test_rising_shares_over_counts_are_a_head(read, tmp_path):
    rows = (
        ((80, "Share of random data"), (260, "0%"), (330, "50%"), (400, "75%")),
        ((80, "Blocks stacked"), (260, "3.5"), (330, "2.0"), (400, "1.0")),
    )
    (table,) = tables(read(drawn(tmp_path / "a.pdf", rows)))
    assert [column.header for column in table.columns] == ["0%", "50%", "75%"]
    assert [row.label for row in table.rows] == ["Blocks stacked"]


def test_what_tells_rows_of_one_name_apart_is_their_label_though_averages_have_none(read, tmp_path):
    skips = (
        ((80, "Task"), (200, "Skip"), (280, "Naive"), (360, "Ours")),
        ((80, "door"), (200, "10"), (280, "100.0"), (360, "89.5")),
        ((200, "5"), (280, "95.0"), (360, "92.9")),
        ((200, "1"), (280, "5.7"), (360, "87.5")),
        ((200, "Avg"), (280, "66.9"), (360, "90.0")),
        ((80, "kitchen"), (200, "40"), (280, "20.2"), (360, "34.6")),
        ((200, "30"), (280, "9.3"), (360, "19.9")),
        ((200, "Avg"), (280, "14.8"), (360, "27.3")),
    )
    (table,) = tables(read(drawn(tmp_path / "skips.pdf", skips)))

    assert [column.header for column in table.columns] == ["Naive", "Ours"]
    assert [row.label for row in table.rows] == [
        "door / 10", "door / 5", "door / 1", "Avg (door)", "kitchen / 40", "kitchen / 30", "Avg (kitchen)"
    ]  # fmt: skip


def test_duality_read_shows_people_each_row_with_its_label_and_in_its_columns(read, tmp_path):
    shown = as_markdown(read(drawn(tmp_path / "once.pdf", ONCE)))

    assert "| Replay / Walker | 26.0 | 75.0 |" in shown
    assert shown.count("107.5") == 1


def test_a_label_in_the_middle_of_its_rows_is_theirs_however_many_its_neighbour_has(read, tmp_path):
    rows = [[(160, f"task {n}"), (260, f"{n}.5"), (330, f"{n}.7")] for n in range(9)]
    rows[1] = [(80, "Maze"), *rows[1]]
    rows[5] = [(80, "Gym"), *rows[5]]
    rows.insert(0, [(80, "Domain"), (160, "Task"), (260, "BC"), (330, "DD")])
    del rows[9]  # three rows of Maze, five of Gym
    (table,) = tables(read(drawn(tmp_path / "centred.pdf", rows)))

    found = [row.label for row in table.rows]
    assert found[:3] == ["Maze / task 0", "Maze / task 1", "Maze / task 2"]
    assert found[3:] == [f"Gym / task {n}" for n in range(3, 8)]


def test_a_header_in_the_middle_of_many_columns_is_that_of_all(read, tmp_path):
    names = ["None", "Noise", "Scale", "Drop", "Switch", "Mix"]
    at = [160, 220, 280, 340, 400, 460]
    rows = (
        ((303, "CQL"),),
        ((80, "Task"), *zip(at, names, strict=True)),
        ((80, "walk"), *zip(at, ("35.4", "52.3", "50.3", "46.4", "45.5", "40.3"), strict=True)),
        ((80, "run"), *zip(at, ("44.4", "48.8", "47.0", "42.5", "45.6", "41.2"), strict=True)),
    )
    (table,) = tables(read(drawn(tmp_path / "wide.pdf", rows)))
    assert [column.header for column in table.columns] == [f"CQL / {name}" for name in names]


def test_a_row_of_words_or_of_sizes_is_no_head(read, tmp_path):
    rows = (
        ((240, "DMC"), (320, "Atari"), (400, "RLBench")),
        ((80, "Input size"), (240, "64 × 64 × 3"), (320, "64 × 64 × 3"), (400, "64 × 64 × 3")),
        ((80, "Batch size"), (240, "128"), (320, "128"), (400, "128")),
        ((80, "Schedule"), (240, "constant"), (320, "constant"), (400, "constant")),
        ((80, "Codebook size"), (240, "1024"), (320, "1024"), (400, "1024")),
    )
    (table,) = tables(read(drawn(tmp_path / "a.pdf", rows)))

    assert [column.header for column in table.columns] == ["DMC", "Atari", "RLBench"]
    assert [row.label for row in table.rows] == ["Input size", "Batch size", "Schedule", "Codebook size"]


def test_a_caption_goes_on_in_a_line_that_begins_with_a_figures_name(read, tmp_path):
    with Pages(tmp_path / "a.pdf") as sheet:
        y = sheet.prose(LEFT, 90, FILLER * 2)
        sheet.text(LEFT, y + 20, "Table 2: The returns on all tasks, means that were copied from")
        sheet.text(LEFT, y + 32, "Figure 3. Higher is better.")
        for row, values in enumerate(
            (("Task", "IQL", "TD3"), ("Run", "0.24", "0.11"), ("Walk", "0.6", "0.9"))
        ):
            for x, said in zip((80, 190, 270), values, strict=True):
                sheet.text(x, y + 58 + 13 * row, said)
    document = read(tmp_path / "a.pdf")

    captions = [b for b in document.pages[0].blocks if b.kind == "caption"]
    assert [caption.label for caption in captions] == ["Table"]
    assert tables(document)[0].caption.endswith("copied from Figure 3. Higher is better.")


def test_text_at_the_side_of_a_table_does_not_hide_it(read, tmp_path):
    with Pages(tmp_path / "a.pdf") as sheet:
        sheet.prose(LEFT, 90, FILLER, width=230)
        for row, (label, value) in enumerate(
            (("", "Reward"), ("RL + gen", "0.392"), ("Ground truth", "0.369"))
        ):
            sheet.text(330, 95 + 13 * row, label)
            sheet.text(470, 95 + 13 * row, value)
        sheet.text(320, 150, "Table 7: The average rewards.")
        sheet.prose(LEFT, 220, FILLER * 3)
    (table,) = tables(read(tmp_path / "a.pdf"))

    assert [(row.label, row.cells[0].text) for row in table.rows] == [
        ("RL + gen", "0.392"),
        ("Ground truth", "0.369"),
    ]


def test_upright_lines_part_cells_that_stand_near(read, tmp_path):
    rows = (
        ("Parameter", "Value"),
        ("Horizon", "512"),
        ("Log deviation", "Anneal(-0.7, -1.6)"),
        ("Actors", "32"),
    )
    with Pages(tmp_path / "a.pdf") as sheet:
        y = sheet.prose(LEFT, 90, FILLER * 2) + 30
        for label, value in rows:
            sheet.text(78, y, label)
            sheet.text(145, y, value)
            sheet.bar(140, y - 9, 13)
            y += 13
        sheet.text(80, y + 20, "Table 4: What the experiments used.")
    (table,) = tables(read(tmp_path / "a.pdf"))

    assert [(row.label, row.cells[0].text) for row in table.rows] == list(rows[1:])


def test_a_form_with_a_caption_in_it_is_the_page_and_no_figure(read, tmp_path):
    with Pages(tmp_path / "a.pdf") as sheet:
        sheet.prose(LEFT, 90, FILLER * 3)
        sheet.page()
        rows = [("Parameter", "Value"), *((f"Weight {n}", f"0.{n}") for n in range(1, 27))]
        placed = [
            (x, 100.0 + 13 * n, said)
            for n, row in enumerate(rows)
            for x, said in zip((80.0, 480.0), row, strict=True)
        ]
        sheet.form([*placed, (80.0, 465.0, "Table 4: What the experiments used.")])
    (table,) = tables(read(tmp_path / "a.pdf"))

    assert (table.number, table.rows[0].label, table.rows[0].cells[0].text) == ("4", "Weight 1", "0.1")
