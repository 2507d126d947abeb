"""Adding, removing and editing papers, as a user does it on the command line."""

import functools
import http.server
import json
import subprocess
import sys
import threading
import time

import pytest
from click.testing import CliRunner

from assistant import adding, arxiv
from assistant.adding import add
from assistant.arxiv import ArxivId, arxiv_id
from assistant.cli import cli
from assistant.removing import remove
from corpus.errors import DualityError, WrongUse
from index import generation as generations
from index.embedders import HashingEmbedder
from tests import pdfs
from tests.hosts import PROXIES, closed_port
from tests.indexes import BLINKING, LMA3, paper, workspace

ATOM = """<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><entry>
<title>Humming   Camels
 at Night</title><published>2024-01-03T00:00:00Z</published>
<author><name>Ada Example</name></author><author><name>Ben Sample</name></author></entry></feed>"""


@pytest.fixture
def opened(home):
    with workspace(home) as made:
        yield made


@pytest.fixture
def duality(home, monkeypatch):
    """Runs a command line over the home; gives exit code, standard output and the error's sentence."""
    for name in PROXIES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DUALITY_HOME", str(home))
    monkeypatch.setattr("assistant.workspace.embedder_of", lambda *_: HashingEmbedder())
    monkeypatch.setattr("assistant.cli.indexing.ensure_embedder", lambda *_, **__: None)

    def run(*words):
        result = CliRunner().invoke(cli, words)
        error = result.exception
        if error is not None and not isinstance(error, DualityError | SystemExit):
            raise error
        return getattr(error, "exit_code", result.exit_code), result.stdout, str(error or "")

    return run


@pytest.fixture
def host(tmp_path):
    """A host of files: the folder and its address."""
    folder = tmp_path / "host"
    folder.mkdir()
    handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=str(folder))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield folder, f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def said(text):
    return text.replace("\n", " ")


def test_a_file_becomes_a_paper_with_what_it_says_of_itself(opened, tmp_path):
    file = paper(tmp_path / "Camels.pdf", "Camels hum while robots sleep.", title="Humming Camels at Night")
    (result,) = add(opened, [str(file)])
    assert result.outcome == "added"
    assert (result.paper.id, result.paper.kind, result.paper.title) == (
        "camels",
        "own",
        "Humming Camels at Night",
    )
    assert result.paper.authors == ("Ada Example", "Ben Sample")
    assert opened.search()("camels hum")[0].passage.paper == "camels"
    assert len(result.proposals) == 3
    assert set(result.paper.categories) <= {proposal.slug for proposal in result.proposals}
    assert result.paper.proposed == result.paper.categories
    assert add(opened, [str(file)])[0].outcome == "there"


def test_a_folder_is_searched_through_and_each_refusal_explained(opened, tmp_path):
    folder = tmp_path / "in"
    (folder / "deep").mkdir(parents=True)
    paper(folder / "deep" / "good.pdf", "Camels hum.", title="Humming Camels at Night")
    pdfs.not_a_pdf(folder / "bad.pdf")
    paper(folder / "colas2023lma3.pdf", BLINKING, title="Something Else Altogether Here")
    results = {
        result.given.rpartition("/")[2]: result for result in add(opened, [str(folder), "nowhere.pdf", "%%"])
    }
    assert results["good.pdf"].outcome == "added"
    assert "is not a PDF" in results["bad.pdf"].note
    assert "Something Else Altogether Here" in results["colas2023lma3.pdf"].note
    assert results["nowhere.pdf"].note == "There is no file nowhere.pdf."
    assert "neither a file" in results["%%"].note


def test_files_of_one_name_in_two_folders_get_their_own_outcome(opened, tmp_path):
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
    good = paper(tmp_path / "a" / "same.pdf", "Camels hum.", title="Humming Camels at Night")
    bad = pdfs.not_a_pdf(tmp_path / "b" / "same.pdf")
    assert [result.outcome for result in add(opened, [str(good), str(bad)])] == ["added", "refused"]


def test_a_pdf_of_the_list_becomes_that_paper_and_keeps_its_categories(opened, tmp_path):
    file = paper(tmp_path / "ma2023eureka.pdf", "Eureka writes rewards.")
    (result,) = add(opened, [str(file)], ["llm planning"])
    assert (result.paper.id, result.paper.kind, result.proposals) == ("ma2023eureka", "curated", ())
    assert "stay as they are" in result.note
    assert not opened.home.overlay.exists()


def test_categories_that_were_asked_for_are_chosen_not_proposed(opened, tmp_path):
    file = paper(tmp_path / "camels.pdf", "Camels hum.", title="Humming Camels at Night")
    (result,) = add(opened, [str(file)], ["reward signal/vlm"])
    assert result.paper.categories == ("generative-tools-for-rl/task/reward-signal/vlm",)
    assert result.paper.proposed == ()
    with pytest.raises(WrongUse, match="no category"):
        add(opened, [str(tmp_path / "camels.pdf")], ["nonsense"])


