import pytest

from assistant.aspects.readability import readable
from assistant.summaries.outline import outlined
from corpus.passages import Span
from index.records import StoredPassage


def passages(*sections, kind="body"):
    return [
        StoredPassage(
            f"p{i}",
            "x",
            "pdf",
            "abstract" if s == "Abstract" else kind,
            s,
            "Text.",
            (Span(1, 0, 5),),
            3,
            i,
            1,
        )
        for i, s in enumerate(sections)
    ]


def test_subsections_and_run_in_headings_belong_to_their_section():
    outline = outlined(
        passages("Abstract", "1 Introduction", "2 Method", "2 Method › 2.1 Rewards", "A framework. A common challenge",
                 "3 Experiments", "A1 Walking › 3.1 Walking", "4 Discussion", "Acknowledgments")
    )  # fmt: skip
    assert [s.title for s in outline.main] == [
        "Abstract",
        "1 Introduction",
        "2 Method",
        "3 Experiments",
        "4 Discussion",
    ]
    assert [len(s.passages) for s in outline.main] == [1, 1, 3, 2, 1]


def test_roman_numbers_and_papers_without_numbers_are_read_too():
    roman = outlined(
        passages("Abstract", "I. INTRODUCTION", "II. METHOD", "A. Details", "III. RESULTS", "IV. CONCLUSION")
    )
    assert [s.title for s in roman.main] == [
        "Abstract", "I. INTRODUCTION", "II. METHOD", "III. RESULTS", "IV. CONCLUSION"
    ]  # fmt: skip
    plain = outlined(passages("Abstract", "Introduction", "Our Idea", "Evaluation", "Limitations"))
    assert len(plain.main) == 5


def test_a_title_before_the_abstract_is_no_section():
    outline = outlined(
        passages("A Very Long Title of a Paper", "Abstract", "1 Introduction", "2 Method", "3 Results")
    )
    assert outline.main[0].title == "Abstract"


@pytest.mark.parametrize(
    "text",
    [
        "Figure 3 shows that the method is better than all of the baselines.",
        "As shown in Table 2, the method is better than all of the baselines.",
        "The code and videos are available at https://example.org for everyone to use.",
        "and this one begins in the middle of a sentence that was cut somewhere.",
        "The loss is L = E[r + g V(s) - Q(s, a)] for all s ∈ S and a ∈ A.",
        "Short one here.",
        "CMU Baking Stanford Coffee Berkeley Peg Insert average outperforms training from scratch.",
        "Our method reaches Number of trajectories in dataset Number of trajectories in dataset sizes we tested.",
        "This sentence has an open bracket (which never closes and so reads badly.",
    ],
)
def test_what_cannot_stand_alone_is_not_quoted(text):
    assert not readable(text)
