"""Damage a home, let `doctor` name it, run the command it gives, and `doctor` is content."""

from __future__ import annotations

import json
import shlex
import shutil
import sqlite3
from contextlib import closing

import pytest

from assistant.cli import main
from assistant.doctor import examined
from index import generation as generations
from index.checksums import of_row
from index.embedders import HashingEmbedder
from tests import pdfs
from tests.indexes import LMA3, workspace


@pytest.fixture
def run(monkeypatch, capsys):
    """Run a command line on a home; its exit code and what it printed."""
    monkeypatch.setattr("assistant.workspace.embedder_of", lambda *_: HashingEmbedder())
    monkeypatch.setattr("assistant.cli.indexing.ensure_embedder", lambda *_, **__: None)

    def runner(home, command):
        monkeypatch.setenv("DUALITY_HOME", str(home))
        monkeypatch.setattr("sys.argv", shlex.split(command))
        with pytest.raises(SystemExit) as ended:
            main()
        out = capsys.readouterr()
        return ended.value.code, out.out, out.err

    return runner


def current(home):
    return generations.current(home / "index")


def checks(home, **options):
    with workspace(home) as opened:
        return {check.name: check for check in examined(opened, **options)}


def troubles(home):
    return {check.name for check in checks(home).values() if check.severity not in ("good", "note")}


def change(home, *statements):
    generation = current(home)
    with closing(sqlite3.connect(generation.passages.path)) as connection, connection:
        for statement in statements:
            connection.execute(statement)


def lose_vectors(home):
    generation = current(home)
    generation.vectors._open().delete(ids=generation.passages.embedded_ids()[:2])
    generation.close()


def leave_vectors(home):
    generation = current(home)
    count = generation.vectors.count()
    texts = [f"left over {n}" for n in range(count)]
    owners = [("ghost", "pdf", False)] * count
    generation.vectors.add([f"ghost-{n}" for n in range(count)], HashingEmbedder().embed(texts), owners)
    generation.close()


def orphan_rows(home):
    change(
        home,
        "PRAGMA foreign_keys = OFF",
        "INSERT INTO passages SELECT 888888, 'stray', 888888, ordinal, kind, section, text, spans, tokens, 0, 0, checksum "
        "FROM passages LIMIT 1",
        "INSERT INTO keywords (rowid, title, section, text) VALUES (999999, 'ghost', '', 'ghostly words')",
        "DELETE FROM keywords WHERE rowid = (SELECT p.row FROM passages p JOIN documents d ON d.id = p.document "
        "WHERE d.paper = 'colas2023lma3' AND d.source = 'pdf' LIMIT 1)",
    )


def leave_generation(home):
    shutil.copytree(current(home).directory, home / "index" / "g0999")
    (home / "index" / ".current.json.4711").write_text("{}")


def leave_note(home):
    note = {"purpose": "`duality add`", "process": 4711, "since": 0}
    (home / "index" / "writer.json").write_text(json.dumps(note))


def spoil_cache(home):
    for suffix in ("-wal", "-shm"):
        (home / "index" / f"vectors.sqlite{suffix}").unlink(missing_ok=True)
    (home / "index" / "vectors.sqlite").write_bytes(b"SQLite format 3\0" + b"nonsense" * 2_000)


