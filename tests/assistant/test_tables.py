"""What is read from a table for a question: the right cells, never without row and column, and nothing where it does not fit."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace

import pytest

from assistant.answer import CellUsed, Claim, NumberedSource
from assistant.chain import AnswerChain
from assistant.chat.models import ChosenModel
from assistant.page.render import as_text
from assistant.page.render import claim as said_on_the_page
from assistant.page.table_html import drawn
from assistant.page.talk import Turn
from assistant.tables.aim import About
from assistant.tables.answering import claim
from assistant.tables.lines import line
from assistant.tables.markdown import markdown
from assistant.tables.reading import read
from corpus.document import Box
from corpus.tables import Column, Table, TableCell, TableRow
from tests.corpus.test_tables import STACKED
from tests.corpus.test_tables import drawn as on_a_page
from tests.indexes import build, search

PAPER = About(("Octopus",), "Octopus: A Policy with Many Arms", "We present Octopus, a policy.")


def table(
    corner, columns, rows, caption="Table 1: Success rates on kitchen tasks.", number="1", mentioned=""
):
    place = Box(0, 0, 0, 0)
    made = tuple(
        TableRow(
            label,
            tuple(TableCell(text, ((10 * r + c, 10 * r + c + 1),), place) for c, text in enumerate(cells)),
        )
        for r, (label, cells) in enumerate(rows)
    )
    return Table(
        number, 7, caption, corner, tuple(Column(c, place) for c in columns), made, place, (), mentioned
    )


SUCCESS = table(
    "Task",
    ["CQL", "Diffuser", "CondDiffuser", "Octopus (Ours)"],
    [
        ("Peg Insert / Med-Replay", ["45.5", "96.8", "76.5", "100 ±0.7"]),
        ("Peg Insert / Med-Expert", ["91.6", "79.8", "90.6", "98.1"]),
        ("Open drawer", ["44.0", "44.2", "49.1", "88.0"]),
        ("Average", ["60.4", "73.6", "72.1", "95.4"]),
    ],
)  # fmt: skip


def asked(question, *tables):
    found = read(question, tables or (SUCCESS,), lambda _: PAPER)
    return found[0] if len(found) == 1 else None


def said(question, *tables):
    found = asked(question, *tables)
    assert found is not None
    return found.said


def test_a_cell_is_told_with_its_row_and_column():
    assert said("What does CQL score on opening the drawer?") == "44.0 for row “Open drawer”, column “CQL”"


def test_abbreviations_and_the_papers_own_name_find_their_labels():
    found = said("What does Octopus reach on peg insert with the medium replay data?")

    assert found == "100 ±0.7 for row “Peg Insert / Med-Replay”, column “Octopus (Ours)”"


def test_a_longer_name_is_not_taken_for_the_shorter_one_in_it():
    assert "“CondDiffuser”" in said("What does CondDiffuser score on opening the drawer?")


def test_the_highest_of_a_row_names_its_column():
    found = said("Which method has the highest score on opening the drawer?")

    assert found == "the highest value in row “Open drawer” is 88.0, in column “Octopus (Ours)”"


def test_averages_are_not_among_what_is_highest_or_lowest():
    found = said("On which task does CQL have its lowest score?")

    assert found == "the lowest value in column “CQL” is 44.0, in row “Open drawer”"


def test_a_difference_is_as_exact_as_its_cells():
    found = said("By how much does Octopus lead CQL on opening the drawer?")

    assert found.startswith("44.0 lies between")
    assert "“Octopus (Ours)” with 88.0" in found
    assert "“CQL” with 44.0" in found


def test_where_one_falls_behind_another_is_counted_row_by_row():
    found = said("On which data does CondDiffuser fall behind Diffuser?")

    assert found == (
        "column “CondDiffuser” is below column “Diffuser” in 1 of 3 rows: “Peg Insert / Med-Replay” (76.5 against 96.8)"
    )


def test_small_is_better_where_the_header_says_so():
    time = table(
        "Gait", ["Time (s) ↓", "Falls ↓"], [("Walking", ["45.3", "2.3"]), ("Trotting", ["25.7", "0.7"])]
    )

    assert "25.7, in row “Trotting”" in said("Which gait has the best time?", time)


@pytest.mark.parametrize(
    "question",
    [
        "Why does CQL do badly on opening the drawer?",
        "What does CQL score on opening the drawer if only the head is finetuned?",  # a condition nobody tested
        "What does CQL score on opening the drawer with ResNet18?",  # a name that the table does not know
        "What does CQL minimise?",
        "When does a drawer count as open?",
        "How are demonstrations collected?",
        "What do the methods score on opening the drawer and peg insert?",  # more cells than an answer
    ],
)
def test_what_a_table_does_not_answer_is_not_read_from_it(question):
    assert asked(question) is None


def test_two_tables_that_fit_alike_are_both_told():
    other = table(
        "Task", ["CQL", "Octopus"], [("Open drawer", ["1.0", "2.0"]), ("Close drawer", ["3.0", "4.0"])]
    )

    found = read("What does CQL score on opening the drawer?", (SUCCESS, other), lambda _: PAPER)

    assert sorted(r.said for r in found) == [
        "1.0 for row “Open drawer”, column “CQL”",
        "44.0 for row “Open drawer”, column “CQL”",
    ]


def test_what_a_part_left_out_does_as_well_as_the_whole():
    ablation = table(
        "Task", ["Octopus", "Octopus (w/o memory)"], [("Peg", ["90%", "30%"]), ("Drawer", ["70%", "70%"])]
    )

    answer = said("On which task does Octopus do just as well without its memory?", ablation)

    assert answer.startswith(
        "column “Octopus (w/o memory)” is as high as column “Octopus” in 1 of 2 rows: “Drawer”"
    )


GAITS = table(
    "Gait task",
    ["TD3", "IQL", "Octopus (Ours)"],
    [
        ("crab stand", ["0.68", "0.52", "0.49"]),
        ("crab run", ["0.25", "0.20", "0.35"]),
        ("crab walk", ["0.52", "-", "0.78"]),
        ("eel run", ["0.35", "0.24", "0.76"]),
        ("eel walk", ["0.86", "0.37", "0.95"]),
        ("average over tasks", ["0.53", "0.33", "0.67"]),
    ],
    "Table 3: Returns by gait.",
    "3",
)  # fmt: skip


def test_a_word_that_several_rows_share_chooses_among_all_of_them():
    assert "0.78, in row “crab walk”" in said("On which crab task has Octopus its highest return?", GAITS)


def test_the_kind_of_thing_that_is_asked_for_is_no_row():
    assert "0.95, in row “eel walk”" in said("On which gait task is Octopus most successful?", GAITS)


def test_where_one_is_not_the_best_of_all_names_who_is():
    assert said("On which crab task is Octopus not on top?", GAITS) == (
        "column “Octopus (Ours)” is below another column in 1 of 3 rows: “crab stand” (0.49 against 0.68 in column “TD3”)"
    )


def test_a_cell_without_a_number_is_not_passed_over_for_its_neighbour():
    assert said("What returns do IQL and Octopus reach on crab walk?", GAITS) == (
        "no number (“-”) for row “crab walk”, column “IQL” and 0.78 for row “crab walk”, column “Octopus (Ours)”"
    )


def test_what_something_stands_in_place_of_is_not_what_is_asked():
    assert said("What does TD3 in place of IQL reach on the eel run?", GAITS) == (
        "0.35 for row “eel run”, column “TD3”"
    )


def test_which_share_asks_for_a_number():
    assert said("Which share does CQL reach on open drawer?").startswith("44.0 for row")


LOCOMOTION = table(
    "Task",
    ["Octopus", "Octopus Best", "HNeat Best"],
    [
        ("hopper-m-e", ["1.0", "2.0", "3.0"]),
        ("hopper-m-r", ["4.0", "5.0", "2.5"]),
        ("Total num. policy params", ["364", "480", "820"]),
        ("S. Invaders", ["7.0", "8.0", "9.0"]),
    ],
    "Table 4: Scores in FrankaKitchen and on failures.",
    "4",
)  # fmt: skip


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("How does HNeat Best do on hopper-medium-expert?", "3.0 for row “hopper-m-e”, column “HNeat Best”"),
        ("How many policy parameters has HNeat Best?", "820 for row “Total num. policy params”, column “HNeat Best”"),
        ("On which row of the Kitchen does HNeat Best score highest?", "the highest value in column “HNeat Best” is 9.0"),
    ],
)  # fmt: skip
def test_labels_are_found_by_their_abbreviations(question, answer):
    assert said(question, LOCOMOTION).startswith(answer)


def test_a_word_names_one_label_only():
    found = said("On which rows is Octopus's score below that of HNeat Best?", LOCOMOTION)

    assert found.startswith("column “Octopus” is below column “HNeat Best” in 2 of 3 rows: “hopper-m-e” (1.0")


def test_of_two_that_are_meant_alike_the_highest_of_each_is_told():
    rows = [("Crab", ["5.0", "1.0", "9.0"]), ("Eel", ["6.0", "2.0", "8.0"])]
    seen = table("Gait", ["Seen / SR", "Unseen / SR", "Unseen / GC"], rows)

    assert said("On which gait is Octopus worst in unseen scenes?", seen) == (
        "the lowest value in column “Unseen / SR” is 1.0, in row “Crab”; "
        "the lowest value in column “Unseen / GC” is 8.0, in row “Eel”"
    )


def test_the_caption_decides_between_two_tables():
    cost = table(
        "Task", ["CQL", "Octopus"], [("Open drawer", ["1.0", "2.0"])], "Table 2: Constraint violations.", "2"
    )

    assert said("What constraint violations has CQL on opening the drawer?", SUCCESS, cost).startswith("1.0")


def test_a_question_on_a_table_is_answered_from_it_and_its_cell_is_cited(tmp_path):
    build(tmp_path / "index", on_a_page(tmp_path / "returns.pdf", STACKED))
    with closing(search(tmp_path / "index")) as found:
        quotes = ChosenModel("extractive", "extractive", None, 2_000, "You chose quotes only.")
        answer = AnswerChain(found, quotes).answer(
            "Which task has the highest return of TD3 with video rewards?"
        )
        page = found.generation().passages.page(answer.sources[0].paper, 1)

    (made,) = answer.claims
    assert made.support == "computed"
    assert "1.00 ± 0.00, in row “walker stand”" in made.text
    assert answer.sources[0].table is not None
    cell = made.citations[0].spans[0]
    assert page is not None
    assert page.text[cell.start : cell.end].startswith("1.00")


def test_a_row_that_is_named_is_told_whole_beside_quotes():
    found = line("On opening the drawer, where does the policy fail most?", SUCCESS, PAPER)

    assert found.said == (
        "row “Open drawer”: 44.0 for “CQL”; 44.2 for “Diffuser”; 49.1 for “CondDiffuser”; 88.0 for “Octopus (Ours)”"
    )
    made = claim(found, source())
    assert made.text.startswith("octopus, Table 1 (p. vii), row “Open drawer”: 44.0 for “CQL”")
    assert [c.at for c in made.cells] == [(2, 0), (2, 1), (2, 2), (2, 3)]


def test_no_row_is_told_where_none_is_named():
    assert line("How are the arms of the animal moved?", SUCCESS, PAPER) is None


def source():
    return NumberedSource.of(
        1, None, "octopus", "pdf", "text", page=7, page_label="vii", section="Table 1", table=SUCCESS
    )  # fmt: skip


def test_the_claim_names_table_and_page_says_how_and_cites_each_cell():
    found = asked("By how much does Octopus lead CQL on opening the drawer?")

    made = claim(found, source())

    assert made.support == "computed"
    assert "Table 1 (p. vii)" in made.text
    assert made.why == "Computed from Table 1, p. vii. One cell was taken from the other."
    assert [(c.page, c.quote) for c in made.citations] == [(7, "88.0"), (7, "44.0")]
    assert made.citations[0].spans[0].start == 23
    assert made.to_json()["cells"][0] == {
        "table": "1", "page": 7, "row": "Open drawer", "column": "Octopus (Ours)", "value": "88.0"
    }  # fmt: skip


def test_one_marker_marks_all_the_cells_on_the_page():
    made = claim(asked("By how much does Octopus lead CQL on opening the drawer?"), source())

    html = said_on_the_page(made, Turn(1, "q", sources=(source(),)))

    assert 'data-spans="7:23:24,7:20:21"' in html
    assert html.count("data-spans") == 1
    assert "computed" in html


def test_the_table_is_drawn_with_the_cell_marked_and_nothing_of_it_alive():
    evil = table("Task", ["<b>A</b>"], [("walk", ["1.0"]), ("run", ["<script>"])])

    html = drawn(evil, {(0, 0)})

    assert "<mark>1.0</mark>" in html
    assert "<script>" not in html
    assert "&lt;b&gt;A" in html


def test_a_long_table_shows_the_row_that_was_used():
    many = table("Task", ["A"], [(f"task {n}", [f"{n}.0"]) for n in range(60)])

    html = drawn(many, {(50, 0)})

    assert "<mark>50.0</mark>" in html
    assert "36 more rows on the page" in html


def test_a_table_is_markdown_in_what_is_copied_and_its_bars_are_harmless():
    shown = markdown(table("Task", ["A|B"], [("walk", ["1.0"])]), {(0, 0)})

    assert shown.splitlines() == ["| Task | A\\|B |", "| --- | --- |", "| walk | **1.0** |"]


def test_what_is_copied_holds_the_table():
    from assistant.answer import Answer

    found = asked("What does CQL score on opening the drawer?")
    made = claim(found, source())
    text = as_text(Answer("q", "q", refused=False, claims=(made,), sources=(source(),), model="none"))

    assert "| Open drawer | **44.0** |" in text
    assert isinstance(made, Claim)
    assert isinstance(made.cells[0], CellUsed)


def test_the_second_best_is_not_the_best():
    found = said("Which method is second best on opening the drawer?")

    assert found == "the second highest value in row “Open drawer” is 49.1, in column “CondDiffuser”"


def test_what_kind_of_thing_is_asked_for_is_told_of_the_row_that_wins():
    ranks = table("Task", ["Algorithm", "Accuracy"], [("Can", ["HBC", "61%"]), ("Stack", ["BCQ", "80%"])])

    assert said("Which algorithm has the highest accuracy?", ranks).endswith(
        "in row “Stack” (Algorithm: BCQ)"
    )


def test_a_greek_letter_is_found_by_its_name():
    tasks = table(
        "Method", ["Open drawer", "Lift"], [("Auto-λ [15]", ["62", "70"]), ("Auto-β", ["58", "71"])]
    )

    found = said("What does Auto-lambda score on opening the drawer?", tasks)

    assert found == "62 for row “Auto-λ [15]”, column “Open drawer”"


def test_a_name_that_is_part_of_all_the_others_is_still_a_name():
    pair = table("", ["Lift", "Stack"], [("Arm", ["100 ± 0", "64.0"]), ("Arm-abs", ["100 ± 0", "45.2"])])

    assert said("How far apart are Arm and Arm-abs on the stack?", pair).startswith("18.8 lies between")


def test_a_word_within_a_long_name_does_not_name_it():
    games = table("", ["ACER", "PPO"], [("NameThisGame", ["8488.0", "6254.9"]), ("Pong", ["20.0", "20.7"])])

    assert asked("How many games does ACER win?", games) is None


def test_a_name_that_only_the_sections_heading_says_is_known():
    question = "What does CQL score on opening the drawer in Robosuite?"

    assert asked(question) is None
    assert "44.0 for row" in said(question, replace(SUCCESS, sections=("Further Robosuite results",)))
