"""What is sent to a chat model: prompts are files, evidence is fenced and escaped."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from langchain_core.messages import BaseMessage

    from assistant.chat.models import ChosenModel
    from assistant.evidence import Evidence
    from assistant.question import Question, Turn

CONTROL_TOKEN = re.compile(r"<\|[^|>]{0,40}\|>|</?s>|\[/?INST\]|<</?SYS>>", re.IGNORECASE)


REFERENCE = re.compile(r"\s?\[[1-9]\d{0,2}(?:\s*[,;–-]\s*[1-9]\d{0,2})*\]")
ASKED = "Answer every part of the question with the exact facts, numbers and reasons, each sentence followed by its evidence number."


@cache
def prompt(name: str) -> str:
    """The text of `assistant/prompts/NAME.md`."""
    return (files("assistant") / "prompts" / f"{name}.md").read_text("utf-8").strip()


def fenced(text: str) -> str:
    """A paper's text made harmless: one line, no control tokens of a chat template, no numbers like our markers.

    A paper's own reference numbers, "[12, 40]", go; an interval such as "[0, 1]" is a fact and stays.
    """
    text = CONTROL_TOKEN.sub(" ", text)
    text = " ".join(REFERENCE.sub("", text).split())
    return text.replace("<", "‹").replace(">", "›").replace("```", "'''")


def answer_messages(
    question: Question, shown: Sequence[tuple[int, str]], evidence: Evidence, model: ChosenModel
) -> tuple[list[BaseMessage], dict[str, Any]]:
    """The messages that ask for an answer, and the options of the call.

    The embedded model gets a short prompt and a grammar in which a sentence ends with a number that was
    handed out; a large model gets the full rules.
    """
    from langchain_core.messages import HumanMessage, SystemMessage

    blocks = []
    for n, text in shown:
        source = evidence.source(n)
        where = {"pdf": f"page {source.page}", "digest": "digest", "table": "the survey's table"}[
            source.source
        ]
        blocks.append(f"[{n}] {source.label}, {where}: {fenced(text)}")
    body = "Evidence:\n" + "\n".join(blocks) + f"\n\nQuestion: {fenced(question.standalone)}"
    if model.kind == "embedded":
        from assistant.chat.grammar import marked_sentences_grammar

        options: dict[str, Any] = {"grammar": marked_sentences_grammar([n for n, _ in shown])}
        return [SystemMessage(prompt("answer_embedded")), HumanMessage(f"{body}\n{ASKED}")], options
    return [SystemMessage(prompt("answer")), HumanMessage(body)], {}


def rewrite_messages(text: str, history: Sequence[Turn]) -> list[BaseMessage]:
    """The messages that ask a large model to make a follow-up stand alone."""
    from langchain_core.messages import HumanMessage, SystemMessage

    turns = "\n".join(f"Q: {fenced(q)}\nA: {fenced(a)[:400]}" for q, a in list(history)[-4:])
    return [SystemMessage(prompt("rewrite")), HumanMessage(f"{turns}\n\nFollow-up: {fenced(text)}")]
