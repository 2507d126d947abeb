from __future__ import annotations

from array import array
from types import SimpleNamespace

import numpy as np
import pytest

from corpus.document import Page
from corpus.remarks import foreign, invisible, remarks


def test_what_cannot_be_read_is_told_by_page() -> None:
    said = remarks(9, empty=[1, 4], garbled=[2], recognised=[0], unsure=[0], damaged=[8])
    assert said == (
        "1 of 9 pages read by OCR (page 1)",
        "OCR is hardly sure of a word on page 1: the text may be in another language or script",
        "on 1 of 9 pages some letters cannot be read (page 3)",
        "2 of 9 pages hold no text (pages 2 and 5)",
        "1 of 9 pages are damaged (page 9)",
    )


def test_many_pages_are_counted_not_listed() -> None:
    assert remarks(40, empty=range(20)) == (
        "20 of 40 pages hold no text (pages 1, 2, 3, 4, 5, 6, 7, 8 and 12 more)",
    )


def test_the_other_files_of_a_portfolio_are_named() -> None:
    (said,) = remarks(1, attached=["a.pdf", "b.xlsx"])
    assert said == "2 other files in it are not read (a.pdf and b.xlsx): save and add them by themselves"


@pytest.mark.parametrize(
    ("text", "script"),
    [
        ("控制器的运行频率为二百五十赫兹。", "Chinese"),
        ("ロボットは窓を拭く。", "Japanese"),
        ("로봇이 창문을 닦는다.", "Korean"),
        ("A robot cleans windows, 擦窗 in Chinese.", ""),
        ("Робот моет окна.", ""),
        ("", ""),
    ],
)
def test_a_script_without_blanks_is_named(text: str, script: str) -> None:
    assert foreign(text) == script


@pytest.mark.parametrize(("shade", "pages"), [(255, [0]), (0, [])])
def test_letters_that_a_picture_does_not_show_are_noticed(shade: int, pages: list[int]) -> None:
    picture = SimpleNamespace(to_numpy=lambda: np.full((100, 100, 1), shade, dtype=np.uint8))
    text = SimpleNamespace(get_charbox=lambda _: (10, 40, 20, 50))
    sheet = SimpleNamespace(render=lambda **_: picture, get_textpage=lambda: text)
    page = Page(1, "1", "控制器", raw=array("I", [0, 1, 2]), width=100, height=100)
    assert invisible([sheet], [page]) == pages
    assert invisible([sheet], [Page(1, "1", "plain", raw=array("I", range(5)), height=100)]) == []
    (said,) = remarks(1, invisible=[0])
    assert "fonts-noto-cjk" in said
