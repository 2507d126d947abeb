import csv
import io
import json
import threading

import pytest

from assistant.chat.fakes import ScriptedChat
from assistant.chat.models import ChosenModel
from assistant.comparison.making import ComparisonChain
from assistant.export import exported
from assistant.export.recipe import read_recipe
from assistant.support.judge import Judge
from corpus import catalogue as catalogues
from corpus.errors import WrongUse
from tests import pdfs
from tests.assistant.judges import Sure
from tests.indexes import LMA3, OCTO, workspace

INTRODUCTION = (
    "However, teaching robots by hand remains an open problem. We propose LMA3, an agent that writes its own goals "
    "with a language model. We show that LMA3 achieves 95% success, more than all baselines."
)
EXPERIMENTS = (
    "We use ChatGPT as the language model of all modules. We train the policy with PPO on the collected goals. "
    "Our code is available at https://github.com/x/lma3."
)
LIMITS = "Our method cannot express fine motion in words, which is a limitation."
OCTO_INTRODUCTION = (
    "We present Octo, a transformer policy. Octo was pretrained on 800 demonstrations of grasping."
)
OCTO_EXPERIMENTS = (
    "We evaluate Octo in simulation on Meta-World and RLBench. The gripper retries after a grasp failed."
)


def made_paper(path, introduction, experiments, limits=""):
    sections = {"1 Introduction": introduction, "2 Experiments": experiments}
    if limits:
        sections["3 Limitations"] = limits
    return pdfs.simple_paper(path, title=catalogues.load().by_id[path.stem].title, sections=sections)


@pytest.fixture(scope="module")
def compared(tmp_path_factory):
    home = tmp_path_factory.mktemp("compared")
    (home / "pdfs").mkdir()
    made_paper(home / "pdfs" / f"{LMA3}.pdf", INTRODUCTION, EXPERIMENTS, LIMITS)
    made_paper(home / "pdfs" / f"{OCTO}.pdf", OCTO_INTRODUCTION, OCTO_EXPERIMENTS)
    with workspace(home, model="extractive") as opened:
        opened.index_pdfs(opened.known_pdfs())
        yield opened


def cells(done, aspect):
    return next(row.cells for row in done.rows if row.aspect == aspect)


def test_the_first_state_has_the_table_and_the_last_is_complete(compared):
    states = list(compared.comparison().stream(["lma3", "octo"]))
    assert states[0].rows
    assert not states[0].summary
    assert not states[0].complete
    assert states[-1].complete
    assert 1 <= len(states[-1].summary) <= 8
    assert all(claim.citations for claim in states[-1].summary)


def test_every_stated_cell_has_a_source_and_every_quote_stands_on_its_page(compared):
    done = compared.compare("lma3", "octo")
    passages = compared.search().generation().passages
    quoted = 0
    for row in done.rows:
        for cell in row.cells:
            assert (cell.status == "not stated") == (not cell.sources)
            for source in cell.sources:
                if source.source == "pdf":
                    text = " ".join(passages.page(source.paper, source.page).text.split())
                    assert " ".join(source.quote.split()) in text
                    quoted += 1
    assert quoted > 5


def test_a_quote_of_the_paper_comes_before_the_digest(compared):
    algorithm, _ = cells(compared.compare("lma3", "octo"), "Approach")
    assert algorithm.sources[0].source == "pdf"
    assert "writes its own goals" in algorithm.sources[0].quote


def test_what_no_source_says_is_not_stated(compared):
    done = compared.compare("lma3", "octo", aspects=["+underwater acoustics"], prose=False)
    assert [(cell.text, cell.status) for cell in cells(done, "underwater acoustics")] == [
        ("not stated", "not stated")
    ] * 2


def test_a_row_in_the_users_words_quotes_the_paper(compared):
    done = compared.compare("lma3", "octo", aspects=["demonstrations of grasping"], prose=False)
    mute, stated = cells(done, "demonstrations of grasping")
    assert mute.status == "not stated"
    assert "800 demonstrations" in stated.sources[0].quote
    assert stated.sources[0].page == 1


def test_code_that_the_paper_links_is_quoted(compared):
    code, _ = cells(compared.compare("lma3", "octo", aspects=["code"], prose=False), "Code")
    assert code.wording == "pdf"
    assert "github.com/x/lma3" in code.text


