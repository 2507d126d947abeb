import pytest

from assistant.asking.request import request
from assistant.chat.models import ChosenModel
from assistant.evidence import gathered
from assistant.support.asked_names import key_terms
from assistant.support.refusing import Weights, refused, weights
from corpus import catalogue as catalogues
from tests.indexes import COST, DIFFUSER, LMA3, OCTO, build, few, paper, search

CATALOGUE = catalogues.load()


class Odds:
    """An embedded chat that gives the same odds to everything, and keeps what it was asked."""

    def __init__(self, odds):
        self.given, self.asked = odds, []

    def odds(self, messages, cancelled):
        self.asked.append(messages[-1].text)
        return self.given


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    folder = tmp_path_factory.mktemp("refusal")
    octo = paper(folder / f"{OCTO}.pdf", "Octo drives two WidowX arms with diffusion heads.")
    lma3 = paper(folder / f"{LMA3}.pdf", COST, "ChatGPT relabels goals.")
    build(folder / "index", octo, lma3)
    opened = search(folder / "index")
    yield opened
    opened.close()


def refusal(found, text, odds=None, hits=None):
    question = request(text, (), found.catalogue)
    if hits is None:
        hits = found(question.search, 6, prefer=question.papers)
    evidence = gathered(question.search, hits, found.catalogue, found.embedder)
    chat = None if odds is None else Odds(odds)
    model = ChosenModel("small", "extractive" if chat is None else "embedded", chat, 260, "")
    passages = found.generation().passages
    said = refused(question, hits, evidence, found.catalogue, passages, model)
    if chat is not None:
        (asked,) = chat.asked
        assert asked.startswith("Evidence:\n")  # as the writer's prompt does, so that it is read once
    return said


def test_a_name_that_the_paper_asked_about_never_writes_is_refused_by_name(found):
    assert "“AntMaze” does not occur in Octo" in refusal(found, "How does Octo use AntMaze?").reason
    said = refusal(found, "How does Octo use AntMaze with PyBullet?").reason
    assert "“AntMaze” and “PyBullet” do not occur" in said


def test_a_name_in_another_paper_does_not_count_for_the_one_asked_about(found):
    assert refusal(found, "How does Octo use ChatGPT?") is not None
    assert refusal(found, "How does LMA3 use ChatGPT?") is None
    assert refusal(found, "How does Octo drive WidowX arms?") is None


@pytest.mark.parametrize(
    "opening",
    [
        "I am a PhD student at MIT.",
        "Hello Duality, I'm Priya from ETH.",
        "I'm preparing a talk for ICRA.",
    ],
)
def test_who_asks_and_why_are_no_names_that_are_asked_about(found, opening):
    assert refusal(found, f"{opening} How does Octo drive its arms?") is None


def test_a_digest_that_is_silent_proves_nothing_of_its_paper_and_only_that_is_said(found):
    assert DIFFUSER in few().by_id
    assert refusal(found, "How does Decision Diffuser plan?") is None
    silent = refusal(found, "How does Decision Diffuser use AntMaze?").reason
    assert silent.startswith("Not stated in our digest of Decision Diffuser; the PDF is not here")
    assert "“AntMaze” does not occur in it" in silent
    asked = refusal(found, "How does Decision Diffuser use AntMaze?", odds=-6.0).reason
    assert asked.startswith("Not stated in our digest of Decision Diffuser")


def test_the_models_odds_decide_where_it_can_be_asked(found):
    said = refusal(found, "How does Octo drive WidowX arms?", odds=-6.0)
    assert "no passage of Octo states what is asked" in said.reason
    assert said.probability > 0.5
    assert refusal(found, "How does Octo drive WidowX arms?", odds=6.0) is None
    assert refusal(found, "How does Octo use AntMaze?", odds=0.0).reason.startswith(
        "The papers do not say: “AntMaze”"
    )


def test_a_missing_name_makes_it_likelier_that_the_papers_do_not_say_it():
    fitted = weights()
    plain = {"absent": False, "work": False}
    assert fitted.unanswered(0.0, absent=True, work=False) > fitted.unanswered(0.0, **plain)
    assert fitted.unanswered(-2.0, **plain) > fitted.unanswered(2.0, **plain)
    assert Weights(1.0, 2.0, -1.0, 0.0, 0.5).unanswered(0.0, **plain) == 0.5


def test_nothing_found_is_refused(found):
    assert "do not say" in refusal(found, "anything at all", hits=[]).reason


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("Does Decision Diffuser reach AntMaze returns with PyBullet on a GPU?", ["AntMaze", "PyBullet"]),
        ("what is a reward?", []),
        ("Explain LLMs as planners.", []),
        ("My name is Kim and I work at DeepMind. How are rewards learned?", []),
    ],
)
def test_the_terms_are_names_besides_the_papers_own(text, terms):
    assert key_terms(request(text, (), CATALOGUE), CATALOGUE) == terms
