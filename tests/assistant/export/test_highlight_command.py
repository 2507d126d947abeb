"""`duality highlight` and the page's copy: what is cited of a paper, in a copy of its PDF and of no other file."""

import io

from fastapi import FastAPI
from fastapi.testclient import TestClient
from pypdf import PdfReader

from assistant.page.web import addresses
from tests import pdfs
from tests.indexes import LMA3, workspace

COST = "It costs about USD 240 to run one seed of LMA3, mostly for calls of the language model."


def notes(copy):
    return [
        note.get_object() for page in PdfReader(io.BytesIO(copy)).pages for note in page.get("/Annots", [])
    ]


def test_what_is_cited_is_highlighted_and_no_other_file_is_handed_out(tmp_path):
    (tmp_path / "pdfs").mkdir()
    pdfs.simple_paper(tmp_path / "pdfs" / f"{LMA3}.pdf", title="LMA3", sections={"1 Costs": COST})
    pdfs.with_text(tmp_path / "secret.pdf", ["A secret."])
    with workspace(tmp_path, model="extractive") as opened:
        opened.index_pdfs(opened.known_pdfs())
        questions = ["What does it cost to run one seed of LMA3?", "How many USD per seed?"]
        asked = [(q, opened.chain().answer(q).spans_of(LMA3)) for q in questions]
        assert all(spans for _, spans in asked)
        copied = notes(opened.highlighted(LMA3, asked))
        assert {note["/Contents"] for note in copied} == set(questions)
        assert len({tuple(note["/C"]) for note in copied}) == 2

        web = FastAPI()
        addresses(web, opened)
        page = TestClient(web)
        spans = ",".join(f"{s.page}:{s.start}:{s.end}" for s in asked[0][1])
        reply = page.get("/pdf", params={"paper": LMA3, "question": questions[0], "spans": spans})
        assert "attachment" in reply.headers["content-disposition"]
        assert {note["/Contents"] for note in notes(reply.content)} == {questions[0]}
        for paper in ("../secret", str(tmp_path / "secret.pdf"), "secret", "nobody"):
            reply = page.get("/pdf", params={"paper": paper, "question": "?", "spans": "1:0:5"})
            assert (reply.status_code, "not indexed" in reply.text) == (404, True)
        for wrong in ("x", "9:0:5", "1:0:5:7"):
            reply = page.get("/pdf", params={"paper": LMA3, "question": "?", "spans": wrong})
            assert reply.status_code == 404
