import io
import json
import os
import signal
import subprocess
import sys

import pytest
from pydantic import BaseModel, ConfigDict, Field

from assistant.answer import Support
from assistant.chat.fakes import ScriptedChat
from assistant.chat.models import ChosenModel
from assistant.cli import main
from index.embedders import HashingEmbedder
from index.lock import writing
from index.passage_store import SourceKind
from tests import pdfs
from tests.indexes import BLINKING, LMA3, OCTO, paper

HEAVY = (
    "chromadb",
    "gradio",
    "langchain",
    "langchain_core",
    "onnxruntime",
    "onnx",
    "xllamacpp",
    "openai",
    "pypdf",
    "numpy",
)


class Kept(BaseModel):
    """A part of the JSON contract (docs/json.md): more may come, nothing may go."""

    model_config = ConfigDict(extra="allow", strict=True)


class Result(Kept):
    rank: int = Field(ge=1)
    paper_id: str
    title: str
    source: SourceKind
    page: int | None
    page_label: str | None
    section: str
    text: str = Field(min_length=1)
    categories: list[str]


class Results(Kept):
    query: str
    results: list[Result]


class CitationJson(Kept):
    n: int
    paper_id: str
    source: SourceKind
    page: int | None
    page_label: str | None
    quote: str = Field(min_length=1)


class ClaimJson(Kept):
    text: str = Field(min_length=1)
    support: Support
    citations: list[CitationJson]


class SourceJson(Kept):
    n: int
    paper_id: str
    title: str
    authors: list[str]
    year: int | None
    page: int | None
    section: str
    categories: list[str]
    source: SourceKind


class CategoryJson(Kept):
    slug: str
    papers: list[str]


class SecondsJson(Kept):
    retrieve: float
    first_token: float | None
    total: float


class AnswerJson(Kept):
    question: str
    standalone_question: str
    answer: str
    refused: bool
    claims: list[ClaimJson]
    sources: list[SourceJson]
    categories: list[CategoryJson]
    model: str
    tokens: dict[str, int]
    seconds: SecondsJson


@pytest.fixture
def duality(monkeypatch, capsys):
    """Runs the command line in this process: exit code, standard output, standard error."""
    monkeypatch.setattr("assistant.workspace.embedder_of", lambda *_: HashingEmbedder())
    monkeypatch.setenv("DUALITY_FETCH__WEIGHTS", "false")
    monkeypatch.setattr("assistant.workspace.LOCK_SECONDS", 0.05)

    def run(*arguments, stdin=""):
        monkeypatch.setattr(sys, "argv", ["duality", *map(str, arguments)])
        monkeypatch.setattr(sys, "stdin", io.StringIO(stdin))
        with pytest.raises(SystemExit) as stopped:
            main()
        out, err = capsys.readouterr()
        assert "Traceback" not in out + err
        return stopped.value.code, out, err

    return run


@pytest.fixture
def filled(filled_home, monkeypatch):
    monkeypatch.setenv("DUALITY_HOME", str(filled_home))
    return filled_home


def process(*arguments, **environment):
    """The command line in a process of its own."""
    return subprocess.run(
        [sys.executable, *arguments],
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        env={**os.environ, **environment},
        check=False,
        timeout=120,
    )


def one_line(err):
    assert err.startswith("duality: ")
    assert err.count("\n") == 1
    return err


# --- what goes wrong ---


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["serach", "x"], 2, "search"),
        (["ask", "x", "--paper", "Ocot"], 2, "octo"),
        (["ask", "x", "--category", "reward signl"], 2, "reward"),
        (["search", "x", "--paper", "no such paper at all"], 2, "duality papers"),
        (["ask", "x", "--model", "extractiv"], 2, "extractive"),
        (["ask", ""], 2, "empty"),
        (["ask", "?!"], 2, "empty"),
        (["search", "   "], 2, "empty"),
        (["ask", "w " * 50_000], 2, "characters"),
        (["ask", "x", "--category", "video prediction model", "--paper", "lasers"], 2, "No paper is left"),
    ],
)
def test_wrong_use_ends_with_2_and_one_line(duality, filled, arguments, code, says):
    got, out, err = duality(*arguments)
    assert (got, out) == (code, "")
    assert says.lower() in one_line(err).lower()