def spoil_database(home):
    path = current(home).passages.path
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        size = connection.execute("PRAGMA page_size").fetchone()[0]
    content = bytearray(path.read_bytes())
    for page in range(pages // 2, pages, 3):
        content[page * size : page * size + 200] = b"\xff" * 200
    path.write_bytes(content)


def forget_fingerprint(home):
    (current(home).directory / "fingerprint.json").write_text("{")


def forget_digests(home):
    change(
        home, "PRAGMA foreign_keys = ON", "DELETE FROM documents WHERE source = 'digest' AND paper LIKE 'm%'"
    )
    change(home, "DELETE FROM keywords WHERE rowid NOT IN (SELECT row FROM passages)")


@pytest.mark.parametrize(
    ("damage", "name", "severity"),
    [
        (lose_vectors, "index files", "fault"),
        (leave_vectors, "left-over vectors", "warning"),
        (orphan_rows, "orphans", "fault"),
        (leave_generation, "generations", "warning"),
        (leave_note, "lock", "warning"),
        (spoil_cache, "vector cache", "warning"),
        (spoil_database, "index files", "fault"),
        (forget_fingerprint, "index", "fault"),
        (forget_digests, "digests", "fault"),
    ],
)
def test_what_is_damaged_is_named_and_the_command_given_mends_it(home, run, damage, name, severity):
    before = troubles(home)
    damage(home)
    found = checks(home)[name]
    assert found.severity == severity, found
    code, out, err = run(home, found.remedy)
    assert code == 0 or "--mend" in found.remedy, (out, err)  # the weights are not there: still a fault
    after = checks(home)
    assert name not in after or after[name].severity == "good", after[name]
    assert troubles(home) <= before
    with workspace(home) as opened:  # and the papers are still there
        hits = opened.search()("What does a seed of the agent cost?", 5)
        assert LMA3 in {hit.passage.paper for hit in hits}
        assert opened.status().pdfs == 3


def test_doctor_changes_nothing_unless_told_to(home, run):
    leave_generation(home)
    leave_note(home)

    def content():
        # Chroma writes its own files as it opens them
        kept = [path for path in home.rglob("*") if path.is_file() and "chroma" not in path.parts]
        return {path: path.read_bytes() for path in kept if not path.name.endswith((".lock", "-shm", "-wal"))}

    before = content()
    run(home, "duality doctor")
    assert content() == before


def test_faults_give_exit_code_1_and_the_json_names_them(home, run):
    lose_vectors(home)
    code, out, _ = run(home, "duality doctor --json")
    found = {check["name"]: check for check in json.loads(out)}
    assert code == 1
    assert found["index files"]["severity"] == "fault"
    assert found["index files"]["remedy"] == "duality index build"


def test_another_papers_pdf_under_a_curated_name_is_found_and_removed(home, run):
    # as an older version of Duality could take it in
    record = next(r for r in current(home).passages.documents() if r.paper == "lasers" and r.source == "pdf")
    checksum = of_row("ma2023eureka", "pdf", record.sha256, record.pages, json.dumps(record.remarks))
    change(
        home,
        f"UPDATE documents SET paper = 'ma2023eureka', checksum = {checksum} WHERE paper = 'lasers'",  # noqa: S608
    )
    found = checks(home)["wrong PDFs"]
    assert found.severity == "fault"
    assert found.remedy == "duality remove ma2023eureka"
    code, out, err = run(home, found.remedy)
    assert code == 0, (out, err)
    assert "wrong PDFs" not in checks(home)


def test_a_paper_indexed_without_a_word_is_found_and_removed(home, run):
    change(
        home,
        "DELETE FROM keywords WHERE rowid IN (SELECT p.row FROM passages p JOIN documents d ON d.id = p.document "
        "WHERE d.paper = 'lasers')",
        "DELETE FROM passages WHERE document = (SELECT id FROM documents WHERE paper = 'lasers')",
    )
    found = checks(home)["papers without text"]
    assert found.remedy == "duality remove lasers"
    code, out, err = run(home, found.remedy)
    assert code == 0, (out, err)
    assert "papers without text" not in checks(home)


def test_a_paper_that_its_own_title_does_not_bring_up_is_found(home, monkeypatch):
    assert checks(home, thorough=True)["retrieval"].severity == "good"
    real = HashingEmbedder.embed_query
    change(
        home,
        "UPDATE keywords SET title = 'x', section = 'x', text = 'x' WHERE rowid IN (SELECT p.row FROM passages p "
        "JOIN documents d ON d.id = p.document WHERE d.paper = 'colas2023lma3')",
    )
    monkeypatch.setattr(HashingEmbedder, "embed_query", lambda self, _: real(self, "nothing of the kind"))
    found = checks(home, thorough=True)["retrieval"]
    assert found.severity == "warning"
    assert LMA3 in found.message


def test_scans_are_named_and_the_command_reads_them_once_tesseract_is_there(home, run, monkeypatch):
    with monkeypatch.context() as without:
        without.setattr("corpus.ocr.shutil.which", lambda _: None)
        without.setenv("PATH", str(home))
        scan = pdfs.scanned(home / "own" / "Scan.pdf", [f"# Seen By a Scanner\n{pdfs.INTRODUCTION}"])
        with workspace(home) as opened:
            opened.index_pdfs([scan])
        found = checks(home)["scans"]
        assert "Scan.pdf" in found.message
        assert "install tesseract" in found.remedy
    if shutil.which("tesseract") is None:
        pytest.skip("needs the program tesseract (Debian: tesseract-ocr) to go on")
    found = checks(home)["scans"]
    assert run(home, found.remedy)[0] == 0
    assert "scans" not in checks(home)
    with workspace(home) as opened:
        answer = opened.chain("extractive").answer(
            "What does the generative model propose and the value function do?"
        )
    assert any("read by OCR" in note for note in answer.notes), answer.notes
