"""The overview drawn and taken away: cells that can be opened, words for who does not see it, files, the command."""

import csv
import io
import json
import re
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from click.testing import CliRunner

from assistant.cli import cli
from assistant.overview import written
from assistant.overview.counting import Wanted, counted, grid
from assistant.page.overview_sheet import behind, sheet
from corpus import catalogue as catalogues

CATALOGUE = catalogues.load()
GRID = grid("branch", "setting")
pytest.importorskip("matplotlib")


@pytest.mark.parametrize("wanted", [Wanted(), GRID, Wanted("timeline", "generative-tools-for-rl/task")])
def test_each_cell_with_papers_is_a_button_in_the_picture_and_in_the_table(wanted: Wanted) -> None:
    (picture, numbers), table = sheet(wanted.query, CATALOGUE), counted(wanted, CATALOGUE)
    expected = {f"{row},{column}" for row, column in table.cells}
    assert set(re.findall(r'<g class="cell"[^>]*data-cell="([\d,]+)"', picture)) == expected
    assert set(re.findall(r'<button[^>]*data-cell="([\d,]+)"', numbers)) == expected
    assert picture.count('tabindex="0"') == 1  # one stop of the Tab key; arrows go on
    assert f"{table.title}: {len(table.rows)} by {len(table.columns)} cells. Most papers" in picture
    assert "<style" not in picture  # it would be the whole page's
    assert "http://" not in picture.replace("http://www.w3.org/", "")


def test_behind_a_cell_are_exactly_its_papers_with_the_deciding_words() -> None:
    table = counted(GRID, CATALOGUE)
    at = table.rows.index("Policy Distillation"), table.columns.index("a real robot")
    html = behind(GRID.query, "{},{}".format(*at), CATALOGUE)
    assert tuple(re.findall(r'data-paper-of="([^"]+)"', html)) == table.cells[at]
    assert f'data-these="{" ".join(table.cells[at])}"' in html
    assert "our digest" in html.lower()
    assert behind(GRID.query, "99,99", CATALOGUE) == behind("shape=no", "0,0", CATALOGUE) == ""


def test_a_property_in_the_address_that_there_is_not_is_told_as_text() -> None:
    html, _ = sheet("shape=grid&rows=%3Cimg+src%3Dx%3E&columns=year", CATALOGUE)
    assert "There is no property" in html
    assert "<img" not in html


def test_it_is_saved_as_svg_png_and_csv() -> None:
    table = counted(GRID, CATALOGUE)
    ET.fromstring(written.saved(table, "svg")[0])  # noqa: S314 - made here
    assert written.saved(table, "png")[0].startswith(b"\x89PNG")
    text = written.saved(table, "csv")[0].decode()
    assert text.startswith("\ufeff")
    rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))
    assert [int(cell) for cell in rows[1][1:]] == [table.count(0, at) for at in range(len(table.columns))]


def test_the_command_prints_draws_and_refuses(tmp_path: Path) -> None:
    def run(*words: str) -> tuple[int, str]:
        done = CliRunner().invoke(cli, ["overview", *words], env={"DUALITY_HOME": str(tmp_path)})
        return done.exit_code, done.output + str(done.exception or "")

    code, said = run()
    assert code == 0
    assert "RL Fine-Tuning" in said
    code, said = run("--rows", "setting", "--columns", "branch", "--json")
    cell = json.loads(said)["cells"][0]
    assert cell["count"] == len(cell["paper_ids"])
    file = tmp_path / "reward.svg"
    assert run("--category", "reward signal", "--svg", str(file))[0] == 0
    assert file.read_text("utf-8").startswith("<?xml")
    assert "--columns is missing" in run("--rows", "branch")[1]
    assert "Choose one" in run("--years", "--category", "llm")[1]