def test_an_address_is_fetched_into_the_users_own_folder(opened, host):
    folder, address = host
    paper(folder / "Camels 2.pdf", "Camels hum while robots sleep.", title="Humming Camels at Night")
    (folder / "page.pdf").write_text("<html>Sign in</html>")
    good, bad = add(opened, [f"{address}/Camels%202.pdf", f"{address}/page.pdf"])
    assert (good.outcome, good.paper.title) == ("added", "Humming Camels at Night")
    assert opened.pdf_of(good.paper.id).parent == opened.home.uploads
    assert bad.outcome == "refused"
    assert bad.note.startswith(f"{address}/page.pdf was not fetched: ")


def test_an_arxiv_id_brings_what_arxiv_says_of_it(opened, host, monkeypatch):
    folder, address = host
    (folder / "pdf").mkdir()
    paper(
        folder / "pdf" / "2401.01234v2",
        "Camels hum at night to keep the whole caravan awake.",
        title="A Title the Printer Spoilt",
        stamp="2401.01234v2",
    )
    (folder / "query").write_text(ATOM)
    monkeypatch.setattr(arxiv, "PAPERS", address)
    monkeypatch.setattr(arxiv, "EXPORT", f"{address}/query")
    monkeypatch.setattr(adding, "PAUSE_SECONDS", 0.0)
    monkeypatch.setattr("corpus.fetching.papers.addresses", lambda paper: (paper.pdf_url,))
    (result,) = add(opened, ["arXiv:2401.01234v2"])
    assert result.outcome == "added"
    assert (result.paper.id, result.paper.arxiv, result.paper.year) == ("2401.01234", "2401.01234", 2024)
    assert result.paper.title == "Humming Camels at Night"
    assert result.paper.authors == ("Ada Example", "Ben Sample")
    assert opened.search()("Humming Camels at Night")[0].passage.paper == "2401.01234"


def test_where_nobody_answers_the_rest_is_added_all_the_same(opened, tmp_path, monkeypatch):
    monkeypatch.setattr(arxiv, "PAPERS", "http://127.0.0.1:9")
    monkeypatch.setattr("corpus.fetching.papers.addresses", lambda paper: (paper.pdf_url,))
    file = paper(tmp_path / "camels.pdf", "Camels hum.", title="Humming Camels at Night")
    refused, added = add(opened, ["2401.01234", str(file)])
    assert (refused.outcome, added.outcome) == ("refused", "added")
    assert "\n" not in refused.note


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2310.12931", ArxivId("2310.12931")),
        ("arXiv:2310.12931v2", ArxivId("2310.12931", "v2")),
        ("https://arxiv.org/abs/2310.12931", ArxivId("2310.12931")),
        ("http://www.arxiv.org/pdf/2310.12931v1.pdf", ArxivId("2310.12931", "v1")),
        ("cs/0601001", ArxivId("cs/0601001")),
        ("https://example.org/abs/2310.12931", None),
        ("https://arxiv.org.evil.example/abs/2310.12931", None),
        ("eureka", None),
    ],
)
def test_arxiv_ids_are_known_in_every_form(text, expected):
    assert arxiv_id(text) == expected


@pytest.mark.parametrize(
    "answer",
    [b"", b"<html>", b"<feed xmlns='http://www.w3.org/2005/Atom'/>",
     b"<!DOCTYPE x [<!ENTITY a 'b'>]>" + ATOM.encode(), ATOM.replace("Humming", "").replace("Camels\n at Night", "Error").encode()],
)  # fmt: skip
def test_an_answer_that_says_nothing_is_no_record(answer):
    assert arxiv.read(answer) is None


def test_removing_hides_at_once_in_other_processes_too(home, tmp_path):
    with workspace(home) as reader:
        assert "Lasers blink" in str(reader.search()("lasers blink"))
        code = (
            "import sys, pathlib; from tests.indexes import workspace; from assistant.removing import remove\n"
            "with workspace(pathlib.Path(sys.argv[1])) as w: print(remove(w, ['lasers'])[0].passages)"
        )
        child = subprocess.run(
            [sys.executable, "-c", code, str(home)], check=True, capture_output=True, text=True
        )
        began = time.monotonic()
        assert "Lasers blink" not in str(reader.search()("lasers blink"))
        assert time.monotonic() - began < 1.0
        assert int(child.stdout) > 0
        assert "lasers" not in reader.catalogue.by_id