def test_a_question_gets_the_first_row(compared):
    done = compared.compare(
        "lma3", "octo", question="On how many demonstrations was Octo pretrained, and LMA3?"
    )
    assert done.rows[0].kind == "question"
    assert any("800 demonstrations" in source.quote for source in done.rows[0].cells[1].sources)


def test_a_name_of_paper_and_category_says_which_was_taken(compared):
    category, _ = compared.compare("diffusion policies", "octo", aspects=["code"], prose=False).approaches
    assert (category.kind, category.others) == ("category", ("paper:chi2023diffusionpolicy",))
    one, _ = compared.compare("Diffusion Policy", "octo", aspects=["code"], prose=False).approaches
    assert one.kind == "paper"
    assert one.others[0].startswith("category:")
    corrected, _ = compared.compare(
        "category:diffusion-policy", "octo", aspects=["code"], prose=False
    ).approaches
    assert (corrected.kind, len(corrected.papers)) == ("category", 15)


def test_words_that_stand_in_one_title_only_mean_that_paper(compared):
    one, _ = compared.compare("deterministic sampling", "octo", aspects=["code"], prose=False).approaches
    assert (one.kind, one.papers) == ("paper", ("janson2015deterministic",))
    assert "stands in the title of Deterministic sampling-based motion planning" in one.note


def test_markdown_lists_the_papers_that_are_counted(compared):
    done = compared.compare("category:diffusion-policy", "octo", aspects=["benchmarks"], prose=False)
    listed = exported(done, "md", compared.catalogue).decode().split("## Which papers are counted")[1]
    (line,) = [line for line in listed.splitlines() if ": AntMaze (" in line]
    assert line.count(", ") >= 3  # the row, the approach, and three papers


def test_a_category_sums_up_its_papers_with_counts(compared):
    done = compared.compare("category:diffusion-policy", "octo", aspects=["benchmarks"], prose=False)
    cell = cells(done, "Benchmarks")[0]
    assert cell.text.startswith("9 of 15: D4RL")
    counted = next(count for count in cell.counts if count.value == "D4RL")
    assert "ajay2022decisiondiffuser" in counted.papers
    assert {source.paper for source in cell.sources} >= set(counted.papers)


def test_a_count_is_not_shown_as_carried_by_a_quote(compared):
    done = compared.compare(
        "category:diffusion-policy", "category:llm", aspects=["setting", "generative model"]
    )
    counted = [claim for claim in done.summary if " of the 15 papers of " in claim.text]
    assert counted
    assert {claim.support for claim in counted} == {"computed"}
    assert all("counted over" in claim.why for claim in counted)
    told = next(claim.text for claim in done.summary if claim.text.startswith("The generative model"))
    assert "diffusion model (14 of 15)" in told
    assert " of 15:" not in told
    assert any("real robot count, weigh that 2 of the 15 papers of" in claim.text for claim in done.summary)


def test_which_gives_its_code_is_a_reason_to_start_from_it(compared):
    texts = [claim.text for claim in compared.compare("lma3", "gail", aspects=["code"]).summary]
    assert texts == ["To build on released code, start from LMA3, where it is given; of GAIL none is stated."]


def test_composed_sentences_are_carried_by_what_they_cite(compared):
    for claim in compared.compare("lma3", "octo", aspects=["approach", "code", "limitations"]).summary:
        assert claim.support in ("exact", "normalised", "computed", "same words")
        assert any(citation.quote[:30] in claim.text for citation in claim.citations)


def test_a_set_of_papers_is_an_approach(compared):
    both, _ = compared.compare("eureka, text2reward", "octo", aspects=["code"], prose=False).approaches
    assert (both.kind, both.papers) == ("set", ("ma2023eureka", "xie2023text2reward"))


@pytest.mark.parametrize(
    ("names", "message"),
    [
        (["eureka"], "needs two"),
        (["a1", "b", "c", "d", "e"], "too many"),
        (["lma3", "LMA3"], "both mean LMA3"),
        (["eurekka", "octo"], "Did you mean EUREKA"),
        (["", "octo"], "empty"),
        (["eureka, foobarx", "octo"], "no paper 'foobarx'"),
        (["category:modality", "octo"], "has no papers"),
        (["x" * 301, "octo"], "301 characters"),
    ],
)
def test_a_wrong_approach_is_one_line_that_helps(compared, names, message):
    with pytest.raises(WrongUse, match=message) as error:
        compared.compare(*names)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("aspect", "message"), [("limtations", "limitations"), (" ", "empty"), ("x" * 201, "201")]
)
def test_a_wrong_aspect_is_one_line_that_helps(compared, aspect, message):
    with pytest.raises(WrongUse, match=message):
        compared.compare("lma3", "octo", aspects=[aspect])


