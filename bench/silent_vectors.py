"""How many stored vectors search does not find, as each process that opens the index anew has them in memory.

    python bench/silent_vectors.py [--builds 15] [--tried 100 200]

2,128 generated passages that say almost the same are stored with the hashing embedder, in parts as papers come; then
the directory is opened three times, as by three processes one after another, and every vector is asked for itself.
Chroma builds the part of its graph that is not yet in its mapped files anew at each opening.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.small_index import WORDS
from index import vectors as stored
from index.embedders import HashingEmbedder
from index.reachable import unanswered

PASSAGES, PART, OPENINGS = 2_128, 300, 3


def texts() -> list[str]:
    """Passages of three sentences, each of the same pattern."""
    chance = random.Random(1)
    return [
        " ".join(
            f"Paper{n % 6} part {n % 4} says that the {' '.join(chance.choices(WORDS, k=9))} is {chance.randrange(999)}."
            for _ in range(3)
        )
        for n in range(PASSAGES)
    ]


def silent(tried: int) -> list[int]:
    """How many are not found, at each opening of one new directory."""
    made = HashingEmbedder().embed(texts())
    ids = [str(n) for n in range(PASSAGES)]
    stored.NEIGHBOURS_TRIED = tried
    found = []
    with tempfile.TemporaryDirectory() as folder:
        vectors = stored.Vectors(Path(folder) / "chroma")
        for at in range(0, PASSAGES, PART):
            part = slice(at, at + PART)
            vectors.add(ids[part], made[part], [("generated", "pdf", False)] * len(ids[part]))
        for _ in range(OPENINGS):
            vectors.reopen()
            found.append(len(unanswered(vectors, ids, made)))
        vectors.close()
    return found


def main() -> None:
    """Print what is not found, for each number of neighbours tried as the graph is built."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--builds", type=int, default=15)
    asked.add_argument("--tried", type=int, nargs="+", default=[100, stored.NEIGHBOURS_TRIED])
    given = asked.parse_args()
    for tried in given.tried:
        openings = [number for _ in range(given.builds) for number in silent(tried)]
        print(
            f"{tried} tried: of {len(openings)} openings {sum(map(bool, openings))} do not find all, at most {max(openings)}"
        )


if __name__ == "__main__":
    main()