def test_a_removed_curated_paper_stays_in_the_list_with_its_digest(opened):
    (removed,) = remove(opened, ["LMA3"])
    assert removed.paper.id == LMA3
    assert LMA3 in opened.catalogue.by_id
    sources = {hit.passage.source for hit in opened.search()("autotelic agents", 30, papers=[LMA3])}
    assert sources
    assert "pdf" not in sources
    assert opened.index_pdfs(opened.known_pdfs()).passed_over.keys() == {f"{LMA3}.pdf"}


def test_adding_a_removed_paper_again_brings_everything_back(opened, home):
    adding.edit_papers(
        opened, {"lasers": {"title": "My Lasers", "categories": ["rl-for-generative-policies"]}}
    )
    (removed,) = remove(opened, ["lasers"])
    (back,) = add(opened, [str(removed.file)])
    assert (back.paper.id, back.paper.title) == ("lasers", "My Lasers")
    assert back.paper.categories == ("rl-for-generative-policies",)


def test_only_files_in_our_own_folders_are_deleted(opened, tmp_path):
    outside = paper(tmp_path / "camels.pdf", "Camels hum.", title="Humming Camels at Night")
    add(opened, [str(outside)])
    inside = opened.pdf_of("lasers")
    kept, gone = remove(opened, ["camels", "lasers"], delete_file=True)
    assert (kept.deleted, gone.deleted) == (False, True)
    assert outside.exists()
    assert not inside.exists()
    assert "left where it is" in kept.note


def test_nothing_is_removed_where_one_name_is_wrong(opened):
    with pytest.raises(WrongUse, match="lasers"):
        remove(opened, ["lasers", "laser"])
    with pytest.raises(WrongUse, match="no PDF in the index"):
        remove(opened, ["lasers", "ma2023eureka"])
    assert "Lasers blink" in str(opened.search()("lasers blink"))
    remove(opened, ["lasers"])
    with pytest.raises(WrongUse, match="was removed before"):
        remove(opened, ["lasers"])


def test_edits_survive_a_fresh_build_and_change_what_is_found(duality, home):
    assert duality("papers", "edit", "lasers", "--title", "Quick Lights", "--author", "Ada Example", "--year", "2021",
                   "--short-name", "QL", "--category", "reward signal/vlm")[0] == 0  # fmt: skip
    assert duality("index", "build", "--fresh")[0] == 0
    shown = json.loads(duality("papers", "show", "QL", "--json")[1])
    assert (shown["id"], shown["title"], shown["year"], shown["authors"]) == (
        "lasers",
        "Quick Lights",
        2021,
        ["Ada Example"],
    )
    assert (shown["categories"], shown["proposed"]) == (
        ["generative-tools-for-rl/task/reward-signal/vlm"],
        [],
    )
    with workspace(home) as again:
        assert again.search().generation().passages.keyword_search(["quick"], 5)


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (("papers", "edit", "ma2023eureka", "--year", "2020"), 2, "survey's list"),
        (("papers", "edit", "lasers"), 2, "Nothing to change"),
        (("papers", "edit", "lasers", "--title", " "), 2, "title is empty"),
        (("papers", "edit", "lasers", "--category", "rewrd"), 2, "no category"),
        (("papers", "edit", "laser", "--year", "2020"), 2, "lasers"),
        (("remove", "laser"), 2, "lasers"),
        (("add", "nowhere.pdf"), 2, "There is no file nowhere.pdf."),
    ],
)
def test_wrong_use_is_told_in_a_sentence(duality, words, code, message):
    got, _, error = duality(*words)
    assert got == code
    assert message in error
    assert "\n" not in error


def test_what_was_not_added_gives_the_exit_code_of_why(duality, tmp_path):
    away, bad = f"http://127.0.0.1:{closed_port()}/a.pdf", str(pdfs.not_a_pdf(tmp_path / "bad.pdf"))
    code, _, error = duality("add", away)
    assert code == 7
    assert "cannot be reached" in error
    assert duality("add", bad)[0] == 6
    assert duality("add", away, f"{away}2")[0] == 7
    assert duality("add", away, bad)[0] == 6
    good = str(pdfs.simple_paper(tmp_path / "good.pdf"))
    code, out, error = duality("add", good, bad)
    assert (code, error) == (6, f"1 of 2 not added: {bad}.")
    assert "1 added, 1 refused" in out


def test_categories_given_for_a_paper_that_is_there_are_told(duality, tmp_path):
    file = paper(tmp_path / "camels.pdf", "Camels hum.", title="Humming Camels at Night")
    copy = tmp_path / "copy.pdf"
    copy.write_bytes(file.read_bytes())
    duality("add", str(file))
    assert "is filed under" not in duality("add", str(file))[1]
    out = duality("add", str(file), "--category", "reward signal/vlm")[1]
    assert (
        "is filed under Generative Tools for RL › Task › Reward Signal › VLMs for reward learning now."
        in said(out)
    )
    assert "Diffusion Policy now." in said(duality("add", str(copy), "--category", "diffusion policy")[1])
    assert json.loads(duality("papers", "show", "camels", "--json")[1])["categories"] == [
        "rl-for-generative-policies/rl-pre-training/diffusion-policy"
    ]