def test_a_table_that_says_simulation_is_held_against_a_real_robot_in_the_paper(tmp_path):
    (tmp_path / "pdfs").mkdir()
    made = made_paper(
        tmp_path / "pdfs" / "huang2023groundeddecoding.pdf",
        "We guide a language model in its planning.",
        "We evaluate our method on a real robot in a kitchen. We test our method in simulation on RLBench too.",
    )
    with workspace(tmp_path, model="extractive") as opened:
        opened.index_pdfs([made])
        cell, _ = cells(
            opened.compare("grounded decoding", "octo", aspects=["setting"], prose=False),
            "Simulation or real robot",
        )
    assert cell.status == "conflict"
    assert {source.source for source in cell.sources} >= {"pdf", "table"}
    assert "table says simulation" in cell.note


def test_a_wish_for_real_robots_is_no_conflict(tmp_path):
    (tmp_path / "pdfs").mkdir()
    made = made_paper(
        tmp_path / "pdfs" / "ma2023eureka.pdf",
        "We write rewards with a language model.",
        "We evaluate our method in simulation on Isaac Gym. In future work we hope to try it on a real robot.",
    )
    with workspace(tmp_path, model="extractive") as opened:
        opened.index_pdfs([made])
        cell, _ = cells(
            opened.compare("eureka", "octo", aspects=["setting"], prose=False), "Simulation or real robot"
        )
    assert (cell.status, cell.text) == ("stated", "Simulation")


def chain_with(opened, kind, *replies, **how):
    chat = ScriptedChat(replies=list(replies), **how)
    return ComparisonChain(opened.search(), ChosenModel("scripted", kind, chat, 420, "")), chat


def test_a_sentence_that_the_evidence_does_not_carry_is_left_out(compared):
    chain, _ = chain_with(compared, "embedded", "Octo was pretrained on 90,000 tulips by NASA. [1]")
    done = chain.compare(["lma3", "octo"])
    assert all("tulips" not in claim.text for claim in done.summary)
    assert any("left out" in note for note in done.notes)
    assert done.summary


def test_a_model_that_dies_leaves_table_and_composed_sentences(compared):
    chain, _ = chain_with(compared, "embedded", "LMA3 is an agent.", dies_after=1)
    done = chain.compare(["lma3", "octo"])
    assert done.complete
    assert done.summary
    assert any("died" in note for note in done.notes)


def test_stopping_leaves_the_table(compared):
    stop = threading.Event()
    stop.set()
    states = list(compared.comparison().stream(["lma3", "octo"], cancelled=stop))
    assert states[-1].complete
    assert states[-1].rows


def test_json_has_the_fields_of_the_contract(compared):
    data = json.loads(json.dumps(compared.compare("lma3", "octo").to_json()))
    assert {"approaches", "rows", "summary", "generation", "model"} <= data.keys()
    assert {"name", "kind", "papers"} <= data["approaches"][0].keys()
    assert {"text", "status", "sources"} <= data["rows"][0]["cells"][0].keys()
    source = next(cell["sources"][0] for row in data["rows"] for cell in row["cells"] if cell["sources"])
    assert {"paper_id", "source", "page", "quote"} <= source.keys()
    assert {"text", "support", "citations"} <= data["summary"][0].keys()


def test_csv_has_a_line_for_each_source_and_no_formula(compared):
    done = compared.compare("lma3", "octo", prose=False)
    rows = list(csv.DictReader(io.StringIO(exported(done, "csv", compared.catalogue).decode("utf-8-sig"))))
    assert {row["aspect"] for row in rows} == {row.aspect for row in done.rows}
    assert {row["note"] for row in rows} == {""}
    assert all(value[:1] not in set("=+-@") for row in rows for value in row.values() if value)


def test_markdown_escapes_what_papers_say_and_names_every_page(compared):
    text = exported(compared.compare("lma3", "octo"), "md", compared.catalogue).decode()
    assert text.startswith("# LMA3 vs Octo")
    assert "| **Code** |" in text
    assert "p. 1:" in text
    assert "<script" not in text


