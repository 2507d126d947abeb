"""Fits the weights that tell which values a question means, and says how well they do.

python bench/meaning.py --weights DIRECTORY [--write]

Over the examples of assistant/screening/examples.jsonl (question, where), cross-validated by question, and beside them
plain questions made of names of the vocabulary, which are never counted. A logistic regression for each value by itself, then
small networks for the likeliest beside each other; numpy only.
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
from assistant.screening import contest, meaning
from assistant.screening.criterion import Is, leaves
from assistant.screening.where import where
from bench.logistic import fitted
from corpus import catalogue as catalogues
from corpus import vocabulary
from corpus.facts import known_key
from index.embedders import MiniLM

FOLDS = 5
PLAIN = 400  # plain questions beside the examples, whose writers had to avoid the names: people do not
KEPT = 0.15  # share of the values not meant that are fitted on: there are hundreds for each that is
HIDDEN, SEEDS, EPOCHS, BATCH, RATE, DECAY = (
    24,
    4,
    60,
    256,
    3e-3,
    1e-3,
)  # of the networks; 12 to 48 units were alike
SENTENCES = (
    "Which papers use {}?", "papers with {}", "How many papers use {}?", "Who works with {}?", "Is there any paper on {}?",
    "List the works with {} and {}.", "Which of them use {} but not {}?", "Which papers evaluate {} with {}?",
    "What has been done on {} in {}?", "Which works without {} deal with {}?", "I am looking for {} combined with {}",
    "Which papers have {}, {} and {}?", "Which approaches to {} rely on {}?", "Which papers were tested on {}?",
    "Which papers fine-tune {} with {} on {}?", "Which {} papers were evaluated on {}?", "Who combines {} with {} for {}?",
    "Does anybody train {} for {}?", "Which papers do {} with {}?", "papers with {} and {}", "Is {} used as {} anywhere?",
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
    vectors = {"vectors": embedder.embed(meaning.texts()).astype(np.float16).astype(np.float32)}
    said = embedder.embed(meaning.wordings()[0])
    scale = np.abs(said).max(axis=1, keepdims=True) / 127
    small = np.round(said / scale).astype(np.int8)
    vectors["wordings"] = small * scale
    own = examples()
    asked = own + plain(PLAIN)
    kept: dict[str, np.ndarray] = {}
    for way, by in (("with", embedder), ("without", None)):
        weighed = [meaning.weighed(text, by, vectors if by else None) for text, _ in asked]
        labels = [
            np.array([k in meant for k in one[0]]) for one, (_, meant) in zip(weighed, asked, strict=True)
        ]
        features = np.vstack([one[1] for one in weighed])
        group = np.repeat(np.arange(len(asked)), [len(one) for one in labels])
        all_labels = np.concatenate(labels)
        few = all_labels | (np.random.default_rng(0).random(len(all_labels)) < KEPT)
        odds = np.zeros(len(all_labels))
        for fold in range(FOLDS):
            there = group % FOLDS == fold
            odds[there] = _odds(_fitted(features, all_labels, few & ~there), features[there])
        _report(f"{way} vectors, each by itself", 1 / (1 + np.exp(-odds)), all_labels, group, len(own))
        each = np.split(odds, np.cumsum([len(one) for one in labels])[:-1])
        first = [contest.likeliest(one) for one in each]
        rows = np.vstack([
            contest.features(at, one, w[2], w[1][:, :3], meaning.telling(text))
            for at, one, w, (text, _) in zip(first, each, weighed, asked, strict=True)
        ])  # fmt: skip
        meant = np.concatenate([one[at] for one, at in zip(labels, first, strict=True)])
        of = np.repeat(np.arange(len(asked)), [len(at) for at in first])
        told = np.zeros(len(meant))
        for fold in range(FOLDS):
            there = of % FOLDS == fold
            told[there] = contest.told(networks(rows[~there], meant[~there]), rows[there])
        shown = np.full(len(all_labels), 0.0)
        for number, at in enumerate(first):
            shown[np.flatnonzero(group == number)[at]] = told[of == number]
        _report(f"{way} vectors, beside each other", shown, all_labels, group, len(own))
        kept[way] = _fitted(features, all_labels, few).astype(np.float32)
        kept |= {f"{way}_{name}": part.astype(np.float32) for name, part in networks(rows, meant).items()}
    if given.write:
        path = Path(meaning.__file__).with_name(meaning.WEIGHTS)
        whole = vectors["vectors"].astype(np.float16)
        np.savez_compressed(path, embedder=embedder.name, vectors=whole, wordings=small, scale=scale, **kept)


def networks(rows: np.ndarray, labels: np.ndarray) -> dict[str, np.ndarray]:
    """The weights of contest.NETWORK, fitted by Adam on the cross-entropy: SEEDS networks with HIDDEN tanh units."""
    middle, spread = rows.mean(axis=0), rows.std(axis=0) + 1e-9
    made = [_network((rows - middle) / spread, labels, seed) for seed in range(SEEDS)]
    parts = [np.array([one[at] for one in made]) for at in range(4)]
    return dict(zip(contest.NETWORK, (middle, spread, *parts), strict=True))


def _network(rows: np.ndarray, labels: np.ndarray, seed: int) -> list[np.ndarray]:
    dice = np.random.default_rng(seed)
    count, width = rows.shape
    weights = [
        dice.normal(0, width**-0.5, (width, HIDDEN)), np.zeros(HIDDEN),
        dice.normal(0, HIDDEN**-0.5, HIDDEN), np.array(-2.0),
    ]  # fmt: skip
    mean, square = [0 * one for one in weights], [0 * one for one in weights]
    steps = 0
    for _ in range(EPOCHS):
        order = dice.permutation(count)
        for start in range(0, count, BATCH):
            part = order[start : start + BATCH]
            hidden = np.tanh(rows[part] @ weights[0] + weights[1])
            off = (1 / (1 + np.exp(-(hidden @ weights[2] + weights[3]))) - labels[part]) / len(part)
            inner = np.outer(off, weights[2]) * (1 - hidden**2)
            slopes = [
                rows[part].T @ inner + DECAY * weights[0], inner.sum(axis=0),
                hidden.T @ off + DECAY * weights[2], off.sum(),
            ]  # fmt: skip
            steps += 1
            for at, slope in enumerate(slopes):
                mean[at] = 0.9 * mean[at] + 0.1 * slope
                square[at] = 0.999 * square[at] + 0.001 * slope**2
                step = mean[at] / (1 - 0.9**steps) / (np.sqrt(square[at] / (1 - 0.999**steps)) + 1e-8)
                weights[at] = weights[at] - RATE * step
    return weights


def _odds(weights: np.ndarray, features: np.ndarray) -> np.ndarray:
    return features @ weights[:-1] + weights[-1]


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
        f"{name}: {len(places)} values of {own} questions; among the first "
        + ", ".join(f"{most}: {share:.2f}" for most, share in counted.items())
        + f"; at 0.5 precision {labels[sure].mean():.2f}, recall {(told[rows & labels] >= 0.5).mean():.2f}"
    )


if __name__ == "__main__":
    main()
