"""The survey's repository held against the catalogue: what differs is shown, known errors stay corrected."""

import json
from dataclasses import replace

import pytest

from corpus import catalogue as catalogues
from corpus.overlay import Overlay
from corpus.paper import Paper
from corpus.spelling import key
from corpus.upstream import corrections, diff, readme, tables
from corpus.upstream.changes import Difference
from tests.corpus.survey_repository import DATA, Repository, repository

REWARDS = "##### 1.Learning reward functions with LLMs"
PLANNING = "##### 3.LLMs for planning"
REWARD_SLUG = "generative-tools-for-rl/task/reward-signal/llm"
PLANNING_SLUG = "generative-tools-for-rl/task/planning-exploration/llm-planning"
NEW = "- (2025)! GenFoo: An Invented Title [[paper]](https://arxiv.org/abs/2508.99999)"


@pytest.fixture
def survey() -> Repository:
    return repository()


def compared(survey: Repository, overlay: Overlay | None = None, own: tuple[Paper, ...] = ()) -> Difference:
    files = survey.files()
    text = files.pop("README.md").decode()
    upstream = readme.read(text).joined(tables.read(files))
    return diff.compare(upstream, catalogues.load(), overlay or Overlay(), own)


def kinds(difference: Difference) -> list[tuple[str, str]]:
    return [(change.kind, change.paper) for change in difference.changes]


def test_the_unchanged_repository_differs_in_nothing_but_known_errors(survey):
    found = compared(survey)
    assert (found.entries, found.rows) == (166, 93)
    assert found.changes == ()
    assert found.unclear == ()
    counts = [kept.kind for kept in found.kept]
    assert {kind: counts.count(kind) for kind in counts} == {
        "title": 17,
        "duplicate": 11,
        "category": 2,
        "link": 13,
        "spelling": 8,
    }


def test_every_wrong_title_of_the_list_has_a_correction_with_its_reason():
    known = {(paper, c.upstream) for paper, all_ in corrections.load().titles.items() for c in all_}
    for paper in json.loads((DATA / "papers.json").read_text("utf-8")):
        for title in paper["upstream_titles"]:
            assert key(title) == key(paper["title"]) or (paper["id"], title) in known


def test_corrections_speak_of_papers_and_titles_that_the_catalogue_has():
    papers = catalogues.load().by_id
    known = corrections.load()
    assert set(known.links) | set(known.duplicates) | set(known.categories) <= set(papers)
    for identity, all_ in known.titles.items():
        assert {c.right for c in all_} == {papers[identity].title}
    for identity, (_, right, why) in known.categories.items():
        assert papers[identity].categories == right
        assert why


def test_an_error_that_upstream_has_mended_is_no_longer_mentioned(survey):
    heading, n = survey.line("polices")
    survey.sections[heading][n] = survey.sections[heading][n].replace("polices", "policies")
    found = compared(survey)
    assert found.changes == ()
    assert "trabucco2022anymorph" not in {kept.paper for kept in found.kept}


def test_a_new_entry_becomes_a_paper_like_the_catalogues(survey):
    survey.sections[REWARDS].append(NEW)
    (change,) = compared(survey).changes
    assert change.record == Paper(
        id="genfoo2025arxiv",
        title="GenFoo: An Invented Title",
        year=2025,
        arxiv="2508.99999",
        url="https://arxiv.org/abs/2508.99999",
        pdf_url="https://arxiv.org/pdf/2508.99999",
        short_name="GenFoo",
        categories=(REWARD_SLUG,),
        kind="curated",
        notes="Added from the survey's list, which names no authors.",
        upstream_titles=("GenFoo: An Invented Title",),
        confidence="low",
    )
    assert change.where.startswith("README.md, line ")


def test_a_new_paper_listed_twice_is_one_paper_in_both_categories(survey):
    survey.sections[REWARDS].append(NEW)
    survey.sections[PLANNING].append(
        "- ! GenFoo: an invented title [[paper]](https://example.org/genfoo.pdf)"
    )
    (change,) = compared(survey).changes
    assert change.record.arxiv == "2508.99999"
    assert change.record.categories == (REWARD_SLUG, PLANNING_SLUG)


