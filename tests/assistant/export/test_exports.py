"""What is taken away is opened by what reads such files, and holds hostile titles and sentences as text."""

import csv
import io
import json
import re
import shutil
import subprocess
import warnings
from dataclasses import replace

import pytest

from assistant.answer import Answer, Citation, Claim, NumberedSource
from assistant.comparison.comparison import Approach, Cell, Comparison, Placement, Row
from assistant.export import FORMS, exported, form_of, forms_of
from assistant.export.table import csv_text
from assistant.screening.criterion import Says
from assistant.screening.screening import Screening, Verdict
from corpus import catalogue as catalogues
from corpus.errors import WrongUse
from corpus.paper import Paper

HOSTILE = '=cmd()|"x" \\input{/etc/passwd} 100% $x_i^2$ & #1 ~ {a} [b](http://c) <script> α₂ ≤ β → 世界 “q” \x00\x07\x1b\u202e ﬁn'
SAFE_WORDS = "input{/etc/passwd}"
AUTHORS = ("Ana Núñez {Jr}", "@Evil Name", "Łukasz O'Brien & Sons")


@pytest.fixture(scope="module")
def catalogue():
    known = catalogues.load()
    own = Paper("own-1", HOSTILE, AUTHORS, 2024, venue="=Venue_1 & Co", url="https://x.org/a_b%20c")
    octo = known.by_id["ghosh2024octo"]
    return replace(known, papers=(own, octo))


def cited(paper, quote, n=1):
    return Citation(n, paper, "pdf", 3, "iv", quote)


CARRIED = Claim(f"It says {HOSTILE}.", "exact", (cited("own-1", HOSTILE),))
COMPUTED = Claim(
    "[Two] of them do.", "computed", (cited("ghosh2024octo", "Octo does.", 2),), why="counted in the facts"
)
MADE_UP = Claim("The moon is cheese.", "unsupported", (cited("own-1", "cheese"),))
UNSURE = Claim("Octo may grasp.", "same words", (cited("ghosh2024octo", "grasp", 2),))
SOURCES = (
    NumberedSource(1, "own-1", HOSTILE, "own", AUTHORS, 2024, 3, "iv", "", (), "pdf", "own", HOSTILE),
    NumberedSource(
        2, "ghosh2024octo", "Octo", "Octo", ("A B",), 2024, 3, "iv", "", (), "pdf", "curated", "Octo does."
    ),
)
ANSWER = Answer(
    f"What of {HOSTILE}?", "", refused=False, claims=(CARRIED, COMPUTED, MADE_UP, UNSURE), sources=SOURCES,
    model="none (quotes)", lead=f"Of two: {HOSTILE}", notes=(HOSTILE,),
)  # fmt: skip
SCREENING = Screening(
    Says(HOSTILE), (Verdict("own-1", "yes", "user", (), CARRIED.citations), Verdict("ghosh2024octo", "not stated", "facts")),
    generation="g0001.1",
)  # fmt: skip
COMPARISON = Comparison(
    (Approach(HOSTILE, "paper", ("own-1",), target="paper:own-1"), Approach("Octo", "paper", ("ghosh2024octo",), target="paper:ghosh2024octo")),
    (Row("=Aspect", (Cell(HOSTILE, "stated", CARRIED.citations, "pdf", checked=True), Cell("not stated", "not stated"))),),
    Placement((), ((), ())), "g0001.1", "extractive", summary=(CARRIED, MADE_UP), sources=SOURCES, complete=True,
)  # fmt: skip
THINGS = {
    "answer": ANSWER,
    "screening": SCREENING,
    "comparison": COMPARISON,
    "conversation": [ANSWER, COMPARISON],
}
each = pytest.mark.parametrize("thing", THINGS.values(), ids=THINGS)


def text(thing, form, catalogue):
    return exported(thing, form, catalogue).decode("utf-8")


@each
def test_latex_holds_no_command_of_a_papers_and_compiles(thing, catalogue, tmp_path):
    made = text(thing, "tex", catalogue)
    shown = "\n".join(line for line in made.splitlines() if not line.startswith("%"))
    assert "\\input{" not in shown
    assert not re.search(r"[\x00-\x09\x0b-\x1f\u202e]", made)
    keys = {key for found in re.findall(r"\\cite\{([^}]*)\}", shown) for key in found.split(",")}
    assert keys <= set(re.findall(r"\\bibitem\{([^}]*)\}", shown))
    assert shown.count("{") - shown.count("\\{") == shown.count("}") - shown.count("\\}")
    assert re.findall(r"\\begin\{(\w+)\}", shown).count("itemize") == shown.count("\\end{itemize}")
    assert (
        not re.search(r"(?<!\\)[&%$#_^~](?!\\cite)", "\n".join(shown.split("\\begin{document}")[1:]))
        or "longtable" in shown
    )
    if shutil.which("pdflatex"):  # which a build machine has not: it is large
        file = tmp_path / "made.tex"
        file.write_text(made, "utf-8")
        for _ in range(2):
            done = subprocess.run(
                ["pdflatex", "-interaction=nonstopmode", "-no-shell-escape", "-output-directory", tmp_path, file],
                capture_output=True, text=True, check=False, timeout=120, errors="replace",
            )  # fmt: skip
        assert done.returncode == 0, done.stdout[-3000:]
        assert "undefined" not in done.stdout


