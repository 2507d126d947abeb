"""What is sent to a chat model: every message of every task is made here, from prompts that are files.

A paper's words come in by assistant/shown.py alone.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from assistant.shown import called, fenced, listed, of_paper, stating

if TYPE_CHECKING:
    from collections.abc import Sequence

    from langchain_core.messages import BaseMessage

    from assistant.answer import NumberedSource
    from assistant.asking.context import Turn
    from assistant.chat.models import ChosenModel
    from assistant.evidence import Evidence
    from corpus.paper import Paper

ASKED = "Answer every part of the question with the exact facts, numbers and reasons, each sentence followed by its evidence number."
ASKED_OF = "Answer for {name} alone, in one or two short sentences, with the exact facts, numbers and names of its evidence."


@cache
def prompt(name: str) -> str:
    """The text of `assistant/prompts/NAME.md`."""
    return (files("assistant") / "prompts" / f"{name}.md").read_text("utf-8").strip()


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
        body = f"{listed(shown, evidence.sources)}\n\nQuestion: {fenced(question)}"
        return [SystemMessage(prompt("answer")), HumanMessage(body)], {}
    from assistant.chat.grammar import marked_sentences_grammar, named_sentences_grammar

    numbers = [n for n, _ in shown]
    grammar = named_sentences_grammar(called(about), numbers) if about else marked_sentences_grammar(numbers)
    asked = ASKED_OF.format(name=called(about)) if about else ASKED
    # Without pages: a small model writes into its sentences what stands before the evidence.
    body = f"{listed(shown, evidence.sources, pages=False)}\n\nQuestion: {fenced(question)}\n{asked}"
    return [SystemMessage(prompt("answer_embedded")), HumanMessage(body)], {"grammar": grammar}


def choice_messages(
    question: str, shown: Sequence[tuple[int, str]], evidence: Evidence
) -> tuple[list[BaseMessage], dict[str, Any]]:
    """The messages that ask the embedded model which of the works shown a description fits, by its name alone."""
    from langchain_core.messages import HumanMessage, SystemMessage

    from assistant.chat.grammar import choice_grammar

    names = list(dict.fromkeys(called(evidence.source(n).label) for n, _ in shown))
    body = f"{listed(shown, evidence.sources, pages=False)}\n\nQuestion: {fenced(question)}\nReply with the name of the work."
    return [SystemMessage(prompt("answer_embedded")), HumanMessage(body)], {"grammar": choice_grammar(names)}


def rewrite_messages(text: str, history: Sequence[Turn]) -> list[BaseMessage]:
    """The messages that ask a large model to make a follow-up stand alone."""
    from langchain_core.messages import HumanMessage, SystemMessage

    turns = "\n".join(f"Q: {fenced(q)}\nA: {of_paper(a)[:400]}" for q, a in list(history)[-4:])
    return [SystemMessage(prompt("rewrite")), HumanMessage(f"{turns}\n\nFollow-up: {fenced(text)}")]


def translate_messages(text: str) -> list[BaseMessage]:
    """The messages that ask a model to say a question in English."""
    from langchain_core.messages import HumanMessage, SystemMessage

    return [SystemMessage(prompt("translate")), HumanMessage(fenced(text))]


def cell_messages(
    paper: Paper, aspect: str, quotes: Sequence[tuple[int, str]]
) -> tuple[list[BaseMessage], dict[str, Any]]:
    """The messages that ask a large model for one cell of a comparison.

    Args:
        paper: The paper that the cell is about.
        aspect: What the cell shall state.
        quotes: Number and words of what it may rest on.
    """
    from langchain_core.messages import HumanMessage, SystemMessage

    lines = "\n".join(f"[{n}] {of_paper(text)}" for n, text in stating(quotes))
    body = f"Paper: {called(paper.label)} ({called(paper.title)})\nAspect: {fenced(aspect)}\n\n{lines}"
    return [SystemMessage(prompt("compare_cell")), HumanMessage(body)], {}


def comparison_messages(
    names: Sequence[str],
    question: str,
    quotes: Sequence[tuple[int, str]],
    sources: Sequence[NumberedSource],
    model: ChosenModel,
) -> tuple[list[BaseMessage], dict[str, Any]]:
    """The messages that ask for the sentences under a comparison's table.

    Args:
        names: What the approaches are called.
        question: The user's own question about them; "" for a general comparison.
        quotes: Number and words of the evidence.
        sources: Where the numbers lead.
        model: Who is asked.
    """
    from langchain_core.messages import HumanMessage, SystemMessage

    both = " and ".join(called(name) for name in names)
    asked = fenced(question) or f"Compare {both}: what they share, how they differ, when to prefer which."
    body = f"{listed(quotes, sources)}\n\n{asked}"
    if model.kind != "embedded":
        return [SystemMessage(prompt("compare")), HumanMessage(body)], {}
    from assistant.chat.grammar import marked_sentences_grammar

    options = {"grammar": marked_sentences_grammar([n for n, _ in quotes], max_sentences=4)}
    body = f"{body}\nName {both} in every sentence, with exact facts, each sentence followed by its evidence numbers."
    return [SystemMessage(prompt("compare_embedded")), HumanMessage(body)], options


def summary_messages(
    ask: str,
    most: int,
    quotes: Sequence[tuple[int, str]],
    sources: Sequence[NumberedSource],
    model: ChosenModel,
) -> tuple[list[BaseMessage], dict[str, Any]]:
    """The messages that ask for a part of a summary.

    Args:
        ask: What to write about, in the program's words; a paper's name in them is one that was `called`.
        most: How many sentences.
        quotes: Number and words of the evidence.
        sources: Where the numbers lead.
        model: Who is asked.
    """
    from langchain_core.messages import HumanMessage, SystemMessage

    many = {1: "one short sentence", 2: "one or two short sentences"}.get(most, f"at most {most} sentences")
    body = f"{listed(quotes, sources)}\n\nWrite {many} on {fenced(ask)}."
    if model.kind != "embedded":
        return [SystemMessage(prompt("summary")), HumanMessage(body)], {}
    from assistant.chat.grammar import marked_sentences_grammar

    options = {"grammar": marked_sentences_grammar([n for n, _ in quotes], most), "max_tokens": 90 * most}
    return [SystemMessage(prompt("summary_embedded")), HumanMessage(body)], options


CARRIED = (
    "Is the sentence carried by the passage? It is carried only if the passage states all of it: the same subject, "
    "relation, direction, numbers, scope and certainty. Answer yes or no."
)
ANSWERED = "Do the passages state the answer? Answer yes or no."


def carried_messages(name: str, passage: str, claim: str) -> list[BaseMessage]:
    """The messages that ask the embedded model whether a passage carries a sentence, the passage first.

    Sentences on one passage then share what was read of it. The wording is the one that was measured (JUDGING in
    docs/quality.md): a change needs new weights from bench/judging.py.

    Args:
        name: The paper's name; "" where it is not known.
        passage: Its words.
        claim: The sentence.
    """
    from langchain_core.messages import HumanMessage, SystemMessage

    of = f" of {called(name)}" if name else ""
    body = f"Passage{of}:\n{of_paper(passage)}\n\nSentence: {of_paper(claim)}\n\n{CARRIED}"
    return [SystemMessage(prompt("carried_embedded")), HumanMessage(body)]


def answered_messages(
    question: str, shown: Sequence[tuple[int, str]], evidence: Evidence
) -> list[BaseMessage]:
    """The messages that ask the embedded model whether the evidence states what is asked.

    The wording is the one that was measured (docs/quality.md): one that goes on from the writer's own instructions, to
    share what was read, told hardly more than chance. A change needs new weights from bench/refusing.py.
    """
    from langchain_core.messages import HumanMessage, SystemMessage

    body = f"{listed(shown, evidence.sources, pages=False)}\n\nQuestion: {fenced(question)}\n{ANSWERED}"
    return [SystemMessage(prompt("answered_embedded")), HumanMessage(body)]


def judge_messages(
    heard: Sequence[tuple[str, str, Sequence[int]]], passages: Sequence[tuple[str, str]]
) -> list[BaseMessage]:
    """The messages that ask a large model which sentences their passages carry, all in one call.

    Args:
        heard: Each sentence, the question it answers ("" for none), and the numbers of its passages, from 1.
        passages: Each a paper's name and its words.
    """
    from langchain_core.messages import HumanMessage, SystemMessage

    lines = [
        f"Passage {n} ({called(name) if name else 'untitled'}): {of_paper(words)}"
        for n, (name, words) in enumerate(passages, 1)
    ]
    asked = dict.fromkeys(question for _, question, _ in heard if question)
    lines += ["", *(f"Question: {fenced(question)}" for question in asked)]
    lines += [
        f"{n}: {of_paper(claim)} (passage {', '.join(map(str, numbers))})"
        for n, (claim, _, numbers) in enumerate(heard, 1)
    ]
    return [SystemMessage(prompt("judge")), HumanMessage("\n".join(lines))]
