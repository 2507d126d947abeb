"""`duality read`: what people and programs see of a PDF, without any index."""

import json

import pytest
from click.testing import CliRunner

from assistant.cli import cli
from corpus.errors import UnreadableDocument, WrongUse
from tests import pdfs


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.setenv("DUALITY_HOME", str(tmp_path / "home"))

    def said(*words):
        result = CliRunner().invoke(cli, ["read", *map(str, words)])
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result.output

    return said


def test_a_pdf_is_shown_as_markdown(tmp_path, run):
    shown = run(pdfs.simple_paper(tmp_path / "paper.pdf"))
    assert "# Planning with Diffusion and Value" in shown
    assert "## 2 Method" in shown
    assert "We found a guidance weight of 1.4 to be a good choice on every task." in shown


def test_programs_get_blocks_and_sentences_with_their_places(tmp_path, run):
    read = json.loads(run(pdfs.simple_paper(tmp_path / "paper.pdf", pages=2), "--page", 1, "--json"))
    assert (read["file"], read["title"]) == ("paper.pdf", "Planning with Diffusion and Value")
    (page,) = read["pages"]
    kinds = [block["kind"] for block in page["blocks"]]
    assert kinds[:4] == ["title", "byline", "heading", "paragraph"]
    (sentence,) = [s for s in read["sentences"] if s["text"].startswith("We found a guidance")]
    assert (sentence["kind"], sentence["section"]) == ("body", "2 Method")
    (place,) = sentence["places"]
    paragraph = next(b for b in page["blocks"] if sentence["text"] in b["text"])
    for left, top, right, bottom in place["boxes"]:
        assert paragraph["box"][0] - 2 < left < right < paragraph["box"][2] + 2
        assert paragraph["box"][1] - 3 < top < bottom < paragraph["box"][3] + 3
    assert [entry["label"] for entry in read["references"]] == ["1"]


def test_what_cannot_be_shown_is_one_sentence(tmp_path, run):
    path = pdfs.simple_paper(tmp_path / "paper.pdf")
    with pytest.raises(WrongUse, match=r"has 1 pages, so there is no page 4\."):
        run(path, "--page", 4)
    with pytest.raises(WrongUse, match="one of --json and --markdown"):
        run(path, "--json", "--markdown")
    with pytest.raises(UnreadableDocument, match=r"none\.pdf is not there\."):
        run(tmp_path / "none.pdf")
