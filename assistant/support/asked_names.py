"""The names that a question turns on, and those of them that the papers asked about never write."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from assistant.asking.typed import ENGLISH
from assistant.wording import names
from corpus.naming import mentions
from corpus.sentences import sentences

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.asking.request import Request
    from corpus.catalogue import Catalogue
    from index.passage_store import PassageStore

FIELD_TERMS: Final = frozenset(
    """RL LLM LLMs VLM VLMs AI ML NLP PDF GPU CPU GPUs TPU TPUs API RGB RGB-D DoF DOF 2D 3D MDP POMDP RNN CNN MLP GPT HTML
    arXiv Table Figure Section Appendix Equation English Python Which What How Who When Where Why Does Did Is Are Do Can
    Name Give List Tell Explain Describe Summarise Summarize Compare USD Euro""".split()
)


def key_terms(question: Request, catalogue: Catalogue) -> list[str]:
    """The names the question turns on, besides those of the papers it is about.

    None of a question in another language: what is a name there its letters do not tell, as German writes every noun.
    """
    if question.language != ENGLISH:
        return []
    parts = [question.asked[start:end] for start, end in sentences(question.asked)]
    text = " ".join([part for part in parts if "?" in part] or parts)
    found = mentions(text, catalogue)
    taken = [(m.start, m.end) for m in found.papers if m.strong and m.target in question.papers]
    taken += [(m.start, m.end) for m in found.categories]
    terms = []
    for name in sorted(names(text), key=text.find):
        at = text.find(name)
        if any(start < at + len(name) and at < end for start, end in taken) or name in FIELD_TERMS:
            continue
        terms.append(re.sub(r"['’]s$|-(?:based|style|like|free|level|trained|conditioned)$", "", name))
    return list(dict.fromkeys(terms))


def absent_terms(
    question: Request, catalogue: Catalogue, passages: PassageStore, held: Sequence[str]
) -> list[str]:
    """Key terms that occur nowhere in the papers asked about (in any paper, where none is named).

    Args:
        question: As understood.
        catalogue: The papers.
        passages: Their text.
        held: Of the papers asked about, those whose PDF is here; of none, what our digests of them say counts.
    """
    where = list(held or question.papers) or None
    return [term for term in key_terms(question, catalogue) if not passages.mentions_term(term, where)]
