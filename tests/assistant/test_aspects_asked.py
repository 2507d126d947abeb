"""What every paper has is found where authors write it, whatever words they choose."""

import pytest

from tests import pdfs
from tests.assistant.test_chain import quoting
from tests.indexes import OCTO, build, few, search, workspace

IDEA = "In this paper we propose Octo, an open transformer-based diffusion policy pretrained on the Open X-Embodiment data."
LIMITS = "Our policy struggles with cloth and cannot recover once an object has left the table."
TALK = (
    "Each author lists the parts that he wrote, and the drawbacks of large committees are well known.",
    "The authors thank the committee for listing its weaknesses so openly in the last round of reviews.",
)


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    folder = tmp_path_factory.mktemp("aspects")
    texts = {
        "1 Introduction": f"{TALK[0]} {IDEA}",
        "5 Limitations": f"{LIMITS} Future work may add a camera.",
        "A Thanks": TALK[1],
    }
    file = pdfs.simple_paper(folder / f"{OCTO}.pdf", title=few().by_id[OCTO].title, sections=texts)
    build(folder / "index", file)
    opened = search(folder / "index")
    yield opened
    opened.close()


@pytest.mark.parametrize(
    "text", ["Name the shortcomings of Octo", "which downsides does Octo have?", "Octo's weaknesses?"]
)
def test_limits_are_quoted_first_by_any_of_their_names(found, text):
    answer = quoting(found).answer(text)
    assert "struggles with cloth" in answer.claims[0].text
    assert answer.claims[0].support == "exact"
    assert len(answer.claims) <= 5


@pytest.mark.parametrize("text", ["What is Octo?", "tell me what Octo does", "What is the key idea of Octo?"])
def test_what_a_paper_is_is_what_it_proposes(found, text):
    assert "we propose Octo" in quoting(found).answer(text).claims[0].text


def test_a_follow_up_asks_for_them_too(found):
    history = [("What is Octo?", "A policy.")]
    assert "struggles with cloth" in quoting(found).answer("And what are its limits?", history).claims[0].text


def test_a_digest_that_states_none_says_so_and_not_something_else(filled_home):
    with workspace(filled_home, model="extractive") as opened:
        answer = opened.chain().answer("What are the drawbacks of SayCan?")
    assert answer.refused
    assert "Not stated in our digest of SayCan; the PDF is not here" in answer.lead