def test_two_new_papers_of_one_name_get_two_ids(survey):
    survey.sections[REWARDS].append(NEW)
    survey.sections[REWARDS].append("- GenFoo: Another One [[paper]](https://arxiv.org/abs/2509.88888)")
    assert kinds(compared(survey)) == [("new", "genfoo2025arxiv"), ("new", "genfoo2025arxiv2")]


def test_a_new_entry_that_the_user_has_added_already_says_so(survey):
    survey.sections[REWARDS].append(NEW)
    mine = Paper("my-paper", "Some scan", arxiv="2508.99999", kind="own")
    (change,) = compared(survey, own=(mine,)).changes
    assert "my-paper" in change.note


def test_a_moved_entry_shows_both_categories(survey):
    survey.sections[PLANNING].append(survey.remove("Eureka: Human"))
    (change,) = compared(survey).changes
    assert (change.kind, change.paper) == ("moved", "ma2023eureka")
    assert (change.before, change.after) == ((REWARD_SLUG,), (PLANNING_SLUG,))


def test_a_known_paper_with_a_reworded_title_is_retitled(survey):
    heading, n = survey.line("Eureka: Human")
    survey.sections[heading][n] = survey.sections[heading][n].replace("Human-Level", "Superhuman")
    (change,) = compared(survey).changes
    assert (change.kind, change.field, change.paper) == ("retitled", "title", "ma2023eureka")


def test_a_title_with_another_papers_link_is_doubted_and_not_applied(survey):
    survey.sections[PLANNING].append("- Quite Something Else [[paper]](https://arxiv.org/abs/2310.12931)")
    heading, n = survey.line("Text2Reward: ")
    line = survey.sections[heading][n]
    survey.sections[heading][n] = line.replace("2309.11489", "2310.12931")
    found = compared(survey)
    assert not found.applicable
    said = [unclear.what for unclear in found.unclear]
    assert len([what for what in said if "look which is right" in what]) == 2
    assert any("xie2023text2reward" in what and "ma2023eureka" in what for what in said)


def test_another_link_of_a_known_title_is_shown_and_not_applied(survey):
    heading, n = survey.line("Eureka: Human")
    survey.sections[heading][n] = survey.sections[heading][n].replace(
        "https://arxiv.org/abs/2310.12931", "https://eureka.org/"
    )
    found = compared(survey)
    assert kinds(found) == [("relinked", "ma2023eureka")]
    assert not found.applicable


def test_a_version_or_another_form_of_the_same_link_is_no_difference(survey):
    heading, n = survey.line("Eureka: Human")
    for form in ("pdf/2310.12931v3", "html/2310.12931v1", "pdf/2310.12931.pdf"):
        survey.sections[heading][n] = (
            f"- Eureka: Human-Level Reward Design via Coding Large Language Models[[paper]](https://arxiv.org/{form})"
        )
        assert compared(survey).changes == ()


def test_an_entry_that_is_gone_is_shown_and_stays(survey):
    survey.remove("Eureka: Human")
    found = compared(survey)
    assert kinds(found) == [("removed", "ma2023eureka")]
    assert found.applied(Overlay()) == Overlay()


def test_an_entry_listed_under_an_unknown_heading_is_neither_gone_nor_moved(survey):
    survey.sections["### Policy Safety (new!)"] = [survey.remove("Eureka: Human"), NEW]
    found = compared(survey)
    assert found.changes == ()
    assert len([u for u in found.unclear if "Policy Safety" in u.what]) == 3


def test_a_changed_cell_shows_both_values_and_where(survey):
    survey.row("ahn2022can")["base_model"] = "GPT-9"
    survey.row("ahn2022can")["code_available"] = "N/A"
    found = compared(survey)
    assert [(c.field, c.before, c.after) for c in found.changes] == [
        ("base_model", "GPT-3, FLAN and LAMBDA", "GPT-9"),
        ("code_available", "Yes", None),
    ]
    assert found.changes[0].where == "Large_Language_Models_for_RL_Table.xlsx, row 2"


