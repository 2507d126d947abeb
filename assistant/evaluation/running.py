"""Asking every question and keeping what came: one record a question, on disk before the next is asked."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from assistant.evaluation import answers, retrieval
from assistant.support.judge import Judge
from corpus.errors import StorageFailed, WrongUse

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from assistant.answer import Answer
    from assistant.chain import AnswerChain, Scope
    from assistant.evaluation.questions import KnownQuestion
    from assistant.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Measuring:
    """What a run measures.

    Attributes:
        workspace: Holds index and models.
        chains: The product's chains, one a model; empty where only the search is measured.
        plain: Whether the plain chain is measured beside each.
        scope: As `duality ask` has it.
    """

    workspace: Workspace
    chains: tuple[AnswerChain, ...]
    plain: bool
    scope: Scope

    def record(self, question: KnownQuestion) -> dict[str, Any]:
        """Everything about one question, as docs/json.md describes it."""
        search = self.workspace.search()
        judge = Judge()  # words: the judge that the chain itself used is no witness
        store = search.generation().passages
        found: dict[str, dict[str, Any]] = {}
        for chain in self.chains:
            answer = chain.answer(question.text, question.history, self.scope)
            writes = chain.model.chat is not None
            told = {"checked": answers.checked(question, answer, judge, store, writes=writes)}
            if self.plain and writes and not answers.counted(answer):
                told["plain"] = answers.plain(question, self._drafted(chain, question, answer), judge)
            found[chain.model.name] = told
        return {
            "id": question.id,
            "kind": question.kind,
            "asked": fingerprint(question),
            "retrieval": retrieval.measured(question, search) if question.answerable else None,
            "answers": found,
        }

    def _drafted(self, chain: AnswerChain, question: KnownQuestion, answer: Answer) -> Answer:
        """The answer that has the model's draft: where the chain refused before writing, one written unchecked."""
        if answer.draft:
            return answer
        return unchecked(chain).answer(question.text, question.history, self.scope)


def unchecked(chain: AnswerChain) -> AnswerChain:
    """The same chain without refusal, with all that was written."""
    from assistant.chain import AnswerChain as Chain
    from assistant.chain import Checks

    return Chain(chain.search, chain.model, checks=Checks(refuse=False, drop=False))


def fingerprint(question: KnownQuestion) -> str:
    """Changes with anything that changes the measurement of a question."""
    said = repr(
        (question.kind, question.text, question.history, question.papers, sorted(question.gold), question.must_contain)
    )  # fmt: skip
    return hashlib.sha256(said.encode()).hexdigest()[:16]


class Records:
    """The records of a run, each on disk as soon as it is made, in a JSONL file whose first line says what was run.

    Args:
        path: The file; None keeps them in memory only.
        run: What was run; records of another run are not gone on with.
        resume: Go on with what the file has. Else a file there is renamed to end in ".old".

    Raises:
        WrongUse: The file is of another run.
    """

    def __init__(self, path: Path | None, run: dict[str, Any], *, resume: bool = False) -> None:
        self.path = path
        self.done: dict[str, dict[str, Any]] = {}
        if path is None:
            return
        if path.exists() and resume:
            header, self.done = _stored(path)
            if header != run:
                other = ", ".join(name for name in run if not header or header.get(name) != run[name])
                raise WrongUse(
                    f"{path} is of another run ({other}): repeat it as it was, or leave out --resume to begin anew."
                )
        elif path.exists():
            path.replace(path.with_name(f"{path.name}.old"))
        self._write([{"run": run}, *self.done.values()], "w")

    def left(self, questions: Sequence[KnownQuestion]) -> Iterator[KnownQuestion]:
        """The questions that have no record yet; one that was changed since is asked again."""
        for question in questions:
            if self.done.get(question.id, {}).get("asked") != fingerprint(question):
                yield question

    def add(self, record: dict[str, Any]) -> None:
        """Keep a record."""
        self.done[record["id"]] = record
        self._write([record], "a")

    def of(self, questions: Sequence[KnownQuestion]) -> list[dict[str, Any]]:
        """The records of these questions, in order, as far as they are there."""
        return [
            self.done[question.id]
            for question in questions
            if self.done.get(question.id, {}).get("asked") == fingerprint(question)
        ]

    def _write(self, entries: Sequence[dict[str, Any]], mode: str) -> None:
        if self.path is None:
            return
        try:
            with self.path.open(mode, encoding="utf-8") as file:
                file.writelines(json.dumps(entry, ensure_ascii=False) + "\n" for entry in entries)
        except OSError as error:
            raise StorageFailed(
                f"{self.path} cannot be written ({error.strerror}): free some space or choose another --out, then --resume."
            ) from error


def _stored(path: Path) -> tuple[dict[str, Any] | None, dict[str, dict[str, Any]]]:
    """What was run, and the records by id; a line that a killed run left half written is dropped."""
    header: dict[str, Any] | None = None
    done: dict[str, dict[str, Any]] = {}
    for line in path.read_text("utf-8", errors="replace").split("\n"):
        try:
            entry = json.loads(line)
        except ValueError:
            continue
        if isinstance(entry, dict) and "run" in entry:
            header = entry["run"]
        elif isinstance(entry, dict) and {"id", "kind", "asked", "retrieval", "answers"} <= entry.keys():
            done[entry["id"]] = entry
    return header, done
