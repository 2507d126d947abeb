from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from corpus.byline import names, plausible
from corpus.reader import Reader
from tests import pdfs

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Ada Example, Ben Sample and Cy Third", ["Ada Example", "Ben Sample", "Cy Third"]),
        ("Younggyo Seo1,2,∗ Danijar Hafner2,3,4 Hao Liu2", ["Younggyo Seo", "Danijar Hafner", "Hao Liu"]),
        ("Anurag Ajay∗ †‡, Yilun Du *‡ , Abhi Gupta*‡", ["Anurag Ajay", "Yilun Du", "Abhi Gupta"]),
        ("Yuchen Cui YUCHENCUI@UTEXAS.EDU", ["Yuchen Cui"]),
        ("J. Andrew Bagnell; Ludwig van der Berg", ["J. Andrew Bagnell", "Ludwig van der Berg"]),
        ("Linxi “Jim” Fan1  †", ["Linxi Fan"]),
        ("Marc-Alexandre Cotˆ e´", ["Marc-Alexandre Cote"]),
        ("Massachusetts Institute of Technology", []),
        ("{vlad,koray} @ deepmind.com", []),
        ("https://eureka-research.github.io", []),
        ("We study the problem of learning", []),
    ],
)
def test_names_are_told_from_marks_and_addresses(line: str, expected: list[str]) -> None:
    assert list(names(line)) == expected


@pytest.mark.parametrize(
    "stated", ["Anonymous Submission", "lenovo", "user", "", "Janson, Ichter, and Pavone"]
)
def test_a_leftover_in_the_metadata_is_no_author(stated: str) -> None:
    assert plausible(stated) == []


def test_a_pdf_tells_its_authors_from_its_first_page(tmp_path: Path) -> None:
    with Reader() as reader:
        document = reader.read(pdfs.simple_paper(tmp_path / "a.pdf", authors="Ada Example, Ben Sample"))
        assert document.authors == "Ada Example; Ben Sample"
        bare = reader.read(pdfs.with_text(tmp_path / "b.pdf", ["A page that only has running text."]))
        assert bare.authors == ""


@pytest.mark.papers
@pytest.mark.parametrize(
    ("paper", "authors"),
    [
        ("related/roam", "Annie S. Chen; Govind Chada; Laura Smith; Archit Sharma; Zipeng Fu; Sergey Levine; Chelsea Finn"),
        ("related/dagger", "Stéphane Ross; Geoffrey J. Gordon; J. Andrew Bagnell"),
        ("related/ppo", "John Schulman; Filip Wolski; Prafulla Dhariwal; Alec Radford; Oleg Klimov"),
        ("related/v205-burns23a", "Kaylee Burns; Tianhe Yu; Chelsea Finn; Karol Hausman"),
        ("curated/seo2022mwm", "Younggyo Seo; Danijar Hafner; Hao Liu; Fangchen Liu; Stephen James; Kimin Lee; Pieter Abbeel"),
    ],
)  # fmt: skip
def test_real_first_pages_tell_their_authors(papers_dir: Path, paper: str, authors: str) -> None:
    with Reader() as reader:
        assert reader.read(papers_dir / f"{paper}.pdf").authors == authors
