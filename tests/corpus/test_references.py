from __future__ import annotations

import pytest

from corpus.paper import Paper
from corpus.references import Cited, labels_in

GATO = Paper("gato", "A Generalist Agent", authors=("Scott Reed", "Konrad Zolna"), arxiv="2205.06175")
TRPO = Paper("trpo", "Trust Region Policy Optimization", authors=("John Schulman", "Sergey Levine"))
LONG = Paper("long", "Planning with Small Models for Long and Windy Roads", doi="10.1000/Roads.7")
KNOWN = Cited([GATO, TRPO, LONG])


@pytest.mark.parametrize(
    ("entry", "paper"),
    [
        ("[3] S. Reed, K. Zolna, et al. A generalist agent. TMLR, 2022.", "gato"),
        ("A. Other and B. Other. A generalist agent. In Things, 2001.", None),  # another work of that title
        ("Reed, S. Something else. arXiv preprint arXiv:2205.06175, 2022.", "gato"),
        ("J. Schulman and S. Levine. Trust region policy optimiza-\ntion. In ICML, 2015.", "trpo"),
        ("S. Levine and P. Abbeel. Model-ensemble trust-region policy optimization. In ICLR, 2018.", None),
        ("A. Other, “Planning with small models for long and windy roads,” 2020.", "long"),
        ("A. Other. Planning with small models for long and windy roads of Peru. 2020.", None),
        ("A. Other. On roads. doi:10.1000/roads.7", "long"),
        ("", None),
    ],
)
def test_an_entry_is_matched_by_id_doi_or_its_whole_title(entry: str, paper: str | None) -> None:
    assert KNOWN.paper(entry) == paper


def test_markers_stand_for_each_label_of_their_range() -> None:
    text = "As said [3], and again [5-7, 12], not [a] nor [2.5]."
    assert [(text[a:b], labels) for a, b, labels in labels_in(text)] == [
        ("[3]", ("3",)),
        ("[5-7, 12]", ("5", "6", "7", "12")),
    ]
