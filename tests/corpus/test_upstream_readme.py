"""The README's list: what is an entry is read, and everything else is said with its line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.errors import WrongUse
from corpus.upstream import readme
from tests.corpus.survey_repository import repository

ABOVE = (
    "## Generative Tools for RL\n### Task\n#### Reward Signal\n##### 1.Learning reward functions with LLMs\n"
)
SLUG = "generative-tools-for-rl/task/reward-signal/llm"


@pytest.mark.parametrize(
    ("line", "title", "year"),
    [
        ("- A Title [[paper]](https://x.org/a)", "A Title", None),
        (" -  A Title[[paper]](https://x.org/a)", "A Title", None),
        ("  - ! A Title [[paper]](https://x.org/a)", "A Title", None),
        ("- (2025)! A Title [[paper]](https://x.org/a)", "A Title", 2025),
        ("- A Title [link](https://x.org/a)", "A Title", None),
        ("- A Title\n [[paper]](https://x.org/a)", "A Title", None),
        ("* A (Fine) Title [[Paper]](https://x.org/a)  ", "A (Fine) Title", None),
    ],
)
def test_every_form_of_an_entry_is_read(line, title, year):
    read = readme.read(ABOVE + line)
    (entry,) = read.entries
    assert (entry.title, entry.link, entry.category, entry.year) == (title, "https://x.org/a", SLUG, year)
    assert entry.line == 5
    assert read.unclear == ()


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("- !  [[paper]]()", "without title and link"),
        ("- A Title [[paper]]()", "'A Title' has no link"),
        ("- [[paper]](https://x.org)", "without a title"),
        ("- A Title", "has not the form of an entry"),
        ("- A Title [[paper]](https://x.org) [[code]](https://y.org)", "has not the form of an entry"),
        ("- A Title [[paper]](javascript:alert(1))", "is not a web address"),
        ("- A Title [[paper]](paper.pdf)", "is not a web address"),
        ("- (1066) A Title [[paper]](https://x.org)", "year 1066"),
        ("- A \x1b[31mTitle [[paper]](https://x.org)", "holds what a title does not"),
        ("A stray remark", "stands among the entries"),
        ("1. [Tables](Unknown_Table.xlsx)", "is not known"),
    ],
)
def test_what_is_no_entry_is_said_with_its_line(line, said):
    read = readme.read(ABOVE + line)
    assert read.entries == ()
    (unclear,) = read.unclear
    assert (unclear.file, unclear.where) == ("README.md", "line 5")
    assert said in unclear.what
    assert unclear.what.isprintable()


def test_an_unknown_heading_and_each_entry_below_it_are_said():
    read = readme.read(ABOVE + "### Policy Safety (new!)\n- A Title [[paper]](https://x.org/a)\n")
    assert [unclear.where for unclear in read.unclear] == ["line 5", "line 6"]
    assert [entry.category for entry in read.entries] == [None]


def test_a_known_heading_in_the_wrong_place_is_said_and_nothing_below_it_filed():
    read = readme.read(ABOVE + "#### 2.Diffusion Policy\n- A Title [[paper]](https://x.org/a)\n")
    assert "expected under 'RL Pre-Training'" in read.unclear[0].what
    assert [entry.category for entry in read.entries] == [None]


def test_an_entry_outside_the_categories_is_said():
    read = readme.read(ABOVE + "### Task\n- A Title [[paper]](https://x.org/a)\n")
    assert "directly under 'Task'" in read.unclear[0].what


def test_code_blocks_and_prose_hold_no_entries():
    text = repository().readme()
    assert "- A title [[paper]](https://example.org)" in text
    read = readme.read(text)
    assert read.unclear == ()
    assert len(read.entries) == 166


def test_pointers_to_the_tables_are_understood():
    line = "1. [Large Language Models](Large_Language_Models_for_RL_Table.xlsx)\n"
    assert readme.read("## Generative Tools for RL\n### Base Model\n" + line + ABOVE).unclear == ()


def test_another_readme_is_refused():
    with pytest.raises(WrongUse, match="none of the headings"):
        readme.read("# Something else\n- A Title [[paper]](https://x.org/a)\n")


@given(
    st.lists(
        st.sampled_from(["- ", "[[paper]]", "(", ")", "(https://x.org)", "! ", "T", "\n", "#", "```", "1. "]),
        max_size=30,
    )
)
def test_no_text_makes_the_reader_fail_or_lose_an_item(parts):
    text = "".join(parts)
    read = readme.read(ABOVE + text)
    assert all(entry.title and entry.link.startswith("https://") for entry in read.entries)