def test_a_saved_comparison_is_made_again(compared, tmp_path):
    done = compared.compare("lma3", "octo", aspects=["code"], prose=False)
    file = tmp_path / "made.json"
    file.write_bytes(exported(done, "json", compared.catalogue, ("code",), "extractive"))
    again = read_recipe(file)
    assert again.generation == done.generation
    assert compared.compare(*again.approaches, aspects=again.aspects, prose=False).rows == done.rows


@pytest.mark.parametrize(
    "content", ["", "[]", "{}", '{"format": "duality-comparison", "version": 1, "approaches": 3}']
)
def test_a_file_that_is_no_comparison_is_refused(tmp_path, content):
    file = tmp_path / "x.json"
    file.write_text(content, "utf-8")
    with pytest.raises(WrongUse, match="no comparison"):
        read_recipe(file)


def by_aspect(cells, summary="LMA3 trains with PPO. [1]"):
    """What a large model says: a cell by its aspect, "not stated" for the others, and sentences under the table."""

    def reply(asked):
        aspect = asked.split("\nAspect: ")[1].split("\n")[0] if "\nAspect: " in asked else ""
        if not aspect:
            return summary
        said = cells.get((asked.split("Paper: ")[1].split(" ")[0], aspect), "not stated")
        if isinstance(said, Exception):
            raise said
        return said.format(n=1)

    return reply


def remote(opened, reply):
    chat = ScriptedChat(replies=reply)
    return ComparisonChain(opened.search(), ChosenModel("scripted", "remote", chat, 4000, ""))


def test_a_large_models_cell_is_shown_in_its_words_with_the_quote_that_carries_it(compared):
    said = {("LMA3", "Code"): "never asked", ("LMA3", "Main result"): "LMA3 achieves 95% success. [{n}]"}
    before = compared.comparison().compare(["lma3", "octo"], prose=False)
    chain = remote(compared, by_aspect(said))
    chain.judge = Judge(Sure())
    done = chain.compare(["lma3", "octo"])
    cell = cells(done, "Main result")[0]
    assert (cell.text.rstrip("."), cell.wording, cell.checked) == ("LMA3 achieves 95% success", "model", True)
    assert "95% success" in cell.sources[0].quote
    assert cell.sources[0].page == 1
    assert cells(done, "Approach") == cells(
        before, "Approach"
    )  # "not stated" by the model: the located cell stands


def test_a_large_models_cell_that_no_quote_carries_is_not_shown(compared):
    said = {("LMA3", "Main result"): "LMA3 achieves 99% success on Mars. [{n}]"}
    before = compared.comparison().compare(["lma3", "octo"], prose=False)
    done = remote(compared, by_aspect(said)).compare(["lma3", "octo"])
    assert cells(done, "Main result") == cells(before, "Main result")


def test_single_cells_that_fail_leave_the_table_and_the_other_cells(compared):
    said = {
        ("LMA3", "Approach"): TimeoutError("too slow"),
        ("Octo", "Approach"): TimeoutError("too slow"),
        ("LMA3", "Main result"): "LMA3 achieves 95% success. [{n}]",
    }
    chain = remote(compared, by_aspect(said))
    chain.judge = Judge(Sure())
    done = chain.compare(["lma3", "octo"])
    assert cells(done, "Main result")[0].wording == "model"
    assert all(cell.sources for cell in cells(done, "Approach"))
    (note,) = (note for note in done.notes if note.startswith("2 cells stay as located without the model."))
    assert "too slow" in note
    assert done.complete


def test_a_large_model_that_is_gone_is_not_asked_for_every_cell(compared):
    asked = []

    def reply(text):
        asked.append(text)
        threading.Event().wait(0.1)
        raise TimeoutError("too slow")

    done = remote(compared, reply).compare(["lma3", "octo"])
    assert len(asked) < 10
    assert done.rows == compared.comparison().compare(["lma3", "octo"], prose=False).rows
    assert any("stay as located" in note for note in done.notes)
    assert done.summary  # composed from the cells


def test_several_cells_are_asked_for_at_once_and_stopping_ends_the_rest(compared):
    at_once, most, asked, lock, stop = 0, 0, [], threading.Lock(), threading.Event()

    def reply(text):
        nonlocal at_once, most
        with lock:
            asked.append(text)
            at_once += 1
            most = max(most, at_once)
        threading.Event().wait(0.1)
        with lock:
            at_once -= 1
        stop.set()
        return "not stated"

    *_, last = remote(compared, reply).stream(["lma3", "octo"], cancelled=stop)
    assert last.complete
    assert last.rows
    assert 1 < most <= 4
    assert len(asked) <= 8


