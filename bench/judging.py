"""What each judge of sentences is worth on labelled claims, and the calibration that its threshold comes from.

    python -m bench.judging CLAIMS.jsonl… [--embedded SCORES.jsonl [--most N]] [--encoder FOLDER] [--model NAME] [--write]

Claims are objects with passage, claim, paper, label ("supported" or not) and id. Half of the papers is chosen on: there
a logistic curve is fitted, cross-validated by paper, and the threshold is the lowest at which 0.90 of what is shown
as entailed is right. The figures are those of the other half, with the base rates beside them. With --write weights
and threshold of a judge, fitted on the choosing half, go into assistant/support/calibration.json (for a cross-encoder
into its own folder).

The embedded model needs seconds of CPU a claim: its log-odds are kept in SCORES.jsonl as they come, by the claim's id
and the prompt's checksum, and a run goes on from there. Claims are taken paper by paper in turn, passage by passage,
so that any part of a run is balanced; only those are asked whose words agree, as in use.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from assistant.prompting import carried_messages
from assistant.settings import Home, load
from assistant.support.embedded import EmbeddedScorer
from assistant.support.encoder import EncoderScorer
from assistant.support.judge import Judge, Premise
from assistant.support.large import LargeScorer
from assistant.workspace import Workspace
from bench.logistic import auroc, cross_validated, fitted, halves, probabilities, threshold_for

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from assistant.support.judge import Scorer, Verdict

PRECISION = 0.90
SEED = 11
KEPT = Path(__file__).parent.parent / "assistant" / "support" / "calibration.json"


def main() -> None:
    """Print the figures of each judge that is named, and of words alone."""
    asked = argparse.ArgumentParser()
    asked.add_argument("claims", nargs="+", type=Path)
    asked.add_argument("--embedded", type=Path, help="where its log-odds are kept")
    asked.add_argument("--most", type=int, default=400, help="claims that are asked anew")
    asked.add_argument("--encoder", type=Path)
    asked.add_argument("--model")
    asked.add_argument("--write", action="store_true")
    given = asked.parse_args()
    claims = [
        json.loads(line) for path in given.claims for line in path.read_text("utf-8").splitlines() if line
    ]
    claims = list(in_turn(claims))
    chosen, other = halves([claim["paper"] for claim in claims], SEED)
    words = Judge().all_of([heard(claim) for claim in claims])
    _base(claims, words, chosen, other)
    if given.embedded:
        scores = kept_scores(claims, words, given.embedded, given.most)
        _weighed("embedded", "embedded", claims, words, scores, chosen, other, KEPT if given.write else None)
    if given.encoder:
        scores = _scored(claims, words, EncoderScorer(given.encoder), ("", "same words"))
        beside = given.encoder / "calibration.json" if given.write else None
        _weighed(f"cross-encoder {given.encoder.name}", "", claims, words, scores, chosen, other, beside)
    if given.model:
        scores = _scored(claims, words, LargeScorer(Workspace.open().model(given.model)), ("", "names"))
        _weighed(given.model, "large", claims, words, scores, chosen, other, KEPT if given.write else None)


def heard(claim: dict[str, Any]) -> tuple[str, list[Premise]]:
    """A labelled claim as a judge hears it."""
    return claim["claim"], [Premise(claim["passage"], (), claim.get("question", ""))]


def in_turn(claims: Sequence[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """The claims passage by passage, a passage of each paper in turn, in an order that the seed fixes."""
    by_paper: dict[str, dict[str, list[dict[str, Any]]]] = {}
    for claim in claims:
        by_paper.setdefault(claim["paper"], {}).setdefault(claim["passage"], []).append(claim)
    chance = random.Random(SEED)
    papers = sorted(by_paper)
    chance.shuffle(papers)
    left = {paper: sorted(by_paper[paper].values(), key=lambda of: str(of[0]["id"])) for paper in papers}
    for passages in left.values():
        chance.shuffle(passages)
    while any(left.values()):
        for paper in papers:
            if left[paper]:
                yield from left[paper].pop()


def kept_scores(
    claims: Sequence[dict[str, Any]], words: Sequence[Verdict], path: Path, most: int
) -> dict[str, float]:
    """The embedded model's log-odds by the claim's id: those kept in `path`, and up to `most` new ones."""
    marks = {claim["id"]: _mark(claim) for claim in claims}
    kept: dict[str, float] = {}
    if path.exists():
        for line in path.read_text("utf-8").splitlines():
            entry = json.loads(line)
            if marks.get(entry["id"]) == entry["prompt"]:
                kept[entry["id"]] = entry["log_odds"]
    wanted = [
        claim
        for claim, said in zip(claims, words, strict=True)
        if said.support == "same words" and claim["id"] not in kept
    ][:most]
    if not wanted:
        return kept
    home = Home.find()
    chat: Any = Workspace(load({"model": "embedded"}, home=home), home).model().chat
    scorer = EmbeddedScorer(chat)
    with path.open("a", encoding="utf-8") as file:
        for claim in wanted:
            (score,) = scorer.scores([heard(claim)], lambda: False)
            if score is None:
                continue
            kept[claim["id"]] = score
            entry = {"id": claim["id"], "prompt": marks[claim["id"]], "log_odds": round(score, 4)}
            file.write(json.dumps(entry) + "\n")
            file.flush()
    return kept


def _mark(claim: dict[str, Any]) -> str:
    """Changes with every word that the model would read."""
    messages = carried_messages("", claim["passage"], claim["claim"])
    return hashlib.sha256("\n".join(str(m.text) for m in messages).encode()).hexdigest()[:16]


def _scored(
    claims: Sequence[dict[str, Any]], words: Sequence[Verdict], scorer: Scorer, lacking: Sequence[str]
) -> dict[str, float]:
    """A scorer's scores by the claim's id, of those claims that it is asked in use."""
    asked = [
        claim
        for claim, said in zip(claims, words, strict=True)
        if said.support == "same words" or (said.support == "unsupported" and said.lacking in lacking)
    ]
    scores = scorer.scores([heard(claim) for claim in asked], lambda: False)
    return {claim["id"]: score for claim, score in zip(asked, scores, strict=True) if score is not None}


def _right(claims: Sequence[dict[str, Any]]) -> np.ndarray[Any, np.dtype[np.bool_]]:
    return np.array([claim["label"] == "supported" for claim in claims], dtype=np.bool_)


def _base(
    claims: Sequence[dict[str, Any]], words: Sequence[Verdict], chosen: set[str], other: set[str]
) -> None:
    """What saying yes to everything, quotes, and the same words are worth."""
    print(f"{len(claims)} claims, {len(chosen)} papers to choose on, {len(other)} to report on")
    for name, half in (("choosing", chosen), ("reporting", other)):
        there = [i for i, claim in enumerate(claims) if claim["paper"] in half]
        right = _right([claims[i] for i in there])
        print(f"  {name}: n {len(there)}, always yes is right in {right.mean():.3f}")
        for levels in (("exact", "normalised"), ("same words",), ("unsupported",)):
            of = np.array([words[i].support in levels for i in there])
            share = right[of].mean() if of.any() else float("nan")
            print(f"    {' and '.join(levels)}: {of.sum()}, of them right {share:.3f}")


def _weighed(
    name: str,
    kind: str,
    claims: Sequence[dict[str, Any]],
    words: Sequence[Verdict],
    scores: dict[str, float],
    chosen: set[str],
    other: set[str],
    write: Path | None,
) -> None:
    """Fit on one half, report on the other."""
    quotes = {
        c["id"] for c, said in zip(claims, words, strict=True) if said.support in ("exact", "normalised")
    }
    seen = {passage for c in claims if c["id"] in scores for passage in (c["passage"],)}
    covered = [c for c in claims if c["passage"] in seen]  # what was not asked of them was not carried
    parts = {}
    for half_name, half in (("choosing", chosen), ("reporting", other)):
        asked = [c for c in covered if c["paper"] in half and c["id"] in scores]
        x = np.array([[scores[c["id"]]] for c in asked])
        parts[half_name] = (asked, x, _right(asked))
    asked, x, right = parts["choosing"]
    told = cross_validated(x, right, [c["paper"] for c in asked])
    threshold = threshold_for(told, right, PRECISION)
    weights = fitted(x, right)
    print(f"{name}: {len(scores)} scores; weights {weights.round(3).tolist()}, threshold {threshold}")
    for half_name, (of, features, labels) in parts.items():
        given = told if half_name == "choosing" else probabilities(weights, features)
        shown = given >= (threshold if threshold is not None else 2.0)
        half = chosen if half_name == "choosing" else other
        whole = [c for c in covered if c["paper"] in half and c["id"] not in quotes]
        supported = int(_right(whole).sum())
        precision = labels[shown].mean() if shown.any() else float("nan")
        print(
            f"  {half_name}: asked {len(of)} (right {labels.mean():.3f}), AUROC {auroc(features[:, 0], labels):.3f}, "
            f"shown {shown.sum()}, precision {precision:.3f}, recall {labels[shown].sum() / max(supported, 1):.3f} "
            f"of {supported} supported that are no quotes"
        )
        for at in (0.0, 0.5, 1.0, 1.5, 2.0):
            above = features[:, 0] >= at
            if above.any():
                print(
                    f"    score >= {at}: {above.sum()} shown, precision {labels[above].mean():.3f}, recall {labels[above].sum() / max(supported, 1):.3f}"
                )
    if write is not None and threshold is not None:
        values = {
            "slope": round(float(weights[0]), 4),
            "intercept": round(float(weights[1]), 4),
            "threshold": round(threshold, 4),
            "fitted": f"{len(asked)} claims of {len(chosen)} papers by bench/judging.py",
        }
        if kind:
            values = {**json.loads(write.read_text("utf-8")), kind: values}
        write.write_text(json.dumps(values, indent=2) + "\n", "utf-8")


if __name__ == "__main__":
    main()