@pytest.mark.parametrize("command", ["ask", "search"])
def test_where_nothing_is_indexed_3_and_the_command_that_helps(duality, command):
    code, out, err = duality(command, "How does Eureka write rewards?")
    assert (code, out) == (3, "")
    assert "duality index build" in one_line(err)


def test_a_misspelt_setting_ends_with_2_and_the_right_name(duality, monkeypatch):
    monkeypatch.setenv("DUALITY_MODLE", "extractive")
    code, _, err = duality("ask", "x")
    assert code == 2
    assert "DUALITY_MODEL" in one_line(err)


def test_a_named_model_without_weights_ends_with_4(duality, filled):
    code, out, err = duality("ask", "What does a seed of LMA3 cost?", "--model", "embedded")
    assert (code, out) == (4, "")
    assert "duality models pull" in one_line(err)


def test_a_locked_index_ends_with_5_and_its_holder(duality, filled):
    with writing(filled / "index", "indexing PDFs"):
        code, _, err = duality("index", "build", "--json")
    assert code == 5
    assert "indexing PDFs" in one_line(err)


def test_only_unreadable_pdfs_end_with_6_and_leave_the_index_usable(duality, home, monkeypatch, tmp_path):
    monkeypatch.setenv("DUALITY_HOME", str(home))
    bad = pdfs.not_a_pdf(tmp_path / "page.pdf")
    code, _, err = duality("index", "build", "--pdfs", bad)
    assert code == 6
    assert err.splitlines()[-1].startswith("duality: page.pdf")
    assert duality("search", "seed cost")[0] == 0


def test_an_unknown_option_names_itself(duality):
    code, out, err = duality("ask", "--modle", "x")
    assert (code, out) == (2, "")
    assert "--modle" in err


def test_a_damaged_index_ends_with_8_and_its_remedy(duality, home, monkeypatch):
    monkeypatch.setenv("DUALITY_HOME", str(home))
    for store in (home / "index").rglob("passages.sqlite*"):
        store.write_bytes(b"not a database " * 300) if store.suffix == ".sqlite" else store.unlink()
    code, out, err = duality("search", "seed cost")
    assert (code, out) == (8, "")
    assert "duality index build" in one_line(err)


@pytest.mark.parametrize(
    "content", ["no json", '{"question": ""}', '{"id": 1}', "[1]", '{"question": null}', "\xff\xfe"]
)
def test_a_file_of_questions_is_checked_before_any_is_answered(duality, filled, tmp_path, content):
    file = tmp_path / "questions.jsonl"
    file.write_bytes(b'{"question": "seed cost"}\n' + content.encode("latin-1"))
    code, out, err = duality("search", "--file", file)
    assert (code, out) == (2, "")
    one_line(err)


@pytest.mark.parametrize("content", ["no json", "{}", "[1, 2]", '["ab"]', "\xff"])
def test_a_broken_history_is_wrong_use(duality, filled, tmp_path, content):
    file = tmp_path / "history.json"
    file.write_bytes(content.encode("latin-1"))
    code, _, err = duality("ask", "And why?", "--history", file)
    assert code == 2
    assert "history" in one_line(err)


def test_a_question_and_a_file_exclude_each_other(duality, filled, tmp_path):
    (tmp_path / "q.jsonl").write_text('{"question": "x"}')
    assert duality("ask", "y", "--file", tmp_path / "q.jsonl")[0] == 2


# --- search ---


