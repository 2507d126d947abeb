import json

import pytest
from click.testing import CliRunner

from assistant.cli import cli
from assistant.support.checking import checked_text, checking, paper_of, read_text
from assistant.support.judge import Judge
from corpus import catalogue as catalogues
from corpus.errors import WrongUse
from tests.assistant.judges import Sure
from tests.indexes import COST, LMA3, OCTO, build, paper, search

CATALOGUE = catalogues.load()
HOURS = "Training the larger Octo model took 14 hours on a TPU pod."


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    folder = tmp_path_factory.mktemp("checking")
    build(
        folder / "index",
        paper(folder / f"{OCTO}.pdf", HOURS, "The gripper retries after a grasp failed."),
        paper(folder / f"{LMA3}.pdf", COST, "The agent plays in a kitchen of words."),
    )
    opened = search(folder / "index")
    yield opened
    opened.close()


LATEX = rf"""
\section{{Related work}}
% a remark about 99 moons
Language models relabel goals~\citep{{{LMA3}}}. \emph{{Octo}} took 14\% more \cite[p.~3]{{octo, nobody2020}}.

\begin{{figure}}\caption{{A picture.}}\end{{figure}}
It is cited behind the stop. \cite{{{OCTO}}} And this one cites nothing.
"""
MARKDOWN = f"""# Related work

- Language models **relabel** goals [@{LMA3}; @octo].
- See [the page](https://example.org), which is plain.
"""


def test_latex_is_read_for_its_sentences_and_what_each_cites():
    assert list(read_text(LATEX, CATALOGUE)) == [
        ("Language models relabel goals.", (LMA3,)),
        ("Octo took 14% more.", (OCTO, "nobody2020")),
        ("It is cited behind the stop.", (OCTO,)),
        ("And this one cites nothing.", ()),
    ]


def test_markdown_is_read_too():
    assert list(read_text(MARKDOWN, CATALOGUE)) == [
        ("Language models relabel goals.", (LMA3, OCTO)),
        ("See the page, which is plain.", ()),
    ]


@pytest.mark.parametrize(
    ("key", "paper_id"),
    [(OCTO, OCTO), ("Octo", OCTO), ("colas2023", LMA3), ("nobody1999", "nobody1999")],
)
def test_a_key_means_a_paper_however_it_is_made(key, paper_id):
    assert paper_of(key, CATALOGUE) == paper_id


def test_each_sentence_is_carried_cites_the_wrong_paper_or_is_not_found(found):
    text = (
        rf"{HOURS[:-1]} \cite{{{OCTO}}}. {HOURS[:-1]} \cite{{{LMA3}}}. "
        "The larger Octo model took 14 hours of training on a TPU pod. It was flown to Mars 99 times. No, it does not."
    )
    one, other, words, mars, nothing = checked_text(text, found, Judge()).sentences
    assert (one.finding, one.support, one.judge) == ("carried", "exact", "program")
    assert [(c.paper, c.page) for c in one.citations] == [(OCTO, 1)]
    assert one.citations[0].quote in HOURS
    assert other.finding == "cites the wrong paper"
    assert "Octo says it, not LMA3" in other.why
    assert (words.finding, words.support, words.probability) == ("same words", "same words", None)
    assert (mars.finding, mars.support, mars.citations) == ("not found", "unsupported", ())
    assert "99" in mars.why
    assert (nothing.finding, nothing.citations) == ("no claim", ())


def test_of_words_that_stand_in_another_paper_it_is_said_whose_they_are(found):
    text = rf"The larger Octo model took 14 hours of training on a TPU pod \cite{{{LMA3}}}."
    (one,) = checked_text(text, found, Judge()).sentences
    assert (one.finding, [c.paper for c in one.citations]) == ("same words", [OCTO])
    assert "its words stand in Octo, not in LMA3" in one.why
    (judged,) = checked_text(text, found, Judge(Sure())).sentences
    assert judged.finding == "cites the wrong paper"


def test_a_judge_turns_same_words_into_carried(found):
    text = "The larger Octo model took 14 hours of training on a TPU pod."
    (one,) = checked_text(text, found, Judge(Sure())).sentences
    assert (one.finding, one.support, one.judge) == ("carried", "entailed", "sure")
    assert one.to_json()["probability"] > 0.9


class Contrary(Sure):
    """Finds that everything it is asked is said otherwise."""

    contradicts = 9.0


def test_what_a_judge_finds_said_otherwise_is_contradicted_and_shows_where(found):
    text = "The larger Octo model took 14 hours of training on a TPU pod."
    (one,) = checked_text(text, found, Judge(Contrary())).sentences
    assert (one.finding, one.support) == ("contradicted", "unsupported")
    assert [(c.paper, c.page) for c in one.citations] == [(OCTO, 1)]
    assert "says otherwise" in one.why


def test_checking_stops_after_the_sentence_in_which_the_reader_had_enough(found):
    states = list(checking(f"{HOURS} {HOURS} {HOURS}", found, Judge(), lambda: True))
    assert [(len(s.sentences), s.count, s.complete) for s in states] == [(1, 3, True)]


def test_nothing_to_check_says_so(found):
    with pytest.raises(WrongUse, match="no sentence"):
        checked_text(" … ", found, Judge())


def test_the_command_prints_what_json_promises(filled_home, tmp_path, monkeypatch):
    monkeypatch.setenv("DUALITY_HOME", str(filled_home))
    monkeypatch.setenv("DUALITY_MODEL", "extractive")
    monkeypatch.setenv("DUALITY_EMBEDDER", "minilm")
    claims = tmp_path / "claims.jsonl"
    claims.write_text(
        json.dumps({"id": "c1", "passage": HOURS, "question": "How long?", "claim": HOURS})
        + "\n"
        + json.dumps({"id": "c2", "passage": HOURS, "claim": "Octo took 15 hours to train."})
    )
    run = CliRunner().invoke(cli, ["check", "--claims", str(claims)], catch_exceptions=False)
    assert [json.loads(line) for line in run.output.splitlines()] == [
        {"id": "c1", "support": "exact", "probability": None},
        {"id": "c2", "support": "unsupported", "probability": None},
    ]
    claims.write_text('{"claim": "x"}')
    with pytest.raises(WrongUse, match="line 1: needs a JSON object with `passage` and `claim`"):
        CliRunner().invoke(cli, ["check", "--claims", str(claims)], catch_exceptions=False)
    with pytest.raises(WrongUse, match="There is no file"):
        CliRunner().invoke(cli, ["check", "nowhere.tex"], catch_exceptions=False)
