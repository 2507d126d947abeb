"""What is sent to a chat model: prompts are files, evidence is fenced, escaped and without orders to its reader."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from assistant.addressed import unaddressed
from assistant.tables.markdown import markdown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from langchain_core.messages import BaseMessage

    from assistant.answer import NumberedSource
    from assistant.chat.models import ChosenModel
    from assistant.evidence import Evidence, Sentence
    from assistant.question import Question, Turn

CONTROL_TOKEN = re.compile(
    r"<\|[^|>]{0,40}\|>|</?s>|<</?SYS>>"
    r"|\[/?(?:INST|SYSTEM_PROMPT|AVAILABLE_TOOLS|TOOL_CALLS|TOOL_CONTENT|TOOL_RESULTS)\]",
    re.IGNORECASE,
)
POSED_MARKER = re.compile(
    r"\s?(?:[\[(](?:source|passage|evidence)\s*\d+[^\])]{0,12}[\])]|【\s*\w*\s*\d+[^】]{0,20}】)",
    re.IGNORECASE,
)  # [source 3], (source 3), 【3†source】

REFERENCE = re.compile(r"\s?\[[1-9]\d{0,2}(?:\s*[,;–-]\s*[1-9]\d{0,2})*\]")
ASKED = "Answer every part of the question with the exact facts, numbers and reasons, each sentence followed by its evidence number."
ASKED_OF = "Answer for {name} alone, in one or two short sentences, with the exact facts, numbers and names of its evidence."
ASKED_ONCE = (
    "Answer in one short sentence that keeps to the words of the evidence, followed by its evidence number."
)


@cache
def prompt(name: str) -> str:
    """The text of `assistant/prompts/NAME.md`."""
    return (files("assistant") / "prompts" / f"{name}.md").read_text("utf-8").strip()


def fenced(text: str) -> str:
    """A paper's text made harmless: one line, no control tokens of a chat template, no numbers like our markers.

    A paper's own reference numbers, "[12, 40]", go; an interval such as "[0, 1]" is a fact and stays.
    """
    text = CONTROL_TOKEN.sub(" ", text)
    text = " ".join(REFERENCE.sub("", POSED_MARKER.sub("", text)).split())
    return text.replace("<", "‹").replace(">", "›").replace("```", "'''")


def answer_messages(
    question: str, shown: Sequence[tuple[int, str]], evidence: Evidence, model: ChosenModel, about: str = ""
) -> tuple[list[BaseMessage], dict[str, Any]]:
    """The messages that ask for an answer, and the options of the call.

    The embedded model gets a short prompt, and a grammar in which a sentence ends with a number that was handed
    out; a large model gets the full rules.

    Args:
        question: What is asked, understandable by itself.
        shown: Number and text of the evidence.
        evidence: Where the numbers lead.
        model: Who is asked.
        about: The one work that the embedded model shall speak of; its answer begins with that name.
    """
    from langchain_core.messages import HumanMessage, SystemMessage

    if model.kind != "embedded":
        body = f"{_listed(shown, evidence, pages=True)}\n\nQuestion: {fenced(question)}"
        return [SystemMessage(prompt("answer")), HumanMessage(body)], {}
    from assistant.chat.grammar import marked_sentences_grammar, named_sentences_grammar

    numbers = [n for n, _ in shown]
    grammar = named_sentences_grammar(about, numbers) if about else marked_sentences_grammar(numbers)
    asked = ASKED_OF.format(name=fenced(about)) if about else ASKED
    # Without pages: a small model writes into its sentences what stands before the evidence.
    body = f"{_listed(shown, evidence, pages=False)}\n\nQuestion: {fenced(question)}\n{asked}"
    return [SystemMessage(prompt("answer_embedded")), HumanMessage(body)], {"grammar": grammar}


def choice_messages(
    question: str, shown: Sequence[tuple[int, str]], evidence: Evidence
) -> tuple[list[BaseMessage], dict[str, Any]]:
    """The messages that ask the embedded model which of the works shown a description fits, by its name alone."""
    from langchain_core.messages import HumanMessage, SystemMessage

    from assistant.chat.grammar import choice_grammar

    names = list(dict.fromkeys(evidence.source(n).label for n, _ in shown))
    body = f"{_listed(shown, evidence, pages=False)}\n\nQuestion: {fenced(question)}\nReply with the name of the work."
    return [SystemMessage(prompt("answer_embedded")), HumanMessage(body)], {"grammar": choice_grammar(names)}


def _listed(shown: Sequence[tuple[int, str]], evidence: Evidence, *, pages: bool) -> str:
    blocks = []
    for n, text in shown:
        source = evidence.source(n)
        where = {"pdf": f", page {source.page}", "digest": ", digest", "table": ", the survey's table"}[
            source.source
        ]
        told = _table(source) if source.table else fenced(unaddressed(text))
        blocks.append(f"[{n}] {fenced(source.label)}{where if pages else ''}: {told}")
    return "Evidence:\n" + "\n".join(blocks)


def _table(source: NumberedSource) -> str:
    """A table as a table: its caption, and its rows under their headers."""
    if source.table is None:
        return ""
    caption = fenced(unaddressed(source.table.caption))
    return f"{caption}\n{markdown(source.table, shown=lambda text: fenced(unaddressed(text)))}"


def repair_messages(
    question: Question, sentence: str, near: Sequence[Sentence], evidence: Evidence, model: ChosenModel
) -> tuple[list[BaseMessage], dict[str, Any]]:
    """The messages that ask for one sentence in place of one that the check did not pass."""
    from langchain_core.messages import HumanMessage, SystemMessage

    blocks = [f"[{s.n}] {fenced(evidence.source(s.n).label)}: {fenced(unaddressed(s.text))}" for s in near]
    body = "Evidence:\n" + "\n".join(blocks) + f"\n\nQuestion: {fenced(question.standalone)}"
    if model.kind == "embedded":
        from assistant.chat.grammar import marked_sentences_grammar

        options = {"grammar": marked_sentences_grammar(list(dict.fromkeys(s.n for s in near)), 1)}
        return [SystemMessage(prompt("answer_embedded")), HumanMessage(f"{body}\n{ASKED_ONCE}")], options
    asked = f"This sentence is not carried by the evidence: {fenced(sentence)}"
    return [SystemMessage(prompt("repair")), HumanMessage(f"{body}\n\n{asked}")], {}


def rewrite_messages(text: str, history: Sequence[Turn]) -> list[BaseMessage]:
    """The messages that ask a large model to make a follow-up stand alone."""
    from langchain_core.messages import HumanMessage, SystemMessage

    turns = "\n".join(f"Q: {fenced(q)}\nA: {fenced(a)[:400]}" for q, a in list(history)[-4:])
    return [SystemMessage(prompt("rewrite")), HumanMessage(f"{turns}\n\nFollow-up: {fenced(text)}")]
