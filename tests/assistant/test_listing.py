import json

import pytest
from click.testing import CliRunner, Result

from assistant.cli.listing import papers, taxonomy
from corpus.errors import WrongUse


def run(*arguments: str) -> Result:
    return CliRunner().invoke(papers, arguments)


def test_all_papers_are_listed_one_a_line_when_piped() -> None:
    lines = run().stdout.splitlines()
    assert len(lines) == 155
    assert lines[0].split("\t")[:3] == ["ada2023srdp", "2023", "SRDP"]


def test_the_list_is_narrowed_by_category_year_and_words() -> None:
    everything = json.loads(run("--category", "reward signal", "--json").stdout)
    assert len(everything) == 26
    assert run("--category", "reward signal", "--no-subcategories").stdout == ""
    of_2023 = json.loads(run("--category", "reward signal", "--year", "2023", "--json").stdout)
    assert {paper["year"] for paper in of_2023} == {2023}
    before = json.loads(run("--year", "-2018", "--json").stdout)
    assert {paper["id"] for paper in before} == {"ha2018worldmodels", "ho2016gail", "janson2015deterministic"}
    assert "ma2023eureka" in run("--grep", "pen spinning").stdout


def test_no_match_says_so_without_spoiling_the_output() -> None:
    result = run("--grep", "zzzzz")
    assert result.exit_code == 0
    assert result.stdout == ""
    assert "No paper matches" in result.stderr
    assert json.loads(run("--grep", "zzzzz", "--json").stdout) == []


def test_a_paper_is_shown_with_digest_and_table_kept_apart() -> None:
    shown = run("show", "Eureka").stdout
    assert "Eureka: Human-Level Reward Design" in shown
    assert "not the paper's words" in shown
    assert "RL algorithm: PPO" in shown
    assert "The survey's table" in shown


def test_a_paper_is_shown_as_json_and_bibtex() -> None:
    shown = json.loads(run("show", "2310.12931", "--json").stdout)
    assert shown["label"] == "EUREKA"
    assert shown["digest"]["aspects"]["rl_algorithm"] == "PPO"
    assert shown["table"]["framework"] == "EUREKA"
    assert run("show", "eureka", "--bibtex").stdout.startswith("@inproceedings{ma2023eureka,")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("show", "Eurka"), "ma2023eureka"),
        (("--category", "rewards signal thing"), "category"),
        (("--year", "last"), "--year"),
        (("--year", "2023-2021"), "--year"),
        (("--grep", "("), "--grep"),
        (("--no-subcategories",), "--category"),
        (("show", "Eureka", "--json", "--bibtex"), "--bibtex"),
    ],
)
def test_wrong_use_is_told_in_a_sentence(arguments: tuple[str, ...], message: str) -> None:
    result = run(*arguments)
    assert isinstance(result.exception, WrongUse)
    assert message in str(result.exception)


def test_the_tree_shows_counts_and_empty_categories() -> None:
    shown = CliRunner().invoke(taxonomy).stdout
    assert "LLM  11, 38 with the survey's table" in shown
    assert "Primitive Generator  0" in shown


def test_the_tree_as_json_has_parents_before_children() -> None:
    nodes = json.loads(CliRunner().invoke(taxonomy, ["--json"]).stdout)
    assert len(nodes) == 35
    seen: set[str | None] = {None}
    for node in nodes:
        assert node["parent"] in seen
        seen.add(node["slug"])
