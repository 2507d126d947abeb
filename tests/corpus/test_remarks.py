from __future__ import annotations

import pytest

from corpus.remarks import foreign, remarks


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
