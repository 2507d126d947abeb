from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from corpus.catalogue import Catalogue, load
from corpus.document import Document, Page
from corpus.identity import identify, own_paper

if TYPE_CHECKING:
    from corpus.paper import Paper


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load()


@pytest.fixture(scope="module")
def eureka(catalogue: Catalogue) -> Paper:
    return catalogue.by_id["ma2023eureka"]


def paper(text: str = "", **known: Any) -> Document:
    return Document("00" * 32, (Page(1, "1", text),), **known)


@pytest.mark.parametrize(
    "name", ["ma2023eureka.pdf", "MA2023Eureka.PDF", "2310.12931.pdf", "arxiv-2310.12931v2 (1).pdf"]
)
def test_a_file_named_by_its_id_is_that_paper(catalogue: Catalogue, eureka: Paper, name: str) -> None:
    assert identify(Path(name), paper(), catalogue) == (eureka, "name")


def test_the_stamp_on_page_one_tells(catalogue: Catalogue, eureka: Paper) -> None:
    assert identify(Path("download.pdf"), paper(arxiv="2310.12931"), catalogue) == (eureka, "arXiv id")


def test_the_title_tells_whatever_its_case_and_signs(catalogue: Catalogue, eureka: Paper) -> None:
    shouted = eureka.title.upper().replace("-", " ").replace(":", " –")
    assert identify(Path("download.pdf"), paper(title=shouted), catalogue) == (eureka, "title")
    on_top = paper(f"Published at a conference\n{eureka.title}\nSome Authors\nAbstract")
    assert identify(Path("download.pdf"), on_top, catalogue) == (eureka, "title")


def test_a_paper_that_cites_another_far_below_is_not_that_paper(catalogue: Catalogue, eureka: Paper) -> None:
    document = paper("A study of our own. " * 100 + eureka.title, title="A Study of Our Own")
    found, how = identify(Path("Mine.pdf"), document, catalogue)
    assert (found.id, found.kind, how) == ("mine", "own", "own")


def test_an_unknown_file_is_the_users_own_paper_with_what_it_says_of_itself() -> None:
    document = paper(
        title="Zorp: Planning in Small Steps", authors="Ada Example; Ben Sample and Cy Third", year=2024
    )
    own = own_paper("my-paper", document)
    assert (own.id, own.kind, own.title, own.year) == (
        "my-paper",
        "own",
        "Zorp: Planning in Small Steps",
        2024,
    )
    assert own.authors == ("Ada Example", "Ben Sample", "Cy Third")
    assert own.short_name == "Zorp"


def test_a_pdf_that_says_nothing_of_itself_is_called_by_its_file() -> None:
    assert own_paper("scan-7", Document("00" * 32, ())).title == "scan-7"


def test_every_catalogue_id_names_its_own_paper(catalogue: Catalogue) -> None:
    for known in catalogue.papers:
        assert identify(Path(f"{known.id}.pdf"), paper(), catalogue) == (known, "name")
