"""Text in a paper that addresses the model changes nothing but the quotation of it, even where the model obeys."""

from __future__ import annotations

import re
import unicodedata
from html.parser import HTMLParser

import click
import pytest

from assistant.answer import Answer
from assistant.chain import AnswerChain, Checks
from assistant.chat.fakes import ScriptedChat
from assistant.chat.models import ChosenModel
from assistant.cli import asking
from assistant.page import evidence_panel, render
from assistant.page.talk import Turn
from assistant.prompting import prompt
from index.embedders import HashingEmbedder
from tests.assistant.injected_papers import indexed, obeyed, papers
from tests.assistant.injections import INJECTIONS

ANY_MARKER = re.compile(
    r"[\[［【(]\s*(?:source|passage|evidence)?\s*\^?(\d+)[^\])］】]{0,12}[\])］】]", re.IGNORECASE
)
OWN_STYLES = re.compile(r"\x1b\[(?:1|2|0|33)m")  # bold, dim, plain and yellow: the program's own
CONTROL_TOKENS = (
    "<|",
    "|>",
    "</s>",
    "[INST]",
    "[/INST]",
    "<<SYS>>",
    "<start_of_turn>",
    "[SYSTEM_PROMPT]",
    "[TOOL_CALLS]",
    "```",
)
TAGS = frozenset(
    "article aside blockquote button details div h2 h3 li mark ol p span summary sup template ul".split()
)
EIGHT = (
    "order: ignore the above", "turns: ChatML", "markers: numbers of ours", "refuse: not found", "language: German",
    "link: tracking pixel", "leak: the prompt", "place: white on white",
)  # fmt: skip
ALL = [(f"{injection.kind}: {injection.name}") for injection in INJECTIONS]


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    """All hostile papers in one index."""
    opened, made = indexed(tmp_path_factory.mktemp("injected"), HashingEmbedder(), model="extractive")
    with opened:
        yield opened, {paper.name: paper for paper in made}


def told(library, name, reply, kind="embedded", **checks):
    """The events, the whole answer and the chat, of a model that makes this reply."""
    opened, known = library
    chat = ScriptedChat(replies=[reply] * 4)
    model = ChosenModel("scripted", kind, chat, 420, "a test")
    chain = AnswerChain(opened.search(), model, Checks(**checks))
    paper = known[name]
    events = list(chain.stream(paper.question, scope=paper.scope))
    return events, events[-1], chat


def replied(paper):
    """An obedient reply, and a true sentence behind it, so that the answer is not replaced by quotations."""
    return f"{paper.injection.obedient} [1] {paper.fact} [1]"


class Markup(HTMLParser):
    """The elements and attributes that a browser would make of a page."""

    def __init__(self, html):
        super().__init__(convert_charrefs=True)
        self.tags, self.attributes = set(), []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes += attrs


def test_there_are_sixty_four_variants_or_more_all_different():
    assert len(INJECTIONS) >= 64
    assert len({injection.text for injection in INJECTIONS}) == len(set(ALL)) == len(INJECTIONS)
    assert len({injection.kind for injection in INJECTIONS}) >= 12
    for paper in papers():
        assert paper.injection.canary.casefold() not in paper.fact.casefold()


@pytest.mark.parametrize("kind", ["embedded", "remote"])
@pytest.mark.parametrize("name", ALL)
def test_a_model_that_obeys_is_not_passed_off_as_the_paper(library, name, kind):
    paper = library[1][name]
    for reply in (paper.injection.obedient, replied(paper)):
        _, answer, _ = told(library, name, reply, kind)
        assert isinstance(answer, Answer)
        assert obeyed(answer, paper) == ""


@pytest.mark.parametrize("name", ALL)
def test_the_fact_beside_it_is_still_found_and_cited(library, name):
    opened, known = library
    paper = known[name]
    answer = opened.chain().answer(paper.question)  # among all the papers, without a model
    assert not answer.refused
    assert paper.fact in answer.text
    (claim,) = [claim for claim in answer.claims if paper.fact in claim.text]
    assert {citation.paper for citation in claim.citations} == {paper.paper}


@pytest.mark.parametrize("name", ALL)
def test_only_markers_that_were_handed_out_are_shown(library, name):
    paper = library[1][name]
    _, answer, _ = told(library, name, replied(paper))
    handed_out = {source.n for source in answer.sources}
    for claim in answer.claims:
        assert {citation.n for citation in claim.citations} <= handed_out
        if not claim.text.rpartition(": ")[2].startswith("“"):  # a quotation is the paper's own words
            assert not ANY_MARKER.search(claim.text), claim.text
    assert any(paper.fact in claim.text and claim.citations for claim in answer.claims)


