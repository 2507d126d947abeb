"""Fits the weights that tell what kind of thing is asked for, and says how well they do.

python bench/kinds.py --weights DIRECTORY [--seen QUESTIONS.jsonl ...] [--write]

Cross-validated over the examples of assistant/asking/examples.toml; each file of `--seen` (objects with `question` and
`kind`) is reported only. A multinomial logistic regression, numpy only.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))
from assistant.asking import kinds as room
from assistant.asking.subjects import subjects
from corpus import catalogue as catalogues
from index.embedders import MiniLM

FOLDS = 10
PENALTY = 3e-4  # of the squared weights; the best of 1e-4 … 3e-3 by cross-validation
STEPS = 300


def fitted(seen: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """The weights (features, kinds), by Adam over all examples; each kind counts alike by the root of its size."""
    count = np.bincount(labels, minlength=len(room.KINDS))
    each = (1 / np.sqrt(count[labels]))[:, None]
    each /= each.sum()
    wanted = np.eye(len(room.KINDS))[labels]
    weights = np.zeros((seen.shape[1], len(room.KINDS)))
    mean, spread = np.zeros_like(weights), np.zeros_like(weights)
    for step in range(1, STEPS + 1):
        scores = seen @ weights
        odds = np.exp(scores - scores.max(1, keepdims=True))
        slope = seen.T @ (each * (odds / odds.sum(1, keepdims=True) - wanted)) + PENALTY * weights
        mean = 0.9 * mean + 0.1 * slope
        spread = 0.999 * spread + 0.001 * slope**2
        weights -= 0.05 * (mean / (1 - 0.9**step)) / (np.sqrt(spread / (1 - 0.999**step)) + 1e-8)
    return weights


def main() -> None:
    """Measure, and with --write keep the weights beside the code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--weights", type=Path, required=True, help="where the embedder's weights lie")
    parser.add_argument(
        "--seen", type=Path, nargs="*", default=[], help="questions with kinds, reported only"
    )
    parser.add_argument("--write", action="store_true", help="keep the weights")
    parser.add_argument("--show", action="store_true", help="print what is taken for something else")
    given = parser.parse_args()
    catalogue, embedder = catalogues.load(), MiniLM(given.weights)
    texts = [(text, kind) for kind, lines in room.examples().items() for text in lines]
    labels = np.array([room.KINDS.index(kind) for _, kind in texts])
    found = [subjects(text, catalogue) for text, _ in texts]
    order = np.random.default_rng(11).permutation(len(texts)) % FOLDS
    kept = {}
    for name, by in (("with", embedder), ("without", None)):
        whole = np.stack([room.features(one, by) for one in found])
        turn, sizes, _ = np.linalg.svd(whole, full_matrices=False)
        seen = turn * sizes  # the same distances in fewer numbers: the weights that fit are the same, turned
        said = np.zeros(len(texts), int)
        for fold in range(FOLDS):
            weights = fitted(seen[order != fold], labels[order != fold])
            said[order == fold] = (seen[order == fold] @ weights).argmax(1)
        right = said == labels
        print(f"{name} vectors: {right.mean():.3f} of {len(texts)} examples, {FOLDS} folds")
        for number, kind in enumerate(room.KINDS):
            wrong = Counter(room.KINDS[s] for s in said[(labels == number) & ~right])
            print(f"  {kind:11} {right[labels == number].mean():.2f}  {dict(wrong.most_common(4))}")
        if given.show:
            for (text, kind), guess in zip(texts, said, strict=True):
                if kind != room.KINDS[guess]:
                    print(f"    {kind} > {room.KINDS[guess]}: {text}")
        kept[name] = np.linalg.lstsq(whole, seen @ fitted(seen, labels), rcond=1e-4)[0]
        for path in given.seen:
            asked = [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]
            scores = (
                np.stack([room.features(subjects(a["question"], catalogue), by) for a in asked]) @ kept[name]
            )
            scores[:, room.KINDS.index("aside")] = -np.inf
            hits = [a["kind"] == room.KINDS[s] for a, s in zip(asked, scores.argmax(1), strict=True)]
            print(f"  {path.name}: {np.mean(hits):.3f} of {len(asked)}")
            if given.show:
                for a, s, hit in zip(asked, scores.argmax(1), hits, strict=True):
                    if not hit:
                        print(f"    {a['kind']} > {room.KINDS[s]}: {a['question'][:110]}")
    if given.write:
        halves = {name: weights.astype(np.float16) for name, weights in kept.items()}
        np.savez_compressed(Path(room.__file__).with_name(room.WEIGHTS), embedder=embedder.name, **halves)


if __name__ == "__main__":
    main()
