"""`duality corpus fetch` and `duality index status`, against a host on this machine."""

from __future__ import annotations

import io
import json
import re
import shlex
import sys
from dataclasses import replace
from functools import partial
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest

from assistant.cli import main
from assistant.coverage import Missing
from corpus import catalogue as catalogues
from corpus import fetching
from index.embedders import HashingEmbedder
from tests import pdfs
from tests.hosts import PROXIES, Host, closed_port, in_turn, sends, serves, serving
from tests.indexes import DIFFUSER, LMA3, OCTO, workspace

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PAYWALLED = "guo2025rewardshaping"
SENTENCE = "The agent dreams of kitchens and wakes up able to cook in them."


@pytest.fixture
def host(monkeypatch: pytest.MonkeyPatch) -> Iterator[Host]:
    for name in PROXIES:
        monkeypatch.delenv(name, raising=False)
    with serving() as known:
        clock = known.time.clock()
        monkeypatch.setattr("corpus.fetching.fetch", partial(fetching.fetch, clock=clock))
        yield known


@pytest.fixture
def listed(host: Host, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Host:
    """A list of four papers, three of them at the host of the test; each is the paper it should be."""
    whole = catalogues.load()
    papers = []
    for paper in (whole.by_id[name] for name in (LMA3, OCTO, DIFFUSER)):
        file = pdfs.simple_paper(tmp_path / "made.pdf", title=paper.title, sections={"1 Idea": SENTENCE})
        host.answers[f"/{paper.id}"] = serves(file.read_bytes())
        papers.append(
            replace(paper, pdf_url=f"{host.url}/{paper.id}", url=None, arxiv=None, doi=None, openreview=None)
        )
    short = catalogues.Catalogue((*papers, whole.by_id[PAYWALLED]), whole.taxonomy)
    monkeypatch.setattr("corpus.catalogue.load", lambda: short)
    return host


@pytest.fixture
def duality(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path):
    monkeypatch.setattr("assistant.workspace.embedder_of", lambda *_: HashingEmbedder())
    monkeypatch.setenv("DUALITY_FETCH__WEIGHTS", "false")
    monkeypatch.setenv("DUALITY_HOME", str(tmp_path / "home"))

    def run(*arguments: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["duality", *map(str, arguments)])
        monkeypatch.setattr(sys, "stdin", io.StringIO(""))
        with pytest.raises(SystemExit) as stopped:
            main()
        out, err = capsys.readouterr()
        assert "Traceback" not in out + err
        return int(stopped.value.code or 0), out, err

    return run


def lines(out: str) -> dict[str, list[str]]:
    return {cells[1]: cells for cells in (line.split("\t") for line in out.splitlines())}


def test_papers_come_are_indexed_and_can_be_searched(duality, listed: Host) -> None:
    code, out, err = duality("corpus", "fetch")
    assert code == 0, err
    assert {paper: cells[0] for paper, cells in lines(out).items()} == {
        LMA3: "fetched", OCTO: "fetched", DIFFUSER: "fetched", PAYWALLED: "paywalled"
    }  # fmt: skip
    assert "https://doi.org/10.1007/978-981-96-0783-9_1" in lines(out)[PAYWALLED][3]
    assert "1 of 3: " in err
    assert "3 of 3: " in err
    assert "MB (about " in err
    assert " left)" in err
    found = json.loads(duality("search", "dreams of kitchens", "--json")[1])["results"]
    assert {hit["paper_id"] for hit in found if hit["source"] == "pdf"} == {LMA3, OCTO, DIFFUSER}

    asked = len(listed.asked)
    code, out, err = duality("corpus", "fetch")
    assert (code, len(listed.asked)) == (0, asked)
    assert {cells[0] for cells in lines(out).values()} == {"there", "paywalled"}


def test_only_what_is_named_is_fetched(duality, listed: Host) -> None:
    assert duality("corpus", "fetch", "--paper", "octo", "--no-index")[0] == 0
    assert [path for _, path, _ in listed.asked] == [f"/{OCTO}"]
    code, out, _ = duality("corpus", "fetch", "--category", "reward signal", "--dry-run")
    assert code == 0
    wanted = set(lines(out))
    assert OCTO not in wanted
    assert wanted
    code, _, err = duality("corpus", "fetch", "--paper", "ocot")
    assert code == 2
    assert "octo" in err.lower()


def test_a_dry_run_asks_nobody_and_says_what_from_where(duality, listed: Host) -> None:
    code, out, err = duality("corpus", "fetch", "--dry-run")
    assert code == 0
    assert listed.asked == []
    assert lines(out)[LMA3][:4] == ["wanted", LMA3, "LMA3", f"{listed.url}/{LMA3}"]
    assert "3 PDFs, at least 9 s." in err


def test_json_says_the_same(duality, listed: Host) -> None:
    listed.answers[f"/{OCTO}"] = sends(b"no", 404)
    code, out, err = duality("corpus", "fetch", "--json")
    report = json.loads(out)
    assert code == 7
    assert "1 of 4 papers did not come" in err
    assert report["counts"] == {"fetched": 2, "paywalled": 1, "failed": 1}
    failed = next(p for p in report["papers"] if p["paper_id"] == OCTO)
    assert (failed["indexed"], failed["file"], failed["bytes"]) == (False, None, 0)
    assert "answers 404" in failed["note"]
    assert "in a browser" in failed["remedy"]
    assert all(p["indexed"] for p in report["papers"] if p["outcome"] == "fetched")
    assert report["interrupted"] is False


def test_a_pdf_that_is_another_paper_is_named_and_not_indexed_as_it(
    duality, listed: Host, tmp_path: Path
) -> None:
    wrong = pdfs.simple_paper(tmp_path / "w.pdf", title="Knitting Sweaters for Submarines and Ships")
    listed.answers[f"/{OCTO}"] = serves(wrong.read_bytes())
    listed.answers[f"/{LMA3}"] = sends(b"%PDF-1.7\nthere is nothing in it\n%%EOF")
    code, out, err = duality("corpus", "fetch")
    assert code == 6
    assert "2 PDFs came, not indexed as the paper that was asked for" in err
    assert lines(out)[OCTO][0] == lines(out)[LMA3][0] == "refused"
    assert "is not Octo" in lines(out)[OCTO][3]
    assert "fetches the right one" not in lines(out)[OCTO][3]  # that is what was just tried
    assert "save the right PDF as" in lines(out)[OCTO][4]
    assert lines(out)[DIFFUSER][0] == "fetched"
    status = json.loads(duality("index", "status", "--json")[1])
    assert status["coverage"]["missing"][OCTO]["why"] == "refused"
    assert status["pdfs"] == 1


def test_a_wrong_file_in_a_papers_place_is_replaced_and_kept(duality, listed: Host, tmp_path: Path) -> None:
    (tmp_path / "home" / "pdfs").mkdir(parents=True)
    place = tmp_path / "home" / "pdfs" / f"{OCTO}.pdf"
    wrong = pdfs.simple_paper(place, title="Knitting Sweaters for Submarines and Ships").read_bytes()
    duality("index", "build")
    code, out, _ = duality("corpus", "fetch", "--paper", "octo")
    assert code == 0
    assert lines(out)[OCTO][0] == "fetched"
    assert place.with_suffix(".pdf.before").read_bytes() == wrong


def test_what_was_fetched_without_indexing_is_indexed_by_the_next_fetch(duality, listed: Host) -> None:
    duality("corpus", "fetch", "--no-index")
    assert not json.loads(duality("index", "status", "--json")[1])["generation"]
    asked = len(listed.asked)
    assert duality("corpus", "fetch")[0] == 0
    assert len(listed.asked) == asked
    assert json.loads(duality("index", "status", "--json")[1])["pdfs"] == 3


def test_a_paper_indexed_from_a_folder_of_ones_own_is_not_fetched(
    duality, listed: Host, tmp_path: Path
) -> None:
    (tmp_path / "mine").mkdir()
    mine = pdfs.simple_paper(
        tmp_path / "mine" / f"{OCTO}.pdf",
        title=catalogues.load().by_id[OCTO].title,
        sections={"1 A": SENTENCE},
    )
    duality("index", "build", "--pdfs", mine.parent)
    code, out, _ = duality("corpus", "fetch", "--paper", "octo")
    assert code == 0
    assert lines(out)[OCTO][0] == "there"
    assert str(mine) in lines(out)[OCTO][3]
    assert listed.asked == []


def test_interrupting_loses_nothing_and_says_how_to_go_on(
    duality, listed: Host, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = fetching.fetch

    def interrupted(*arguments: object, **options: object) -> Iterator[object]:
        for number, result in enumerate(real(*arguments, **options)):  # type: ignore[arg-type]
            if number == 2:
                raise KeyboardInterrupt
            yield result

    with monkeypatch.context() as patch:
        patch.setattr("corpus.fetching.fetch", interrupted)
        code, out, err = duality("corpus", "fetch")
    assert code == 130
    assert (
        "Interrupted with 2 papers to go; nothing is lost: `duality corpus fetch` goes on from there." in err
    )
    assert len(lines(out)) == 2
    code, out, _ = duality("corpus", "fetch")
    assert code == 0
    assert json.loads(duality("index", "status", "--json")[1])["pdfs"] == 3


def test_no_network_is_one_line_and_the_rest_works(
    duality, listed: Host, monkeypatch: pytest.MonkeyPatch
) -> None:
    short = catalogues.load()
    gone = f"http://127.0.0.1:{closed_port()}"
    away = tuple(replace(p, pdf_url=p.pdf_url and f"{gone}/{p.id}") for p in short.papers)
    monkeypatch.setattr("corpus.catalogue.load", lambda: catalogues.Catalogue(away, short.taxonomy))
    code, _, err = duality("corpus", "fetch")
    assert code == 7
    assert err.startswith("duality: 127.0.0.1:")
    assert err.count("\n") == 1
    assert "cannot be reached" in err
    assert duality("papers")[0] == duality("index", "build")[0] == 0


def test_fetching_that_is_switched_off_says_so(
    duality, listed: Host, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DUALITY_FETCH__PDFS", "false")
    code, _, err = duality("corpus", "fetch")
    assert code == 2
    assert "environment variable DUALITY_FETCH__PDFS" in err
    assert listed.asked == []


def test_an_embedder_that_cannot_be_had_does_not_stop_the_download(
    duality, listed: Host, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from corpus.errors import ModelNotAvailable

    def none(*_: object, **__: object) -> None:
        raise ModelNotAvailable("The embedder cannot be had.")

    monkeypatch.setattr("assistant.cli.indexing.ensure_embedder", none)
    code, out, err = duality("corpus", "fetch")
    assert code == 4
    assert "The embedder cannot be had." in err
    assert [cells[0] for cells in lines(out).values()].count("fetched") == 3
    assert (tmp_path / "home" / "pdfs" / f"{OCTO}.pdf").exists()


def test_status_says_per_category_what_is_missing_and_why(duality, listed: Host) -> None:
    listed.answers[f"/{LMA3}"] = in_turn(sends(b"<html><title>Log in</title>"))
    duality("corpus", "fetch", "--paper", "octo", "--paper", "LMA3")
    code, out, _ = duality("index", "status")
    assert code == 0
    assert "fetch failed (1): LMA3" in out
    assert "sends a web page instead of the PDF (“Log in”)" in out
    assert "not fetched yet (1): " in out
    assert "pay-walled (1): " in out
    assert "https://doi.org/10.1007" in out
    whole = next(line for line in out.splitlines() if line.startswith("The whole list"))
    assert whole.split()[6:8] == ["4", "1"]
    assert "1 not fetched yet, 1 fetch failed, 1 pay-walled" in whole
    status = json.loads(duality("index", "status", "--json")[1])
    whole = status["coverage"]["whole"]
    assert (whole["papers"], whole["pdfs"], whole["digest_only"]) == (4, 1, 3)
    assert whole["why"] == {"not fetched yet": 1, "fetch failed": 1, "pay-walled": 1}
    assert status["by_category"].keys() == status["coverage"]["by_category"].keys()
    assert all(held["papers"] >= held["pdfs"] for held in status["coverage"]["by_category"].values())


def test_a_pdf_that_lies_there_unindexed_is_told_apart(tmp_path: Path) -> None:
    (tmp_path / "pdfs").mkdir()
    (tmp_path / "pdfs" / f"{OCTO}.pdf").write_bytes(b"%PDF-1.7")
    with workspace(tmp_path) as empty:
        status = empty.status()
        assert status.coverage.missing[OCTO] == Missing("not indexed yet", "", "`duality index build`")
        assert status.coverage.whole.digest_only == 0


def test_a_terminal_gets_a_table_of_what_came_and_of_what_to_do(
    duality, listed: Host, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "assistant.cli.fetch_report.sys", SimpleNamespace(stdout=SimpleNamespace(isatty=lambda: True))
    )
    monkeypatch.setenv("COLUMNS", "400")
    duality("corpus", "fetch", "--paper", LMA3)
    listed.answers[f"/{OCTO}"] = sends(b"no", 404)
    code, out, _ = duality("corpus", "fetch")
    assert code == 7
    rows = [re.split(r"\s{2,}", line.strip()) for line in out.splitlines()]
    assert [row[:2] for row in rows[1:]] == [
        ["came", "1"],
        ["already there", "1"],
        ["pay-walled", "1"],
        ["Utilizing Large Language Models for Robot Skill…", "https://doi.org/10.1007/978-981-96-0783-9_1"],
        ["did not come", "1"],
        ["Octo", f"{listed.url.removeprefix('http://')} answers 404: the file is not there"],
    ]
    assert rows[1][2].endswith("MB; 1 indexed")
    assert rows[2][2] == "LMA3"
    assert rows[4][2].startswith("if you may read it, save the PDF as ")
    assert "in a browser" in rows[6][2]


@pytest.mark.parametrize("deleted", [False, True], ids=["kept", "deleted"])
def test_a_removed_paper_is_not_fetched_and_the_commands_told_bring_it_back(
    duality, listed: Host, deleted: bool
) -> None:
    duality("corpus", "fetch")
    assert duality("remove", OCTO, *(["--delete-file"] * deleted))[0] == 0
    asked = len(listed.asked)
    code, out, _ = duality("corpus", "fetch")
    assert (code, len(listed.asked)) == (0, asked)
    assert lines(out)[OCTO][0] == "removed"
    missing = json.loads(duality("index", "status", "--json")[1])["coverage"]["missing"][OCTO]
    assert missing["why"] == "removed"
    assert missing["remedy"] == lines(out)[OCTO][4]
    for command in re.findall("`duality (.+?)`", missing["remedy"]):
        assert duality(*shlex.split(command))[0] == 0
    assert OCTO not in json.loads(duality("index", "status", "--json")[1])["coverage"]["missing"]