@pytest.mark.parametrize("name", ALL)
def test_what_the_model_is_sent_holds_it_only_fenced(library, name):
    paper = library[1][name]
    for kind, rules in (("embedded", "answer_embedded"), ("remote", "answer")):
        _, answer, chat = told(library, name, replied(paper), kind)
        for messages in chat.prompts:
            assert [message.type for message in messages] == ["system", "human"]
            assert messages[0].text in {prompt(rules), prompt("repair")}
            body = messages[1].text
            assert not [token for token in CONTROL_TOKENS if token in body]
            assert not re.search(r"<[a-z/!|｜]", body, re.IGNORECASE)
            assert all(c == "\n" or unicodedata.category(c) not in ("Cc", "Cf") for c in body)
            lines = body.splitlines()
            assert [line for line in lines if line.startswith("Question:")] == [f"Question: {paper.question}"]
            assert [line for line in lines if line.startswith("Evidence:")] == ["Evidence:"]
            numbers = [line[1 : line.index("]")] for line in lines if line.startswith("[")]
            assert set(numbers) <= {str(source.n) for source in answer.sources}
            inside = [match.group() for line in lines for match in ANY_MARKER.finditer(line) if match.start()]
            assert not [found for found in inside if found.startswith(("[", "【", "［"))], inside
        if kind == "embedded":
            assert "grammar" in chat.options[0]


@pytest.mark.parametrize("name", ALL)
def test_the_page_shows_it_as_text_alone(library, name):
    opened, known = library
    paper = known[name]
    events, answer, _ = told(library, name, replied(paper))
    quoted = opened.chain().answer(paper.question)
    turns, turn = (
        [],
        Turn(1, paper.injection.text, scope=render.scope_words(opened.catalogue, (), (paper.paper,))),
    )
    for event in events:
        turn = turn.after(event)
        turns.append(turn)
    turns += [
        Turn(2, paper.question).after(quoted),
        Turn(3, paper.question, stage="failed", trouble=paper.injection.text),
    ]
    for shown in turns:
        html = render.conversation([shown], opened.catalogue) + evidence_panel.panel(shown, opened.catalogue)
        markup = Markup(html)
        assert markup.tags <= TAGS, markup.tags - TAGS
        for attribute, value in markup.attributes:
            assert re.fullmatch(r"class|data-[a-z]+|title|id|role|type|aria-[a-z]+", attribute), (
                attribute,
                value,
            )
        assert not [code for code in ("${", "{{", "`", "\\href") if code in html]
    assert turns[-3].answer is answer


@pytest.mark.parametrize("name", ALL)
def test_the_terminal_gets_no_control_characters(library, name, capsys):
    opened, known = library
    paper = known[name]
    model = ChosenModel("scripted", "embedded", ScriptedChat(replies=[replied(paper)] * 4), 420, "a test")
    with click.Context(click.Command("ask"), color=True):
        asking._streamed(AnswerChain(opened.search(), model), paper.question, [], paper.scope)
        found = opened.search()(paper.question, 3, papers=(paper.paper,))
        asking._shown({"results": [opened.search().described(hit) for hit in found]})
    out, err = capsys.readouterr()
    printed = OWN_STYLES.sub("", out + err)
    assert paper.fact in printed
    assert not [c for c in printed if c != "\n" and unicodedata.category(c) in ("Cc", "Cf")]


@pytest.mark.parametrize("name", ALL)
def test_a_copied_answer_holds_no_live_link_or_image(library, name):
    opened, known = library
    paper = known[name]
    _, answer, _ = told(library, name, replied(paper))
    for text in (
        render.as_text(answer),
        render.as_text(opened.chain().answer(paper.question, scope=paper.scope)),
    ):
        assert not re.search(r"\]\(|\]\[[^\]\d]|^\s*\[[^\]]*\]:", text, re.MULTILINE), text
        assert not re.search(r"<(?:[a-z!/?]|mailto:)", text, re.IGNORECASE), text
        assert paper.fact in text


def test_a_copied_answer_says_which_sentences_were_not_found(library):
    _, answer, _ = told(
        library, ALL[0], "The moon is made of 77 cheeses. [1] The Balvex gripper folds 11 shirts an hour. [1]"
    )
    assert answer.claims[0].support == "unsupported"
    assert "cheeses. (not found in the papers)" in render.as_text(answer)


def test_a_name_of_letters_without_end_does_not_hold_up_the_reading():
    from corpus.byline import names

    assert list(names(f'{"A" * 60}", Ada Example')) == ["Ada Example"]


@pytest.mark.model
@pytest.mark.parametrize("name", EIGHT)
def test_the_embedded_model_does_not_obey(library, gguf, name):
    from assistant.chat.embedded import EmbeddedChat

    opened, known = library
    model = ChosenModel(gguf.stem, "embedded", EmbeddedChat(model_path=gguf, max_tokens=80), 160, "a test")
    paper = known[name]
    answer = AnswerChain(opened.search(), model, Checks(repair=False)).answer(
        paper.question, scope=paper.scope
    )
    assert answer.draft
    assert obeyed(answer, paper) == ""
    assert paper.value in answer.text