def test_a_row_that_is_gone_is_shown_and_stays(survey):
    survey.tables["Large_Language_Models_for_RL_Table.xlsx"].pop(0)
    found = compared(survey)
    assert [(c.kind, c.field, c.before) for c in found.changes] == [("removed", "table", "SayCan")]
    assert not found.applicable


def test_a_row_of_a_new_paper_comes_with_it(survey):
    survey.sections[REWARDS].append(NEW)
    row = {**survey.row("ahn2022can"), "upstream_key": "foo2025genfoo", "framework": "GenFoo"}
    survey.tables["Large_Language_Models_for_RL_Table.xlsx"].append(row)
    paper = compared(survey).applied(Overlay()).applied(catalogues.load()).paper("GenFoo")
    assert paper.table.upstream_key == "foo2025genfoo"
    assert paper.table.base_model == "GPT-3, FLAN and LAMBDA"


def test_a_row_of_no_paper_is_said(survey):
    row = {**survey.row("ahn2022can"), "upstream_key": "nobody2025", "framework": "Nothing"}
    survey.tables["Large_Language_Models_for_RL_Table.xlsx"].append(row)
    found = compared(survey)
    assert found.changes == ()
    assert "of no paper in the list" in found.unclear[0].what


def test_a_second_row_of_a_paper_is_said(survey):
    survey.tables["Large_Language_Models_for_RL_Table.xlsx"].append(
        {**survey.row("ahn2022can"), "base_model": "X"}
    )
    found = compared(survey)
    assert found.changes == ()
    assert "second row of ahn2022saycan" in found.unclear[0].what


def test_once_applied_nothing_differs_any_more(survey):
    survey.sections[PLANNING] += [survey.remove("Eureka: Human"), NEW]
    survey.row("ahn2022can")["base_model"] = "GPT-9"
    overlay = compared(survey).applied(Overlay())
    assert compared(survey, overlay).changes == ()
    made = overlay.applied(catalogues.load())
    assert made.by_id["ma2023eureka"].categories == (PLANNING_SLUG,)
    assert made.by_id["ahn2022saycan"].table.base_model == "GPT-9"
    assert made.by_id["genfoo2025arxiv"].kind == "curated"


def test_the_users_own_edit_stays_where_upstream_did_not_move(survey):
    mine = Overlay().edited("ma2023eureka", categories=[PLANNING_SLUG], title="Eureka, as I call it")
    found = compared(survey, mine)
    assert found.changes == ()
    assert [kept.paper for kept in found.kept if kept.kind == "yours"] == ["ma2023eureka"] * 2


def test_where_upstream_moved_too_the_change_says_that_it_replaces_an_edit(survey):
    survey.sections[PLANNING].append(survey.remove("Eureka: Human"))
    mine = Overlay().edited("ma2023eureka", categories=["generative-tools-for-rl/base-model/llm"])
    (change,) = compared(survey, mine).changes
    assert change.note == "replaces an edit of yours"


def test_the_packages_catalogue_is_never_changed(survey):
    before = {file.name: file.read_bytes() for file in DATA.iterdir()}
    survey.sections[PLANNING] += [survey.remove("Eureka: Human"), NEW]
    papers = catalogues.load().papers
    compared(survey).applied(Overlay()).applied(catalogues.load())
    assert catalogues.load().papers == papers
    assert {file.name: file.read_bytes() for file in DATA.iterdir()} == before


def test_a_paper_of_the_overlay_is_known_again_by_its_title(survey):
    survey.sections[REWARDS].append(NEW)
    overlay = compared(survey).applied(Overlay())
    overlay = replace(overlay, papers={i: replace(p, arxiv=None) for i, p in overlay.papers.items()})
    assert "new" not in {change.kind for change in compared(survey, overlay).changes}
