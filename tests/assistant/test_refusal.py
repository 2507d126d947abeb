import pytest

from assistant.asking.request import request as understood
from assistant.evidence import gathered
from assistant.refusal import judged, key_terms
from corpus import catalogue as catalogues
from tests.indexes import COST, DIFFUSER, LMA3, OCTO, build, few, paper, search

CATALOGUE = catalogues.load()


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    folder = tmp_path_factory.mktemp("refusal")
    octo = paper(folder / f"{OCTO}.pdf", "Octo drives two WidowX arms with diffusion heads.")
    lma3 = paper(folder / f"{LMA3}.pdf", COST, "ChatGPT relabels goals.")
    build(folder / "index", octo, lma3)
    opened = search(folder / "index")
    yield opened
    opened.close()


def refusal(found, text, hits=None):
    question = understood(text, (), found.catalogue)
    if hits is None:
        hits = found(question.search, 6, prefer=question.papers)
    evidence = gathered(question.search, hits, found.catalogue, found.embedder)
    return judged(question, hits, evidence, found.catalogue, found.generation().passages)


def test_a_name_that_the_paper_asked_about_never_writes_is_refused_by_name(found):
    said = refusal(found, "How does Octo use AntMaze?")
    assert "“AntMaze” does not occur in Octo" in said.reason


def test_two_missing_names_are_both_named(found):
    said = refusal(found, "How does Octo use AntMaze with PyBullet?")
    assert "AntMaze" in said.reason
    assert "PyBullet" in said.reason
    assert "do not occur" in said.reason


def test_a_name_in_another_paper_does_not_count_for_the_one_asked_about(found):
    assert refusal(found, "How does Octo use ChatGPT?") is not None
    assert refusal(found, "How does LMA3 use ChatGPT?") is None


def test_a_name_that_occurs_is_not_refused(found):
    assert refusal(found, "How does Octo drive WidowX arms?") is None


def test_a_digest_that_is_silent_proves_nothing(found):
    said = refusal(found, "How does Decision Diffuser use AntMaze?")
    assert said is None or "does not occur" not in said.reason
    assert DIFFUSER in few().by_id


def test_nothing_found_is_refused(found):
    assert "do not say" in refusal(found, "anything at all", hits=[]).reason


def test_the_terms_are_names_besides_the_papers_own():
    question = understood(
        "Does Decision Diffuser reach AntMaze returns with PyBullet on a GPU?", (), CATALOGUE
    )
    assert key_terms(question, CATALOGUE) == ["AntMaze", "PyBullet"]


@pytest.mark.parametrize(
    "text", ["what is a reward?", "How are rewards learned?", "Explain LLMs as planners."]
)
def test_plain_questions_turn_on_no_name(text):
    assert key_terms(understood(text, (), CATALOGUE), CATALOGUE) == []


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("What does Octo do with spoken commands?", "sound or speech"),
        (
            "How many kilometres did Octo drive outdoors?",
            "trials outdoors or a distance in kilometres or miles",
        ),
        ("What battery life does Octo reach?", "power, energy or a battery"),
        ("How many drones did Octo fly?", "flying robots"),
        ("How much memory does Octo need?", "an amount of memory"),
        ("Who funded Octo?", "who paid for the work"),
    ],
)
def test_a_kind_of_fact_of_which_the_paper_shows_no_sign_is_refused_by_its_kind(found, text, kind):
    assert f"there is no sign of {kind} in Octo" in refusal(found, text).reason


def test_a_paper_that_is_named_is_not_refused_for_words_that_are_far(found):
    assert refusal(found, "Why?? Octo and its raison d'être") is None
