import pytest

from assistant.summaries.subject import of_category
from corpus.errors import WrongUse
from tests.assistant.summaries.conftest import EUREKA

REWARD = "generative-tools-for-rl/task/reward-signal"


@pytest.fixture
def category(opened):
    return opened.summarize("category:reward-signal")


def section(summary, key):
    return next(s for s in summary.sections if s.key == key)


def test_no_paper_of_a_category_is_forgotten(opened, category):
    everyone = {paper.id for paper in opened.catalogue.papers_of(REWARD)}
    own_sentence = {
        c.paper
        for s in category.sections
        if s.key.startswith("line:")
        for claim in s.claims
        for c in claim.citations
    }
    assert own_sentence == everyone
    assert category.coverage.line == "Rests on 26 of 26 papers; PDFs of 1."
    assert category.coverage.pdfs == (EUREKA,)
    assert category.coverage.unused == ()


def test_counts_are_those_of_the_catalogue(opened, category):
    assert section(category, "shared").claims[0].text.startswith("26 papers are filed under")
    years = [claim.text for claim in section(category, "years").claims if claim.text[:4].isdigit()]
    for text in years:
        year, count = int(text[:4]), int(text.split()[1])
        assert count == sum(p.year == year for p in opened.catalogue.papers_of(REWARD))
    assert len(years) == 4


def test_every_claim_cites_the_words_it_rests_on(category):
    sources = {source.n: source for source in category.sources}
    for claim in category.claims:
        assert claim.citations, claim.text
        for citation in claim.citations:
            assert citation.quote in sources[citation.n].text


def test_lines_follow_the_taxonomy_largest_first(category):
    lines = [s.heading for s in category.sections if s.key.startswith("line:")]
    assert lines[0].endswith("(11 papers)")
    assert len(lines) == 4


def test_a_digests_words_are_said_to_be_the_digests(category):
    for s in category.sections:
        for claim in s.claims:
            if s.key.startswith("line:") and claim.citations[0].source == "digest":
                assert "digest" in claim.text


def test_where_digest_and_table_differ_both_are_shown(category):
    differing = [c for c in section(category, "real_robots").claims if "they differ" in c.text]
    assert differing
    assert {c.source for c in differing[0].citations} == {"digest", "table"}


def test_a_line_on_a_category_counts(opened):
    line = opened.summarize("category:reward-signal", length="line")
    assert len(line.claims) == 1
    assert len(line.coverage.used) == 26


def test_a_paragraph_on_a_category_is_short(opened):
    paragraph = opened.summarize("category:reward-signal", length="paragraph")
    assert 5 <= len(paragraph.claims) <= 12


def test_a_category_without_papers_says_what_to_take(opened):
    with pytest.raises(WrongUse, match="rl-pre-training"):
        opened.summarize("category:primitive-generator")


def test_a_topic_finds_its_papers(opened):
    summary = opened.summarize("topic:language model writes reward code for robots")
    assert EUREKA in summary.coverage.used
    assert 2 <= summary.coverage.total <= 15
    assert "Found by searching" in summary.sections[0].lead


def test_a_topic_that_no_paper_is_near_is_refused(opened):
    with pytest.raises(WrongUse, match="No paper is near"):
        opened.summarize("topic:zzyzx qwrtplk")


def test_a_model_only_adds_what_is_carried(opened, written):
    subject = of_category(opened.catalogue.category("policy-distillation"), opened.catalogue)
    lies = ["Every one of these works was trained on 77 elephants. [1]"] * 12
    summary, chat = written(subject, *lies)
    assert chat.prompts
    assert not any("elephants" in claim.text for claim in summary.claims)
    assert len(summary.coverage.used) == len(subject.papers)


def test_a_paper_known_by_its_digest_is_asked_for_by_its_name_alone(opened, written):
    subject = of_category(opened.catalogue.category("diffusion-policy"), opened.catalogue)
    _, chat = written(subject, *["It is so. [1]"] * 12, length="paragraph")
    asked = [messages[-1].text.rsplit("\n", 1)[-1] for messages in chat.prompts]
    assert asked
    assert all(" does" in line and "digest" not in line for line in asked)
