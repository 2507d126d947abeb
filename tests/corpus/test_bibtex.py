import re

import pytest

from corpus.bibtex import bibtex, escaped
from corpus.catalogue import load
from corpus.paper import Paper


def entry(paper_id: str) -> str:
    return bibtex(load().by_id[paper_id])


@pytest.mark.parametrize(
    ("paper_id", "opening", "held"),
    [
        (
            "ma2023eureka",
            "@inproceedings{ma2023eureka,",
            "International Conference on Learning Representations",
        ),
        ("ada2023srdp", "@article{ada2023srdp,", "IEEE Robotics and Automation Letters"),
        ("reed2022gato", "@article{reed2022gato,", "Transactions on Machine Learning Research"),
        ("adeniji2023lamp", "@misc{adeniji2023lamp,", "2308.12270"),
        ("lubana2023fomo", "@inproceedings{lubana2023fomo,", "NeurIPS 2023 Workshop on Foundation Models"),
        ("diffskill2024kbs", "@article{diffskill2024kbs,", "Knowledge-Based Systems"),
    ],
)
def test_the_type_follows_the_venue(paper_id: str, opening: str, held: str) -> None:
    text = entry(paper_id)
    assert text.startswith(opening)
    assert held in text


def test_identifiers_volume_and_the_venues_year_are_given() -> None:
    text = entry("ada2023srdp")
    for name, value in (
        ("eprint", "2307.04726"),
        ("archivePrefix", "arXiv"),
        ("doi", "10.1109/LRA.2024.3363530"),
    ):
        assert re.search(rf"\b{name}\s+= {{{re.escape(value)}}}", text)
    assert re.search(r"volume\s+= \{9\}", text)
    assert re.search(r"number\s+= \{4\}", text)
    assert re.search(r"year\s+= \{2024\}", text)


def test_capitals_survive_a_style_that_lowers_titles() -> None:
    assert "{Diffusion Policy}: Visuomotor" in entry("chi2023diffusionpolicy")
    assert "{LAnguage} Trajectory {TransformEr}" in entry("bucker2022latte")
    assert "Flow {Q}-Learning" in entry("park2025fql")
    assert "Policy Agnostic {RL}:" in entry("mark2024parl")


def test_accents_and_specials_are_escaped() -> None:
    assert r"Maciej Wo{\l}czyk" in entry("wolczyk2024forgetting")
    assert r"Zaj{\k{a}}c" in entry("wolczyk2024forgetting")
    assert escaped("50% of R&D_1 #2 ~ {x} $ ^ \\") == (
        r"50\% of R\&D\_1 \#2 \textasciitilde{} \{x\} \$ \textasciicircum{} \textbackslash{}"
    )


def test_a_paper_without_authors_is_still_an_entry() -> None:
    text = entry("diffskill2024kbs")
    assert "author" not in text
    assert re.search(r"key\s+= \{DiffSkill\}", text)


def test_an_own_paper_of_which_little_is_known_is_still_an_entry() -> None:
    text = bibtex(
        Paper(id="own, paper {1}", title="50% better {maybe}", authors=("The Octo Team", "A and B"))
    )
    assert text.startswith("@misc{own-paper-1-,")
    assert r"title  = {50\% better \{maybe\}}" in text
    assert "{The Octo Team} and {A and B}" in text
    assert "year" not in text


def test_every_entry_of_the_catalogue_is_balanced() -> None:
    for paper in load().papers:
        bare = re.sub(r"\\[{}]", "", bibtex(paper))
        assert bare.count("{") == bare.count("}"), paper.id
        assert bare.startswith("@")
        assert f"{{{paper.id}," in bare
        assert bare.endswith("}\n")
