from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from corpus.catalogue import Catalogue, load
from corpus.document import Document, Page
from corpus.identity import NotThatPaper, identify, own_paper

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


WRONG = "A Study of Camels that Hum at Night"


def refused(name: str, document: Document, catalogue: Catalogue) -> str:
    with pytest.raises(NotThatPaper) as caught:
        identify(Path(name), document, catalogue)
    said = str(caught.value)
    assert said.startswith(f"{name} is not ")
    assert "\n" not in said
    return said


def test_a_file_named_as_a_paper_with_another_title_on_page_one_is_refused(catalogue: Catalogue) -> None:
    said = refused("ma2023eureka.pdf", paper(f"{WRONG} by Nobody. Abstract Camels.", title=WRONG), catalogue)
    assert WRONG in said
    assert "duality corpus fetch --paper ma2023eureka" in said


def test_a_file_named_as_a_paper_and_stamped_as_another_is_refused(
    catalogue: Catalogue, eureka: Paper
) -> None:
    other = catalogue.by_id["colas2023lma3"]
    document = paper(f"{eureka.title} and more words", title=eureka.title, arxiv=other.arxiv)
    assert "colas2023lma3.pdf" in refused("ma2023eureka.pdf", document, catalogue)
    document = paper(f"{eureka.title} and more words", title=eureka.title, arxiv="2499.00001")
    assert "arXiv:2499.00001" in refused("2310.12931v2.pdf", document, catalogue)


def test_a_file_named_as_one_paper_that_is_another_of_the_list_says_which(catalogue: Catalogue) -> None:
    other = catalogue.by_id["colas2023lma3"]
    document = paper(f"{other.title}\nAbstract Agents play.", title=other.title)
    assert "rename it to colas2023lma3.pdf" in refused("ma2023eureka.pdf", document, catalogue)


@pytest.mark.parametrize(
    "top",
    [
        "Supplementary Material for {}",
        "Supplementary Materials\n{}",
        "Appendix: {}",
        "Comment on “{}”",
        "{}: Supplementary Information",
        "Erratum to: {}",
    ],
)
def test_a_supplement_or_comment_is_not_the_paper(catalogue: Catalogue, eureka: Paper, top: str) -> None:
    text = top.format(eureka.title)
    document = paper(f"{text}\nSome Authors", title=text.replace("\n", " "))
    assert "supplement" in refused("ma2023eureka.pdf", document, catalogue)
    assert identify(Path("download.pdf"), document, catalogue)[1] == "own"


def test_slides_are_not_the_paper(catalogue: Catalogue, eureka: Paper) -> None:
    pages = tuple(
        Page(n, str(n), f"{eureka.title}\nOutline" if n == 1 else "A few words") for n in range(1, 13)
    )
    slides = Document("00" * 32, pages, title=eureka.title)
    assert "slides" in refused("ma2023eureka.pdf", slides, catalogue)
    assert identify(Path("download.pdf"), slides, catalogue)[1] == "own"


def test_an_earlier_title_a_short_name_or_broken_letters_still_make_the_paper(catalogue: Catalogue) -> None:
    genrl = catalogue.by_id["mazzaglia2024genrl"]
    earlier = "Multimodal foundation world models for generalist embodied agents"
    for title in (earlier, "GenRL", genrl.title.replace("fi", "\ue000"), genrl.title.replace("o", "", 1)):
        document = paper(f"{title}\nPietro Mazzaglia and others", title=title)
        assert identify(Path("mazzaglia2024genrl.pdf"), document, catalogue) == (genrl, "name")


def test_a_title_in_the_abstract_of_another_paper_says_nothing(catalogue: Catalogue, eureka: Paper) -> None:
    document = paper(f"{WRONG}\nAbstract We build on {eureka.title}.", title=WRONG)
    assert identify(Path("camels.pdf"), document, catalogue)[1] == "own"
    refused("ma2023eureka.pdf", document, catalogue)


@pytest.mark.papers
def test_every_real_pdf_is_what_it_is_and_nothing_else(catalogue: Catalogue, papers_dir: Path) -> None:
    from corpus.reader import Reader

    with Reader() as reader:
        for path in sorted(papers_dir.glob("*/*.pdf")):
            if path.parent.name == "odd":
                continue
            document = reader.read(path)
            expected = path.stem if path.parent.name == "curated" else "download"
            assert identify(Path("download.pdf"), document, catalogue)[0].id == expected
            assert identify(path, document, catalogue)[0].id == path.stem
            for other in catalogue.curated[::10]:
                if other.id != path.stem:
                    refused(f"{other.id}.pdf", document, catalogue)