@each
def test_word_opens_with_the_same_words(thing, catalogue):
    from docx import Document

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        file = Document(io.BytesIO(exported(thing, "docx", catalogue)))
    words = "\n".join(p.text for p in file.paragraphs)
    words += "\n".join(cell.text for table in file.tables for row in table.rows for cell in row.cells)
    assert SAFE_WORDS in words
    assert "世界" in words


@each
def test_references_are_read_by_what_reads_them(thing, catalogue):
    import bibtexparser
    import rispy

    library = bibtexparser.parse_string(text(thing, "bib", catalogue))
    assert not library.failed_blocks
    wanted = {"own-1"} if thing is SCREENING else {"own-1", "ghosh2024octo"}
    assert {entry.key for entry in library.entries} == wanted
    read = rispy.loads(text(thing, "ris", catalogue))
    assert {entry["id"] for entry in read} == wanted
    own = next(entry for entry in read if entry["id"] == "own-1")
    assert own["title"].startswith("=cmd()")
    assert own["authors"] == ["{Jr}, Ana Núñez", "Name, @Evil", "Sons, Łukasz O'Brien &"]
    csl = json.loads(text(thing, "csl.json", catalogue))
    assert {entry["id"] for entry in csl} == wanted
    assert {entry["type"] for entry in csl} <= {"paper-conference", "article-journal", "article"}


@each
def test_markdown_and_plain_text_hold_no_markup_of_others(thing, catalogue):
    made = text(thing, "md", catalogue)
    assert not re.search(r"(?<!\\)<script|(?<!\\)\]\(", made)
    assert "“" in made
    for form in ("md", "txt"):
        assert not re.search(r"[\x00-\x08\x0b-\x1f\u202e]", text(thing, form, catalogue))


def test_a_quote_keeps_its_page_and_marks(catalogue):
    for form in ("md", "txt", "tex"):
        made = text([ANSWER], form, catalogue)
        assert "p. iv: “Octo does.”" in made


def test_what_nothing_carries_is_never_cited_and_what_is_computed_says_how(catalogue):
    for form in ("md", "txt", "tex"):
        lines = text(ANSWER, form, catalogue)
        sentence = re.search(r"The moon is cheese[^.]*?not found in the papers\)(?P<rest>[^\n]{0,8})", lines)
        assert sentence or "The moon is cheese. (not found in the papers)" in lines
        assert "cheese”" not in lines
        assert "computed: counted in the facts" in lines
    for form in ("related.txt", "related.tex"):
        paragraph = text(ANSWER, form, catalogue)
        assert "moon" not in paragraph
        assert "may grasp" not in paragraph
    assert "et al., 2024)." in text(ANSWER, "related.txt", catalogue)
    assert "~\\cite{ghosh2024octo}." in text(ANSWER, "related.tex", catalogue)


def test_a_refusals_passages_are_no_related_work(catalogue):
    refused = replace(ANSWER, refused=True, claims=(CARRIED,))
    assert text(refused, "related.txt", catalogue).strip() == ""
    assert "(nearest passage, no answer)" in text(refused, "md", catalogue)


def test_a_table_has_no_formula_and_the_mark_of_utf8(catalogue):
    for thing in (SCREENING, COMPARISON, replace(ANSWER, screening=SCREENING)):
        made = text(thing, "csv", catalogue)
        assert made.startswith("\ufeff")
        rows = list(csv.reader(io.StringIO(made[1:])))
        assert len({len(row) for row in rows}) == 1
        assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@"))]
    assert csv_text(["a"], [["\t=1+1"], [None]]).splitlines() == ["\ufeffa", "'=1+1", '""']


def test_an_answer_about_many_papers_exports_all_that_fit(catalogue):
    listed = replace(ANSWER, claims=(COMPUTED,), screening=SCREENING)
    assert "@" in text(listed, "bib", catalogue)
    assert "own-1" in text(listed, "ris", catalogue)
    assert "csv" in forms_of(listed)
    assert "csv" not in forms_of(ANSWER)
    with pytest.raises(WrongUse, match="no table"):
        exported(ANSWER, "csv", catalogue)


def test_the_form_is_the_files_ending(tmp_path):
    assert form_of(tmp_path / "a.b.CSL.json") == "csl.json"
    assert form_of(tmp_path / "a.related.tex") == "related.tex"
    assert {form_of(tmp_path / f"x.{form}") for form in FORMS} == set(FORMS)
    with pytest.raises(WrongUse, match=r"must end in .*\.docx"):
        form_of(tmp_path / "a.pdf")