def test_search_as_json_keeps_its_contract(duality, filled):
    code, out, err = duality("search", "What does a given seed of LMA3 cost?", "--json", "-k", "12")
    found = Results.model_validate_json(out)
    assert (code, err, found.query) == (0, "", "What does a given seed of LMA3 cost?")
    assert [r.rank for r in found.results] == list(range(1, 13))
    assert found.results[0].paper_id == LMA3
    assert "USD 240" in found.results[0].text
    assert found.results[0].page == 1
    assert {r.source for r in found.results} > {"pdf"}
    assert all((r.page is None) == (r.source != "pdf") for r in found.results)
    assert all((r.page_label is None) == (r.page is None) for r in found.results)


@pytest.mark.parametrize("method", ["fused", "dense", "keywords"])
def test_search_keeps_to_a_paper_and_to_a_category(duality, filled, method):
    _, out, _ = duality("search", "lasers gripper reward", "--json", "--paper", "Octo", "--method", method)
    assert {r.paper_id for r in Results.model_validate_json(out).results} == {OCTO}
    _, out, _ = duality(
        "search", "lasers gripper reward", "--json", "--category", "reward signal", "--method", method
    )
    for result in Results.model_validate_json(out).results:
        assert any("reward-signal" in slug for slug in result.categories)


@pytest.mark.parametrize("question", ['"', "NEAR(a, b)", "a AND (b", "title: x*", "-x", "'; DROP TABLE"])
def test_query_syntax_in_a_question_is_text(duality, filled, question):
    code, out, _ = duality("search", "--json", "--", question)
    assert code in (0, 2)
    if code == 0:
        assert Results.model_validate_json(out).query == question


def test_questions_of_a_file_are_answered_in_order_with_their_ids(duality, filled, tmp_path):
    file = tmp_path / "questions.jsonl"
    questions = [
        ("z", "seed cost"),
        (7, "lasers blink"),
        (None, "gripper retries \u2028 after"),
        ("a", "kitchen"),
    ]
    file.write_text(
        "\n\n".join(json.dumps({"id": i, "question": q}, ensure_ascii=False) for i, q in questions), "utf-8"
    )
    code, out, _ = duality("search", "--file", file, "-k", "2")
    rows = [json.loads(line) for line in out.split("\n") if line]
    assert code == 0
    assert [row["id"] for row in rows] == ["z", 7, None, "a"]
    for row, (_, question) in zip(rows, questions, strict=True):
        assert Results.model_validate(row).query == question
        assert len(row["results"]) == 2


def test_a_question_may_come_by_pipe(duality, filled):
    assert json.loads(duality("search", "-", "--json", stdin="seed cost\n")[1])["query"] == "seed cost"
    assert json.loads(duality("search", "--json", stdin="seed cost\n")[1])["query"] == "seed cost"


# --- ask ---


def test_ask_as_json_keeps_its_contract(duality, filled):
    code, out, _ = duality("ask", "What does a given seed of LMA3 cost?", "--json", "--model", "extractive")
    answer = AnswerJson.model_validate_json(out)
    assert (code, answer.refused, answer.model) == (0, False, "extractive")
    numbers = {s.n: s for s in answer.sources}
    assert "USD 240" in answer.claims[0].text
    for citation in (c for claim in answer.claims for c in claim.citations):
        assert citation.paper_id == numbers[citation.n].paper_id
        assert f"[{citation.n}]" in answer.answer
        assert (citation.page is None) == (citation.source != "pdf")
    cited = {c.paper_id for claim in answer.claims for c in claim.citations}
    assert {p for category in answer.categories for p in category.papers} <= cited
    assert answer.seconds.retrieve <= answer.seconds.total


def test_a_refusal_is_told_as_one(duality, filled):
    code, out, _ = duality("ask", "What does Octo reach on AntMaze?", "--json", "--model", "extractive")
    answer = AnswerJson.model_validate_json(out)
    assert (code, answer.refused) == (0, True)
    assert "AntMaze" in answer.answer


def test_a_question_about_the_list_needs_no_model(duality, filled):
    answer = AnswerJson.model_validate_json(duality("ask", "How many papers are in the list?", "--json")[1])
    assert "155 papers" in answer.answer


