from dataclasses import replace

import pytest

from assistant.proposing import FILED_FROM, Proposal, about, filed, proposed
from corpus import catalogue as catalogues
from corpus.catalogue import Catalogue
from corpus.paper import Paper
from corpus.passages import Passage
from index.embedders import HashingEmbedder

REWARD_LLM = "generative-tools-for-rl/task/reward-signal/llm"


@pytest.fixture(scope="module")
def whole():
    return catalogues.load()


def passage(text, kind="body"):
    return Passage(text, "", kind, (), 1)


def test_a_paper_is_proposed_where_the_most_alike_digests_are_filed(whole):
    twin = whole.by_id["ma2023eureka"]
    found = proposed([f"{twin.title}\n{twin.digest.text}"], whole, HashingEmbedder().embed)
    assert len(found) == 3
    assert found[0].slug in twin.all_categories
    assert found[0].because[0] == "ma2023eureka"
    assert [p.score for p in found] == sorted((p.score for p in found), reverse=True)
    assert all(0 <= p.score <= 1 for p in found)


def test_each_proposal_names_papers_of_its_own_category(whole):
    for proposal in proposed(
        ["A robot learns from rewards that an LLM writes."], whole, HashingEmbedder().embed, 9
    ):
        assert proposal.because
        for paper in proposal.because:
            assert proposal.slug in whole.by_id[paper].all_categories


def test_the_digest_of_a_paper_left_out_does_not_speak_for_it(whole):
    others = tuple(replace(p, digest=None) if p.id == "ma2023eureka" else p for p in whole.papers)
    text = whole.by_id["ma2023eureka"].digest.text
    for proposal in proposed([text], Catalogue(others, whole.taxonomy), HashingEmbedder().embed):
        assert "ma2023eureka" not in proposal.because


def test_nothing_is_proposed_for_a_paper_without_text(whole):
    assert proposed([], whole, HashingEmbedder().embed) == []


def test_a_paper_is_about_its_abstract_and_without_one_about_its_first_passages():
    paper = Paper("mine", "Mine")
    body = [passage(f"Body {n}.") for n in range(5)]
    assert len(about(paper, body)) == 3
    assert about(paper, [*body, passage("We say.", "abstract")]) == ["Mine\nWe say."]


def test_only_sure_proposals_file_a_paper_and_are_marked():
    sure, unsure = Proposal("a", FILED_FROM, ()), Proposal("b", FILED_FROM - 0.01, ())
    paper = filed(Paper("mine", "Mine"), [sure, unsure])
    assert paper.categories == paper.proposed == ("a",)


@pytest.mark.model
def test_left_out_papers_find_their_categories_among_the_first_three(whole, minilm_dir):
    """The number in the module's first lines: 82 % (bench/proposing.py); a tenth of the papers is looked at here."""
    from functools import cache

    import numpy as np

    from index.embedders import MiniLM

    one = cache(lambda text, embedder=MiniLM(minilm_dir): embedder.embed([text])[0])  # noqa: B008
    right = 0
    chosen = [paper for paper in whole.curated if paper.digest][::5]
    for paper in chosen:
        others = tuple(replace(p, digest=None) if p.id == paper.id else p for p in whole.papers)
        found = proposed(
            [f"{paper.title}\n{paper.digest.text}"],
            Catalogue(others, whole.taxonomy),
            lambda texts: np.stack([one(text) for text in texts]),
        )
        right += any(proposal.slug in paper.categories for proposal in found)
    assert right / len(chosen) >= 0.7
