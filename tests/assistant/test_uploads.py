from pathlib import Path

import pytest

from assistant.uploads import harmless, take_in
from corpus.errors import StorageFailed, UnreadableDocument


def stored(folder: Path, content: bytes) -> Path:
    file = folder / "upload"
    file.write_bytes(content)
    return file


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("paper.pdf", "paper.pdf"),
        ("../../etc/cron.d/paper.pdf", "paper.pdf"),
        ("..\\..\\Windows\\paper.PDF", "paper.pdf"),
        ("C:\\papers\\my paper (2).pdf", "my-paper-2.pdf"),
        ("/absolute/..pdf.pdf", "pdf.pdf"),
        ("Überblick <b>.pdf", "berblick-b.pdf"),
        ("论文.pdf", "paper.pdf"),
        (f"{'x' * 400}.pdf", f"{'x' * 120}.pdf"),
    ],
)
def test_only_a_harmless_name_is_kept(name: str, wanted: str) -> None:
    assert harmless(name) == wanted


@pytest.mark.parametrize("name", ["paper.exe", "paper", "pdf", "", "paper.pdf.sh"])
def test_a_name_without_the_ending_is_refused(name: str, tmp_path: Path) -> None:
    file = stored(tmp_path, b"%PDF-1.7")
    with pytest.raises(UnreadableDocument, match=r"should end with \.pdf"):
        take_in(file, name, tmp_path / "own")


def test_a_path_in_the_name_cannot_lead_out_of_the_folder(tmp_path: Path) -> None:
    kept = take_in(stored(tmp_path, b"%PDF-1.7"), "../../../paper.pdf", tmp_path / "own")
    assert kept == tmp_path / "own" / "paper.pdf"
    assert kept.read_bytes() == b"%PDF-1.7"
    assert sorted(path.name for path in (tmp_path / "own").iterdir()) == ["paper.pdf"]


def test_an_empty_file_is_refused_and_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(UnreadableDocument, match=r"paper\.pdf is empty"):
        take_in(stored(tmp_path, b""), "paper.pdf", tmp_path / "own")
    assert not (tmp_path / "own").exists()


def test_a_file_that_is_too_large_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "large"
    with file.open("wb") as out:
        out.truncate(300 * 1024**2 + 1)
    with pytest.raises(UnreadableDocument, match="larger than 300 MB"):
        take_in(file, "large.pdf", tmp_path / "own")


def test_the_same_content_is_stored_once(tmp_path: Path) -> None:
    own = tmp_path / "own"
    first = take_in(stored(tmp_path, b"%PDF one"), "a.pdf", own)
    assert take_in(stored(tmp_path, b"%PDF one"), "a.pdf", own) == first
    assert len(list(own.iterdir())) == 1


def test_another_file_of_the_same_name_never_overwrites(tmp_path: Path) -> None:
    own = tmp_path / "own"
    names = [
        take_in(stored(tmp_path, text), "a.pdf", own).name for text in (b"one", b"two", b"three", b"two")
    ]
    assert names == ["a.pdf", "a-2.pdf", "a-3.pdf", "a-2.pdf"]
    assert (own / "a.pdf").read_bytes() == b"one"


def test_a_folder_that_cannot_be_written_is_told_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "own").write_text("a file is in the way")
    with pytest.raises(StorageFailed, match="cannot be stored"):
        take_in(stored(tmp_path, b"%PDF"), "a.pdf", tmp_path / "own")