def test_the_answer_of_a_model_is_told_with_its_sources_and_what_is_left_out(duality, filled, monkeypatch):
    said = "One seed costs about USD 240. [1] It has 999 moons. [1]"
    chat = ScriptedChat(replies=[said, "1: carried\n2: no"])
    chosen = ChosenModel("scripted", "remote", chat, 6_000, "a test")
    monkeypatch.setattr("assistant.chat.models.resolve", lambda *_: chosen)
    code, out, err = duality("ask", "What does a given seed of LMA3 cost?")
    assert code == 0
    lines = out.splitlines()
    assert "USD 240 [1]." in out
    assert "999 moons" not in out
    assert "1 sentence that scripted wrote is left out" in err
    assert "Sources" in lines
    assert any(f"{LMA3} · curated" in line and "p. 1" in line for line in lines)
    assert "Categories" in lines
    assert "scripted" in err


def test_a_conversation_is_read_from_a_file(duality, filled, tmp_path):
    file = tmp_path / "history.json"
    file.write_text(json.dumps([["What does a seed of LMA3 cost?", "About USD 240."]]))
    _, out, _ = duality(
        "ask", "And where does it play?", "--history", file, "--json", "--model", "extractive"
    )
    answer = AnswerJson.model_validate_json(out)
    assert "LMA3" in answer.standalone_question
    assert answer.claims[0].citations[0].paper_id == LMA3


def test_a_file_of_questions_with_histories_is_answered_line_by_line(duality, filled, tmp_path):
    file = tmp_path / "questions.jsonl"
    entries = [
        {
            "id": 2,
            "question": "And where does it play?",
            "history": [["What does a seed of LMA3 cost?", "USD 240."]],
        },
        {"id": 1, "question": "When do lasers blink?"},
    ]
    file.write_text("\n".join(map(json.dumps, entries)))
    code, out, _ = duality("ask", "--file", file, "--model", "extractive")
    rows = [json.loads(line) for line in out.splitlines()]
    assert code == 0
    assert [row["id"] for row in rows] == [2, 1]
    assert "LMA3" in AnswerJson.model_validate(rows[0]).standalone_question
    assert AnswerJson.model_validate(rows[1]).claims


# --- index and doctor ---


def test_a_build_tells_what_it_did_and_a_second_that_nothing_changed(duality, home, monkeypatch, tmp_path):
    monkeypatch.setenv("DUALITY_HOME", str(home))
    (tmp_path / "more").mkdir()
    paper(
        tmp_path / "more" / "Camels.PDF", BLINKING.replace("Lasers", "Camels"), title="Camels Blink at Night"
    )
    pdfs.empty_file(tmp_path / "more" / "empty.pdf")
    code, out, _ = duality("index", "build", "--pdfs", tmp_path / "more", "--json")
    report = json.loads(out)
    assert code == 0
    assert report["own"] == ["camels"]
    assert list(report["refused"]) == ["empty.pdf"]
    (tmp_path / "more" / "empty.pdf").unlink()
    code, out, err = duality("index", "build", "--pdfs", tmp_path / "more")
    assert (code, err) == (0, "")
    assert out.startswith("Nothing changed")
    status = json.loads(duality("index", "status", "--json")[1])
    assert (status["own"], status["pdfs"], status["curated"]) == (2, 4, 155)


def test_a_folder_without_pdfs_is_wrong_use(duality, tmp_path):
    (tmp_path / "bare").mkdir()
    code, _, err = duality("index", "build", "--pdfs", tmp_path / "bare")
    assert code == 2
    assert "holds no PDFs" in one_line(err)


def test_status_of_nothing_and_of_something(duality, filled, monkeypatch, tmp_path):
    assert "155 curated" in duality("index", "status")[1]
    monkeypatch.setenv("DUALITY_HOME", str(tmp_path / "new"))
    code, out, _ = duality("index", "status")
    assert code == 0
    assert "duality index build" in out


