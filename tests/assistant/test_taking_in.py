"""What the page says under its drop area, file by file."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from assistant.adding import Added
from assistant.page import taking_in
from assistant.page.taking_in import taken_in
from index.progress import Step
from tests import pdfs
from tests.indexes import LMA3, paper, workspace


@pytest.fixture
def dropped(tmp_path: Path) -> list[Path]:
    folder = tmp_path / "dropped"
    folder.mkdir()
    return [
        pdfs.empty_file(folder / "nothing.pdf"),
        paper(folder / "camels.pdf", "Camels hum while robots sleep.", title="Humming Camels at Night"),
        pdfs.not_a_pdf(folder / "page.pdf"),
        paper(folder / "ma2023eureka.pdf", "Eureka writes rewards."),
    ]


def rows(pieces: list[str]) -> list[str]:
    """The text of each line."""
    return [
        " ".join(re.sub(r"<[^>]+>", " ", row).split())
        for row in re.findall(r"<li class=.(?:file|ref).*?</li>", "".join(pieces))
    ]


def test_each_file_has_its_line_from_the_start_and_in_the_order_of_the_drop(
    home: Path, dropped: list[Path]
) -> None:
    with workspace(home) as opened:
        told = list(taken_in(opened, dropped))
    names = ("nothing.pdf", "camels.pdf", "page.pdf", "ma2023eureka.pdf")
    for pieces in told:
        assert all(name in row for name, row in zip(names, rows(pieces), strict=True))
    assert rows(told[0]) == [
        "nothing.pdf is empty: choose the file again.",
        *(f"{name} waiting to be read" for name in names[1:]),
    ]


def test_a_files_progress_is_told_and_at_last_what_it_became(
    home: Path, dropped: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(taking_in, "PAUSE_SECONDS", 0.0)
    with workspace(home) as opened:
        told = list(taken_in(opened, dropped))
    camels = list(dict.fromkeys(rows(pieces)[1] for pieces in told))
    assert camels[0] == "camels.pdf waiting to be read"
    assert re.fullmatch(r"camels\.pdf (\d+) of \1 passages", camels[1])
    assert camels[2] == "camels.pdf can be searched now"
    assert camels[-1].startswith("camels.pdf Humming Camels at Night yours can be searched now.")
    _, _, page, eureka = rows(told[-1])
    assert (
        page
        == "page.pdf is not a PDF but a web page: open its address in a browser, and save the PDF itself."
    )
    assert eureka == "ma2023eureka.pdf EUREKA curated can be searched now."


def test_a_paper_that_is_there_is_told_with_whose_it_is(home: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.pdf"
    copy.write_bytes((home / "pdfs" / f"{LMA3}.pdf").read_bytes())
    with workspace(home) as opened:
        (row,) = rows(list(taken_in(opened, [copy]))[-1])
    assert row.startswith("copy.pdf LMA3 curated is in the index already (copy.pdf is the same file as")


def test_of_nine_hundred_files_a_few_lines_are_told_and_the_rest_is_counted(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = [f"paper-{number}.pdf" for number in range(900)]
    dropped = [pdfs.not_a_pdf(tmp_path / name) for name in names]

    def add(_workspace: object, kept: list[str], progress: Callable[[Step], None]) -> list[Added]:
        for file in kept:
            progress(Step(1, 900, "refused", Path(file).name, "It is not a PDF.", file))
        return [Added(file, "refused", note=f"{Path(file).name} is not a PDF.") for file in kept]

    monkeypatch.setattr(taking_in, "add", add)
    with workspace(home) as opened:
        told = list(taken_in(opened, dropped))
    assert rows(told[0])[-1] == "and 880 more waiting"
    assert rows(told[-1])[-1] == "and 880 more"
    assert all(len(rows(pieces)) == 21 for pieces in told)
    assert sum(len("".join(pieces)) for pieces in told) < 200_000
