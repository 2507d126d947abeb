"""The whole way, with the real embedder and the real embedded model, from two PDFs to cited answers."""

import shutil

import pytest

from assistant.settings import Home, load
from assistant.workspace import Workspace
from tests.indexes import LMA3, OCTO

pytestmark = [pytest.mark.model, pytest.mark.papers]

# question, paper, pages that state the fact, ways in which the fact may be written
ASKED = [
    ("What does it cost to run one seed of LMA3?", LMA3, {10}, ("240",)),
    ("How many hours did training the ViT-B model of Octo take?", OCTO, {6}, ("14 hours",)),
]


@pytest.fixture(scope="module")
def opened(papers_dir, minilm_dir, gguf, tmp_path_factory):
    home = Home(tmp_path_factory.mktemp("end-to-end"))
    home.weights.mkdir(parents=True)
    for folder in (minilm_dir, gguf.parent):
        (home.weights / folder.name).symlink_to(folder, target_is_directory=True)
    home.pdfs.mkdir()
    for paper in (LMA3, OCTO):
        file = papers_dir / "curated" / f"{paper}.pdf"
        if not file.exists():
            pytest.skip(f"needs {file.name}: it is not in {file.parent}")
        shutil.copy(file, home.pdfs)
    with Workspace(load({"model": "embedded"}, home=home, environ={}), home) as workspace:
        report = workspace.index_pdfs(workspace.known_pdfs())
        assert report.refused == {}
        yield workspace


@pytest.mark.parametrize(
    ("question", "paper", "pages", "facts"), ASKED, ids=[paper for _, paper, _, _ in ASKED]
)
def test_a_fact_is_stated_supported_and_cited_to_its_page(opened, question, paper, pages, facts):
    answer = opened.chain().answer(question)
    assert not answer.refused
    assert not any("failed" in note for note in answer.notes)
    assert answer.tokens["output"] > 0
    assert any(fact in answer.text.lower() for fact in facts), answer.text
    carrying = [claim for claim in answer.claims if any(fact in claim.text.lower() for fact in facts)]
    cited = [
        c
        for claim in carrying
        if claim.support in ("exact", "normalised", "entailed")
        for c in claim.citations
    ]
    assert any(c.paper == paper and c.source == "pdf" and c.page in pages for c in cited), answer.to_json()
    for citation in cited:
        page_texts = [
            opened.search().generation().passages.page(citation.paper, s.page).text for s in citation.spans
        ]
        there = " ".join(t[s.start : s.end] for t, s in zip(page_texts, citation.spans, strict=True))
        assert " ".join(there.split()) == " ".join(citation.quote.split())  # but for line ends


def test_the_marked_page_can_be_shown(opened):
    hit = opened.search()(ASKED[0][0], prefer=[LMA3])[0]
    assert opened.page_image(LMA3, hit.page, hit.passage.spans).startswith(b"\x89PNG")


def test_what_the_papers_do_not_say_is_refused(opened):
    answer = opened.chain().answer("What success rate does Octo have on bimanual ALOHA tasks?")
    assert answer.refused
    assert "ALOHA" in answer.text