def test_doctor_ends_with_1_where_something_is_broken(duality, filled, monkeypatch, tmp_path):
    monkeypatch.setenv("DUALITY_HOME", str(tmp_path / "new"))
    code, out, _ = duality("doctor", "--json")
    assert code == 1
    assert {row["name"]: row["severity"] for row in json.loads(out)}["index"] == "fault"
    assert "→ duality index build" in duality("doctor")[1]


# --- as a process ---

RUN = "import sys; from assistant.cli import main; sys.argv = ['duality', *sys.argv[1:]]; main()"


def test_help_and_version_load_nothing_heavy():
    listed = "; import atexit; atexit.register(lambda: print([m for m in %r if m in sys.modules], file=sys.stderr)); "
    code = RUN.replace("; from", listed % (HEAVY,) + "from", 1)
    for arguments in (["--help"], ["--version"], ["serach"]):
        done = process("-c", code, *arguments)
        assert done.stderr.splitlines()[-1] == "[]"
    assert "duality ask" in process("-c", RUN, "--help").stdout


@pytest.mark.parametrize(
    ("arguments", "code"),
    [(["search", "x"], 3), (["serach"], 2), (["ask", ""], 2), (["papers", "--paper"], 2)],
)
def test_exit_codes_of_a_process(arguments, code, tmp_path):
    done = process("-c", RUN, *arguments, DUALITY_HOME=str(tmp_path))
    assert done.returncode == code
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def test_an_empty_question_does_not_wait_for_the_pipe(tmp_path):
    with subprocess.Popen(
        [sys.executable, "-c", RUN, "ask", ""], stdin=subprocess.PIPE, stderr=subprocess.PIPE
    ) as child:
        assert child.wait(30) == 2


def test_debug_shows_the_traceback(tmp_path):
    done = process("-c", RUN, "--debug", "search", "x", DUALITY_HOME=str(tmp_path))
    assert "Traceback" in done.stderr
    assert "NothingIndexed" in done.stderr


def test_a_reader_that_goes_away_is_no_error(filled):
    with subprocess.Popen(
        [sys.executable, "-c", RUN, "papers", "--json"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as child:
        child.stdout.read(10)
        child.stdout.close()
        err = child.stderr.read().decode()
        child.wait(60)
    assert "Traceback" not in err
    assert "BrokenPipe" not in err


def test_an_interrupted_build_says_so_and_keeps_what_was_done(tmp_path):
    files = tmp_path / "pdfs"
    files.mkdir()
    for n in range(6):
        paper(files / f"own-{n}.pdf", f"{BLINKING} {n}")
    slow = (
        "import assistant.workspace as w, time; from index.embedders import HashingEmbedder as H\n"
        "class Slow(H):\n"
        "    called = 0\n"
        "    def embed(self, texts, progress=None):\n"
        "        print('embedding', flush=True); Slow.called += 1\n"
        "        time.sleep(0.1 if Slow.called < 3 else 20)\n"
        "        return super().embed(texts, progress)\n"
        "w.embedder_of = lambda s, h: Slow()\n"
    )
    environment = {**os.environ, "DUALITY_HOME": str(tmp_path / "home"), "DUALITY_FETCH__WEIGHTS": "false"}
    with subprocess.Popen(
        [sys.executable, "-c", slow + RUN, "index", "build", "--pdfs", str(files)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment, text=True,
    ) as child:  # fmt: skip
        for _ in range(3):
            child.stdout.readline()
        child.send_signal(signal.SIGINT)
        _, err = child.communicate(timeout=60)
    assert child.returncode == 130
    assert "what was done is kept" in err
    assert "Traceback" not in err


def test_too_little_memory_is_told_as_that(duality, monkeypatch):
    def lacking(*_: object, **__: object) -> None:
        raise ImportError("libbig.so: failed to map segment from shared object")

    monkeypatch.setattr("assistant.workspace.Workspace.open", lacking)
    code, _, err = duality("search", "x")
    assert code == 1
    assert "too little memory" in one_line(err)
    assert "ulimit -v" in err