def test_the_command_shows_a_table_and_where_each_paper_is_proposed(duality, tmp_path):
    file = paper(tmp_path / "camels.pdf", "Camels hum.", title="Humming Camels at Night")
    code, out, _ = duality("add", str(file))
    assert code == 0
    assert "Humming Camels at Night" in said(out)
    assert "yours" in out
    assert "nearest there:" in out
    assert "░" in out
    assert "duality papers edit camels --category" in out
    assert "was there" in duality("add", str(file))[1]


def test_a_paper_that_is_near_nothing_is_told_how_to_be_filed(duality, tmp_path, monkeypatch):
    monkeypatch.setattr("assistant.proposing.FILED_FROM", 2.0)
    out = duality("add", str(paper(tmp_path / "camels.pdf", "Camels hum.", title="Humming Camels at Night")))[
        1
    ]
    assert "filed" not in out.replace("duality papers edit", "")
    assert "None is near enough to file it there by itself: duality papers edit camels --category NAME" in out


def test_add_and_remove_give_json(duality, tmp_path):
    file = paper(tmp_path / "camels.pdf", "Camels hum.", title="Humming Camels at Night")
    (added,) = json.loads(duality("add", str(file), "--json")[1])["added"]
    assert added.keys() == {"given", "outcome", "note", "paper", "proposals"}
    assert (added["outcome"], added["paper"]["kind"]) == ("added", "own")
    assert added["proposals"][0].keys() == {"slug", "score", "because"}
    (removed,) = json.loads(duality("remove", "camels", "--json")[1])["removed"]
    assert removed.keys() == {"id", "kind", "file", "passages", "deleted", "note", "undo"}
    assert removed["undo"] == f"duality add {file}"


def test_what_was_removed_is_hidden_at_once_and_left_behind_by_a_later_build(duality, home, tmp_path):
    long = [f"Camels hum and robots listen to part {part} of their song." * 40 for part in range(60)]
    file = paper(tmp_path / "camels.pdf", *long, title="Humming Camels at Night")
    duality("add", str(file))
    name = generations.current(home / "index").name
    assert "is left behind" not in duality("index", "build")[1]
    duality("remove", "camels")
    assert generations.current(home / "index").name == name
    assert json.loads(duality("search", "camels hum", "--json")[1])["results"] == []
    out = duality("index", "build")[1]
    assert "What was removed is left behind" in out
    assert generations.current(home / "index").name != name
    assert json.loads(duality("index", "status", "--json")[1])["pdfs"] == 3


def test_answers_and_passages_say_whose_a_paper_is(duality):
    question = "What do lasers do so quickly?"
    assert "lasers · yours" in duality("search", question)[1]
    assert "lasers · yours" in duality("ask", question, "--model", "extractive")[1]
    hits = json.loads(duality("search", question, "--json", "-k", "20")[1])["results"]
    assert {hit["kind"] for hit in hits if hit["paper_id"] == "lasers"} == {"own"}


def test_lists_say_whose_a_paper_is(duality):
    lines = [line.split("\t") for line in duality("papers")[1].splitlines()]
    assert {line[0]: line[4] for line in lines}["lasers"] == "yours"
    assert {line[4] for line in lines} == {"curated", "yours"}
    assert "Kind: yours" in duality("papers", "lasers")[1]
    kinds = {entry["id"]: entry["kind"] for entry in json.loads(duality("papers", "--json")[1])}
    assert (kinds["lasers"], kinds[LMA3]) == ("own", "curated")


def test_a_removed_file_named_to_a_build_is_named_not_indexed(duality, home):
    duality("remove", LMA3)
    code, out, _ = duality("index", "build", "--pdfs", str(home / "pdfs"))
    assert code == 0
    assert f"{LMA3}.pdf was removed on" in out
    assert "duality add" in out


def test_the_taxonomy_counts_the_users_papers_apart(duality):
    before = {n["slug"]: n for n in json.loads(duality("taxonomy", "--json")[1])}
    duality("papers", "edit", "lasers", "--category", "reward signal/vlm")
    after = {n["slug"]: n for n in json.loads(duality("taxonomy", "--json")[1])}
    slug = "generative-tools-for-rl/task/reward-signal/vlm"
    assert after[slug]["papers"] == before[slug]["papers"]
    assert after[slug]["papers_own"] == 1
    assert "1 of yours" in duality("taxonomy")[1]
