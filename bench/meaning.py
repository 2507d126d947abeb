"""Fits the weights that tell which values a question means, and says how well they do.

python bench/meaning.py --weights DIRECTORY [--write]

Over the examples of assistant/screening/examples.jsonl (question, where), cross-validated by question, and beside them
plain questions made of names of the vocabulary, which are never counted. A logistic regression, numpy only.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from importlib.resources import files
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))
from assistant.screening import meaning
from assistant.screening.criterion import Is, leaves
from assistant.screening.where import where
from bench.logistic import fitted, probabilities
from corpus import catalogue as catalogues
from corpus import vocabulary
from corpus.facts import known_key
from index.embedders import MiniLM

FOLDS = 5
PLAIN = 150  # plain questions beside the examples; with 0, 150 and 300 the lists of half of the questions were best at 150
KEPT = 0.15  # share of the values not meant that are fitted on: there are hundreds for each that is
SENTENCES = (
    "Which papers use {}?", "papers with {}", "How many papers use {}?", "Who works with {}?", "Is there any paper on {}?",
    "List the works with {} and {}.", "Which of them use {} but not {}?", "Which papers evaluate {} with {}?",
    "What has been done on {} in {}?", "Which works without {} deal with {}?", "I am looking for {} combined with {}",
    "Which papers have {}, {} and {}?", "Which approaches to {} rely on {}?",
)  # fmt: skip


def examples() -> list[tuple[str, set[str]]]:
    """Questions and the values they mean."""
    catalogue = catalogues.load()
    lines = (files("assistant.screening") / "examples.jsonl").read_text("utf-8").splitlines()
    read = [json.loads(line) for line in lines]
    made = []
    for one in read:
        parts = leaves(where(one["where"], catalogue)) if one["where"] else ()
        made.append((one["question"], {known_key(part.value) for part in parts if isinstance(part, Is)}))
    return made


def plain(count: int) -> list[tuple[str, set[str]]]:
    """Plain sentences with names of values."""
    values, choose = list(vocabulary.load()), random.Random(5)
    made = []
    for _ in range(count):
        sentence = choose.choice(SENTENCES)
        meant = choose.sample(values, sentence.count("{}"))
        made.append((sentence.format(*(choose.choice(v.names) for v in meant)), {v.key for v in meant}))
    return made


def main() -> None:
    """Measure, and with --write keep the weights beside the code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--weights", type=Path, required=True, help="where the embedder's weights lie")
    parser.add_argument("--write", action="store_true", help="keep the weights")
    given = parser.parse_args()
    embedder = MiniLM(given.weights)
    vectors = embedder.embed(meaning.texts()).astype(np.float16).astype(np.float32)
    own = examples()
    asked = own + plain(PLAIN)
    kept = {}
    for name, by in (("with", embedder), ("without", None)):
        weighed = [meaning.weighed(text, by, vectors if by else None) for text, _ in asked]
        features = np.vstack([one[1] for one in weighed])
        labels = np.concatenate(
            [np.array([k in meant for k in one[0]]) for one, (_, meant) in zip(weighed, asked, strict=True)]
        )
        group = np.repeat(np.arange(len(asked)), [len(one[0]) for one in weighed])
        few = labels | (np.random.default_rng(0).random(len(labels)) < KEPT)
        told = np.zeros(len(labels))
        for fold in range(FOLDS):
            there = group % FOLDS == fold
            told[there] = probabilities(_fitted(features, labels, few & ~there), features[there])
        _report(name, told, labels, group, len(own))
        kept[name] = _fitted(features, labels, few).astype(np.float32)
    if given.write:
        path = Path(meaning.__file__).with_name(meaning.WEIGHTS)
        np.savez_compressed(path, embedder=embedder.name, vectors=vectors.astype(np.float16), **kept)


def _fitted(features: np.ndarray, labels: np.ndarray, rows: np.ndarray) -> np.ndarray:
    weights = fitted(features[rows], labels[rows])
    weights[-1] += np.log(KEPT)  # as if all of them had been there
    return weights


def _report(name: str, told: np.ndarray, labels: np.ndarray, group: np.ndarray, own: int) -> None:
    places = [
        at for g in range(own) for at in np.flatnonzero(labels[group == g][np.argsort(-told[group == g])])
    ]
    counted = {most: float(np.mean([place < most for place in places])) for most in (1, 3, 5, 10)}
    rows = group < own
    sure = rows & (told >= 0.5)
    print(
        f"{name} vectors: {len(places)} values of {own} questions; among the first "
        + ", ".join(f"{most}: {share:.2f}" for most, share in counted.items())
        + f"; at 0.5 precision {labels[sure].mean():.2f}, recall {(told[rows & labels] >= 0.5).mean():.2f}"
    )


if __name__ == "__main__":
    main()
