"""What is known of real PDFs: where their gold quotes stand, how their letters read."""

from __future__ import annotations

import json
import re
import unicodedata
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest

from bench.reading import case_holds
from corpus.flows import told_by
from corpus.passages import cut, located
from corpus.reader import Reader
from corpus.transcript import told

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from corpus.document import Document
    from corpus.passages import Passage

pytestmark = pytest.mark.papers


def folded(text: str) -> str:
    """Letters and digits alone: whether a hyphen at a line's end belongs to the word is not asked here."""
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", text).lower())


@pytest.fixture(scope="module")
def reading(papers_dir: Path) -> Iterator[Callable[[str], tuple[Document, list[Passage]]]]:
    with Reader() as reader:

        @cache
        def read(paper: str) -> tuple[Document, list[Passage]]:
            path = next(papers_dir.glob(f"*/{paper}.pdf"))
            document = reader.read(path)
            return document, cut(document)

        yield read


@pytest.fixture(scope="module")
def golds(papers_dir: Path) -> list[dict[str, Any]]:
    files = sorted((papers_dir.parent / "questions").glob("*.jsonl"))
    if not files:
        pytest.skip("needs the questions beside the papers")
    lines = [json.loads(line) for file in files for line in file.read_text("utf-8").splitlines() if line]
    placed = [line for line in lines if isinstance(line.get("gold"), list)]  # others are lists of papers
    return [{"id": line["id"], **gold} for line in placed for gold in line["gold"] if "quote" in gold]


def holds(passage: Passage, quote: str) -> bool:
    """Whether a passage holds a quote: a table's words stand there by rows with their headers, and not as on the page."""
    words = folded(passage.text)
    in_rows = passage.table is not None and all(folded(word) in words for word in quote.split())
    return folded(quote) in words or in_rows


def test_every_gold_quote_is_on_its_page_and_inside_one_passage(
    reading: Callable[[str], tuple[Document, list[Passage]]], golds: list[dict[str, Any]]
) -> None:
    off_page, torn = [], []
    for gold in golds:
        document, passages = reading(gold["paper"])
        quote = folded(gold["quote"])
        if quote not in folded(document.pages[gold["page"] - 1].text):
            off_page.append((gold["id"], gold["paper"], gold["page"], gold["quote"]))
        holding = [
            p for p in passages if p.kind != "references" and any(s.page == gold["page"] for s in p.spans)
        ]
        if not any(holds(passage, gold["quote"]) for passage in holding):
            torn.append((gold["id"], gold["paper"], gold["page"], gold["quote"]))
    assert off_page == []
    assert torn == []


def test_every_passage_of_a_paper_is_what_stands_at_its_spans(
    reading: Callable[[str], tuple[Document, list[Passage]]],
) -> None:
    document, passages = reading("ghosh2024octo")
    assert len(passages) > 80
    for passage in passages:
        if passage.table is not None:  # made of the table for search; the table itself is what is shown
            continue
        assert told_by(passage.spans, lambda number: document.pages[number - 1].text).replace(
            "\n", " "
        ) == passage.text.replace("\n", " ")
        assert located(passage.spans, 0, len(passage.text)) == passage.spans
        assert passage.tokens <= 2 * 200


def test_ligatures_the_font_does_not_name_are_spelled_out(
    reading: Callable[[str], tuple[Document, list[Passage]]],
) -> None:
    document, _ = reading("huang2023groundeddecoding")
    text = " ".join(page.text for page in document.pages)
    assert "specified" in text
    assert "efficient" in text
    assert not re.search(r"[\x00-\x08\x0b-\x1f]", text)


@pytest.mark.parametrize(
    ("paper", "words", "section", "kind"),
    [
        (
            "ajay2022decisiondiffuser",
            "probability p of removing the conditioning information",
            "B HYPERPARAMETER AND ARCHITECTURAL DETAILS",
            "appendix",
        ),
        (
            "ghosh2024octo",
            "At its core, Octo is a transformer-based",
            "2 The Octo Model › 2.1 Architecture",
            "body",
        ),
        ("ghosh2024octo", "Large policies, pretrained on diverse robot", "Abstract", "abstract"),
        ("ma2023eureka", "EUREKA consists of three algorithmic components", "3 METHOD", "body"),
        ("ho2016gail", "We evaluated Algorithm 1 against baselines", "6 Experiments", "body"),
    ],
)
def test_passages_know_their_section(
    reading: Callable[[str], tuple[Document, list[Passage]]], paper: str, words: str, section: str, kind: str
) -> None:
    _, passages = reading(paper)
    assert [(p.section, p.kind) for p in passages if words in p.text] == [(section, kind)]


def test_a_paper_tells_its_title_and_its_number(
    reading: Callable[[str], tuple[Document, list[Passage]]],
) -> None:
    document, _ = reading("ho2016gail")
    assert document.title == "Generative Adversarial Imitation Learning"
    assert (document.arxiv, document.year) == ("1606.03476", 2016)


@pytest.fixture(scope="module")
def cases(papers_dir: Path) -> list[dict[str, Any]]:
    file = papers_dir.parent / "reading" / "cases.jsonl"
    if not file.exists():
        pytest.skip("needs the verified places beside the papers")
    return [json.loads(line) for line in file.read_text("utf-8").splitlines() if line]


def test_sentences_that_were_verified_on_the_page_are_whole_and_cells_in_their_rows(
    reading: Callable[[str], tuple[Document, list[Passage]]], cases: list[dict[str, Any]]
) -> None:
    missed = [case for case in cases if not case_holds(case, reading(case["paper"])[0])]
    assert missed == []


@pytest.mark.parametrize(
    ("file", "sentence", "without"),
    [
        ("review_line_numbers", "We propose SquidgeNet, a controller that estimates the water film from the sound of the squeegee.", "002"),
        ("watermark", "The controller runs at 250 Hz on a small board and was trained on 1,340 recordings from eleven buildings.", "CONFIDENTIAL"),
        ("zh1", "控制器的运行频率为二百五十赫兹,训练数据来自十一栋建筑的一千三百四十段录音。", " "),
    ],
)  # fmt: skip
def test_what_went_wrong_in_other_hands_is_read_right(
    papers_dir: Path, file: str, sentence: str, without: str
) -> None:
    path = papers_dir.parent / "cases" / f"{file}.pdf"
    if not path.exists():
        pytest.skip("needs the cases beside the papers")
    with Reader() as reader:
        document = reader.read(path)
    held = [text for text, *_ in told(document) if sentence in text]
    assert held
    assert not any(without in text for text in held)
    assert document.title not in ("CONFIDENTIAL DRAFT", "000")
