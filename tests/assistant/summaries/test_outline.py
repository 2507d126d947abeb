from dataclasses import replace

import pytest

from assistant.summaries.choosing import candidates
from assistant.summaries.outline import MainSection, Outline, outlined
from assistant.summaries.readability import form, readable
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
    assert [s.role for s in roman.main] == ["abstract", "introduction", "method", "experiments", "closing"]
    plain = outlined(passages("Abstract", "Introduction", "Our Idea", "Evaluation", "Limitations"))
    assert [s.role for s in plain.main] == ["abstract", "introduction", "method", "experiments", "closing"]


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


def test_a_sentence_that_leans_on_another_is_worth_less():
    whole = "Our method outperforms human experts on most of the tasks that we tried in simulation."
    assert readable(whole)
    assert form(f"However, {whole.lower()}", 9) < form(whole, 9)
    assert form("It outperforms human experts on most of the tasks that we tried in simulation.", 9) < form(
        whole, 9
    )


def test_a_heading_that_runs_into_its_sentence_is_cut_off():
    sentence = "While the policy is trained on few tasks, it works well on many other tasks of the same kind."
    passage = replace(
        passages("1 Method")[0],
        text=f"Limitations {sentence} Another sentence of the very same passage follows here today.",
    )
    found = candidates(Outline((MainSection("1 Method", "method", (passage,)),)))
    assert found[0].text == sentence
    assert all(c.passage.text[c.start : c.end] == c.text for c in found)
