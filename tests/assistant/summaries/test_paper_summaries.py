import threading
from itertools import pairwise

import pytest

from assistant.chat.fakes import ScriptedChat
from assistant.chat.models import ChosenModel
from assistant.summaries.subject import of_paper
from assistant.summaries.summarizer import Summarizer
from tests.assistant.summaries.conftest import APPROACH, EUREKA, LIMIT, MODEL, POLICY, PROBLEM, RESULT


def part(summary, key):
    return next(section for section in summary.sections if section.key == key)


def said(section):
    return " ".join(claim.text for claim in section.claims)


@pytest.fixture
def page(opened):
    return opened.summarize("eureka")


def test_each_part_holds_the_sentence_that_is_of_it(page):
    assert APPROACH in said(part(page, "approach"))
    assert MODEL in said(part(page, "generative_model"))
    assert POLICY in said(part(page, "role_of_rl"))
    assert "29 tasks" in said(part(page, "evaluation"))
    assert RESULT in said(part(page, "results"))
    assert LIMIT in said(part(page, "limits"))
    assert PROBLEM in said(part(page, "problem"))


def test_a_page_touches_every_main_section_and_no_other(page):
    assert [title.lower() for title in page.coverage.sections] == [
        "abstract", "1 introduction", "2 related work", "3 method", "4 experiments", "5 conclusion",
    ]  # fmt: skip
    assert page.coverage.touched == page.coverage.sections
    assert page.coverage.line == "Cites 6 of the paper's 6 main sections."


def test_every_sentence_is_cited_and_every_quote_stands_in_its_source(page):
    sources = {source.n: source for source in page.sources}
    for claim in page.claims:
        assert claim.citations
        for citation in claim.citations:
            assert citation.quote in sources[citation.n].text
            if citation.source == "pdf":
                assert citation.page == 1
                assert f"“{citation.quote}”" == claim.text


def test_nothing_is_quoted_that_cannot_be_read_alone(page):
    everything = " ".join(claim.text for claim in page.claims)
    for junk in ("Figure", "Table 4", "https", "thank", "sponsors", "In Proceedings", "grateful"):
        assert junk not in everything


def test_the_taxonomy_place_is_that_of_the_list(page):
    text = said(part(page, "taxonomy"))
    assert "Reward Signal" in text
    assert {c.source for claim in part(page, "taxonomy").claims for c in claim.citations} == {"table"}


def test_a_paragraph_and_a_line_are_shorter(opened, page):
    paragraph = opened.summarize("eureka", length="paragraph")
    line = opened.summarize("eureka", length="line")
    assert len(line.claims) == 1
    assert 4 <= len(paragraph.claims) < len(page.claims)
    assert APPROACH in line.claims[0].text
    assert [section.heading for section in paragraph.sections] == [""]


def test_without_the_pdf_the_digest_speaks_and_says_so(opened):
    summary = opened.summarize("octo")
    assert {c.source for claim in summary.claims for c in claim.citations} == {"digest", "table"}
    assert all(
        "digest" in claim.text for claim in summary.claims for c in claim.citations if c.source == "digest"
    )
    assert any("not here" in note for note in summary.notes)
    assert summary.coverage.pdfs == ()
    assert opened.summarize("octo", length="line").claims[0].text.startswith("Our digest")


def test_a_paper_of_ones_own_has_no_place_in_the_taxonomy(opened):
    summary = opened.summarize("lasercat")
    assert RESULT in said(part(summary, "results"))
    assert "not on the survey's list" in part(summary, "taxonomy").lead


def test_what_the_paper_does_not_say_is_said_to_be_absent(opened):
    summary = opened.summarize("lasercat")
    assert not part(summary, "role_of_rl").claims
    assert "No sentence" in part(summary, "role_of_rl").lead


def test_a_models_sentences_are_checked_and_written_in_the_third_person(opened, written):
    subject = of_paper(opened.catalogue.by_id[EUREKA])
    summary, chat = written(
        subject,
        "We present an algorithm that lets a coding language model write reward functions for robots. [1]",
        length="line",
    )
    assert summary.claims[0].text.startswith("The authors present an algorithm")
    assert summary.claims[0].support == "same words"
    assert summary.claims[0].citations[0].page == 1
    assert APPROACH in chat.prompts[0][-1].text


def test_what_is_not_carried_is_quoted(opened, written):
    subject = of_paper(opened.catalogue.by_id[EUREKA])
    wrong = "Eureka was trained on 9,000 quadrupeds by Isaac Newton. [1]"
    summary, chat = written(subject, wrong, length="line")
    assert len(chat.prompts) == 1
    assert [claim.support for claim in summary.claims] == ["exact"]
    assert "9,000" not in summary.claims[0].text
    assert any("quoted word for word" in note for note in summary.notes)


def test_a_model_that_dies_leaves_quotes_and_a_note(opened, written):
    subject = of_paper(opened.catalogue.by_id[EUREKA])
    summary, chat = written(subject, "Eureka writes rewards.", dies_after=1)
    assert len(chat.prompts) == 1
    assert summary.coverage.touched == summary.coverage.sections
    assert any("word for word" in note for note in summary.notes)


def test_the_summary_grows_part_by_part(opened):
    states = list(opened.summarizer().stream(of_paper(opened.catalogue.by_id[EUREKA])))
    counts = [len(state.sections) for state in states]
    assert counts == sorted(counts)
    assert len(set(counts)) >= 7
    assert [state.complete for state in states] == [False] * (len(states) - 1) + [True]
    for earlier, later in pairwise(states):
        assert later.sources[: len(earlier.sources)] == earlier.sources


def test_json_keeps_its_promise(page):
    data = page.to_json()
    assert data["subject"] == page.subject.name
    assert set(data["coverage"]) >= {"papers_used", "papers_total", "pdfs"}
    assert (data["coverage"]["papers_used"], data["coverage"]["papers_total"], data["coverage"]["pdfs"]) == (
        1,
        1,
        1,
    )
    assert data["generation"].startswith("g0001.")
    for section in data["sections"]:
        assert {"heading", "claims"} <= section.keys()
        for claim in section["claims"]:
            assert {"text", "support", "citations"} <= claim.keys()
            for citation in claim["citations"]:
                assert {"n", "paper_id", "source", "page", "page_label", "quote"} <= citation.keys()
    assert {s["n"] for s in data["sources"]} == {
        c["n"] for s in data["sections"] for claim in s["claims"] for c in claim["citations"]
    }


def test_the_embedded_model_is_asked_in_its_frame(opened, written):
    subject = of_paper(opened.catalogue.by_id[EUREKA])
    _, chat = written(subject, f"{APPROACH} [1]", length="line", kind="embedded")
    system, asked = chat.prompts[0]
    assert system.text.startswith("You write one part of a summary")
    assert asked.text.startswith("Evidence:\n[1] EUREKA, page 1: ")
    assert asked.text.endswith("Write one short sentence on what EUREKA proposes and how it works.")
    assert '"[1]"' in chat.options[0]["grammar"]


def test_stopping_leaves_a_whole_summary_in_quotes(opened):
    chat = ScriptedChat(replies=())
    cancelled = threading.Event()
    cancelled.set()
    summarizer = Summarizer(opened.search(), ChosenModel("scripted", "remote", chat, 6000, "A test."))
    *_, last = summarizer.stream(of_paper(opened.catalogue.by_id[EUREKA]), "page", cancelled)
    assert last.complete
    assert chat.prompts == []
    assert last.coverage.touched == last.coverage.sections
    assert any("Stopped by you" in note for note in last.notes)
