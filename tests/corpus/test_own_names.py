from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from corpus.document import Block, Document, Page
from corpus.own_names import own_names
from corpus.titles import in_title_case

if TYPE_CHECKING:
    from corpus.document import BlockKind


def document(*parts: tuple[BlockKind, str]) -> Document:
    """One page of blocks, each under its kind."""
    text, blocks = "", []
    for kind, said in parts:
        label = "Algorithm" if kind == "caption" else ""
        blocks.append(Block(kind, ((len(text), len(text) + len(said)),), label=label))
        text += said + "\n"
    return Document("00" * 32, (Page(1, "1", text, tuple(blocks)),))


RIVAL = "FOO [3] is older. FOO needs rewards, FOO is slow, FOO is blind and FOO fails. "
NAMED = {
    "called so": "In the end we call it Zorpformer. Zorpformer plans, Zorpformer acts and Zorpformer learns.",
    "spelt by the title": "SPZ plans well. We test SPZ twice; SPZ wins, and SPZ is quick.",
    "behind many words": (
        "We refer to nets trained with our approach as Deep Zorps (DZ2). Later DZ2 wins, DZ2 is quick, DZ2 stays."
    ),
    "in a table's words": "ZORP (ours) wins by far. We like ZORP. ZORP is quick and ZORP is small.",
}


@pytest.mark.parametrize(
    ("how", "name"),
    [
        ("called so", "Zorpformer"),
        ("spelt by the title", "SPZ"),
        ("behind many words", "DZ2"),
        ("in a table's words", "ZORP"),
    ],
)
def test_a_paper_is_named_as_its_text_claims_and_not_as_what_it_cites(how: str, name: str) -> None:
    read = document(("paragraph", RIVAL + NAMED[how]))
    assert own_names(read, "Small Planners of Zest")[0] == name


def test_the_address_of_its_project_and_its_algorithm_name_a_paper() -> None:
    said = "ZORP-RL plans. Then ZORP-RL acts, ZORP-RL learns and ZORP-RL rests."
    plain = document(("paragraph", said))
    addressed = document(("byline", "https://zorprl.example.org"), ("paragraph", said))
    written_out = document(("paragraph", said), ("caption", "Algorithm 1: ZORP-RL for short tasks"))
    assert own_names(plain, "Planners") == ()
    assert own_names(addressed, "Planners") == ("ZORP-RL",)
    assert own_names(written_out, "Planners") == ("ZORP-RL",)


def test_what_a_paper_takes_from_others_does_not_name_it() -> None:
    cited = "We propose to use FOO (Doe et al., 2019). We introduce FOO, call it FOO and like FOO; FOO [2] is good."
    references = "A. Doe. We call it BAZ. BAZ and BAZ, BAZ with BAZ, 2019."
    read = document(("paragraph", cited), ("reference", references))
    assert own_names(read, "A Study of Planners") == ()


def test_a_word_that_is_also_written_small_or_stands_among_capitals_is_no_name() -> None:
    read = document(
        ("paragraph", "This is called Attention. Attention, that is attention. Attention and Attention."),
        (
            "paragraph",
            "It is termed Kalman Filter. A Kalman Filter, any Kalman Gain, the Kalman Filter again.",
        ),
    )
    assert "Attention" not in own_names(read, "Filters")
    assert "Kalman" not in own_names(read, "Filters")


@pytest.mark.parametrize(
    ("printed", "shown"),
    [
        ("ZORP: PLANNING WITH LLMS IN A HOUSE", "ZORP: Planning with LLMs in a House"),
        ("ACTING ON-THE-GO", "Acting On-the-Go"),
        ("Planning as Written", "Planning as Written"),
        ("GPT", "GPT"),
    ],
)
def test_a_title_in_capitals_is_shown_in_title_case(printed: str, shown: str) -> None:
    text = f"{printed}\nWe show that ZORP plans. ZORP asks LLMs; LLMs and ZORP agree in planning and acting."
    assert in_title_case(printed, lambda: text) == shown