@pytest.mark.parametrize(
    ("sentence", "stated"),
    [
        ("We gather 100 demonstrations for each task with a planner.", True),
        ("We record 3 demonstrators for 20 minutes each with a joystick.", False),
        (
            "We give demonstrations for 16 hours in a laboratory, and only then we begin with each task.",
            False,
        ),
    ],
)
def test_a_row_of_ones_own_needs_its_words_and_its_figure_together(tmp_path, sentence, stated):
    (tmp_path / "pdfs").mkdir()
    made = made_paper(tmp_path / "pdfs" / f"{OCTO}.pdf", OCTO_EXPERIMENTS, sentence)
    with workspace(tmp_path, model="extractive") as opened:
        opened.index_pdfs([made])
        done = opened.compare("octo", "lma3", aspects=["number of demonstrations for each task"], prose=False)
    assert (done.rows[0].cells[0].status == "stated") is stated


@pytest.mark.parametrize(
    ("aspect", "sentence"),
    [
        ("Main result", "We show that a fully supervised parser outperforms ours with 95% accuracy."),
        ("Benchmarks", "In our simulation experiments, we evaluate in two separate settings."),
        ("Limitations", "Our work has limitations, and there is room for improvement."),
        ("Task", "We show that an instance of our framework draws an analogy to games."),
    ],
)
def test_what_only_sounds_like_the_aspect_is_not_stated(tmp_path, aspect, sentence):
    paper = "v155-nobody"
    (tmp_path / "pdfs").mkdir()
    made = pdfs.simple_paper(
        tmp_path / "pdfs" / f"{paper}.pdf",
        title="Nobody Knows This Work",
        sections={"1 Experiments": sentence},
    )
    with workspace(tmp_path, model="extractive") as opened:
        opened.index_pdfs([made])
        own = opened.catalogue.own[0].id
        done = opened.compare(f"paper:{own}", "octo", aspects=[aspect], prose=False)
    assert done.rows[0].cells[0].status == "not stated"


def test_beside_a_small_models_differences_stand_what_is_shared_and_when_to_prefer_which(compared):
    said = (
        "However, we propose LMA3, an agent that writes its own goals with a language model. [1] "
        "LMA3 achieves 95% success, more than all baselines. [1] We present Octo, a transformer policy. [2]"
    )
    chain, _ = chain_with(compared, "embedded", said)
    written = [claim for claim in chain.compare(["lma3", "octo"]).summary if claim.text in said]
    assert {claim.support for claim in written} <= {"exact"}  # words alone are no judge of the others
    chain, _ = chain_with(compared, "embedded", said)
    chain.judge = Judge(Sure())
    texts = [claim.text for claim in chain.compare(["lma3", "octo"]).summary]
    assert "The authors propose LMA3, an agent that writes its own goals with a language model." in texts
    assert not any("However" in text or "We p" in text for text in texts[:3])
    assert any(text.startswith("Before preferring LMA3, weigh its limits") for text in texts)
    assert len(texts) <= 8


def test_what_the_paper_says_of_another_method_is_left_out(tmp_path):
    (tmp_path / "pdfs").mkdir()
    result = "Behavioral cloning was able to achieve 60% success on eleven grasping tasks with enough data, but we achieve more."
    made = [
        made_paper(tmp_path / "pdfs" / f"{LMA3}.pdf", INTRODUCTION, EXPERIMENTS),
        made_paper(tmp_path / "pdfs" / f"{OCTO}.pdf", OCTO_INTRODUCTION, result),
    ]
    with workspace(tmp_path, model="extractive") as opened:
        opened.index_pdfs(made)
        said = "Octo was able to achieve 60% success on eleven grasping tasks with enough data. [1]"
        chain, _ = chain_with(opened, "embedded", said)
        done = chain.compare(
            ["lma3", "octo"], question="What success do LMA3 and Octo achieve on grasping tasks?"
        )
    assert any(
        "Behavioral cloning was able" in source.quote
        for row in done.rows
        for c in row.cells
        for source in c.sources
    )
    assert not any(claim.text.startswith("Octo was able") for claim in done.summary)
    assert any("left out" in note for note in done.notes)
