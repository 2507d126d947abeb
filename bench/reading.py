"""How well PDFs are read: verified sentences whole, captions, headings, page breaks, speed and memory.

    python bench/reading.py PAPERS [--cases CASES.jsonl] [--sample N --seed S] [--only NAME …] [--without NAME …]

PAPERS is searched for PDFs. Each line of CASES names a paper and page, and a sentence that must be one
(`must_be_one_sentence`, `must_not_contain`) or a table's cell (`row`, `column`, `value`). With --sample, so many passages
are printed for judging by hand, drawn with the seed.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import resource
import time
import unicodedata
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from corpus.flows import STOP, Told, flows
from corpus.headings import plain
from corpus.passages import cut
from corpus.reader import Limits, Reader

if TYPE_CHECKING:
    from corpus.document import Document

RUNNING = ("body", "abstract", "appendix")
BEGINS_SMALL = re.compile(r"[^\W\d_A-Z]{2}")


def letters(text: str) -> str:
    """Letters and digits alone, in lower case."""
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", text).lower())


def case_holds(case: dict[str, Any], document: Document) -> bool:
    """Whether a verified sentence is one sentence of the reading, or a cell stands in its row."""
    if "row" in case:
        page = document.pages[case["page"] - 1]
        for block in page.blocks:
            for row in block.rows:
                said = [letters(page.text_of(cell)) for cell in row]
                if letters(case["row"]) in "".join(said) and letters(case["value"]) in said:
                    return True
        return False
    wanted, unwanted = letters(case["must_be_one_sentence"]), letters(case["must_not_contain"])
    for flow in flows(document):
        told = Told(document, flow)
        for start, end in told.sentences():
            said_so = letters(told.text[start:end])
            if wanted in said_so and unwanted not in said_so:
                return True
    return False


def counted(document: Document) -> Counter[str]:
    """What is counted of one document."""
    found: Counter[str] = Counter(pages=len(document.pages))
    for flow in flows(document):
        told = Told(document, flow)
        if flow.kind == "caption":
            found["captions"] += 1
            found["captions that end with a stop"] += bool(STOP.search(told.text.rstrip()))
        if flow.kind in RUNNING:
            for start, end in told.sentences():
                pages = {span.page for span in told.located(start, end)}
                found["sentences"] += 1
                found["sentences over a page break"] += len(pages) > 1
                found["sentences that begin with a small letter"] += bool(
                    BEGINS_SMALL.match(told.text[start:end])
                )
    for entry in document.outline:
        title = plain(entry.title)
        if not title:
            continue
        found["headings of the outline"] += 1
        near = document.pages[max(0, entry.page - 2) : entry.page + 1]
        said = [plain(page.text_of(b)) for page in near for b in page.blocks if b.kind == "heading"]
        runs_in = any(
            plain(page.text_of(b)).startswith(title)
            for page in near
            for b in page.blocks
            if b.kind in ("paragraph", "item")
        )
        found["headings found"] += any(
            title in one or (one and one in title and len(one) > 8) for one in said
        )
        found["headings found, or opening a paragraph"] += runs_in or any(
            title in one or (one and one in title and len(one) > 8) for one in said
        )
    return found


def main() -> None:
    """Read, count and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("papers", type=Path)
    parser.add_argument("--cases", type=Path)
    parser.add_argument("--sample", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", nargs="*", default=[])
    parser.add_argument("--without", nargs="*", default=[])
    asked = parser.parse_args()
    paths = [
        path
        for path in sorted(asked.papers.rglob("*.pdf"))
        if path.stem not in asked.without and (not asked.only or path.stem in asked.only)
    ]
    total: Counter[str] = Counter()
    documents: dict[str, Document] = {}
    began, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    with Reader(Limits(ocr="")) as reader:
        for path in paths:
            try:
                documents[path.stem] = reader.read(path)
            except Exception as error:  # noqa: BLE001 - one that cannot be read is named
                print(f"- {path.name}: {error}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    for document in documents.values():
        total += counted(document)
    for name, count in total.items():
        print(f"- {name}: {count:,}")
    print(
        f"- pages a CPU-second: {total['pages'] / seconds:.1f} ({time.perf_counter() - began:.0f} s by the clock)"
    )
    print(f"- largest memory of the reading process: {after.ru_maxrss / 1024:.0f} MB")
    if asked.cases:
        cases = [json.loads(line) for line in asked.cases.read_text("utf-8").splitlines() if line]
        cases = [case for case in cases if case["paper"] in documents]
        held = [case_holds(case, documents[case["paper"]]) for case in cases]
        print(f"- cases: {sum(held)} of {len(held)}")
        for case, good in zip(cases, held, strict=True):
            if not good:
                print(
                    f"  - not: {case['paper']} p. {case['page']}: {case.get('must_be_one_sentence', case.get('row'))}"
                )
    if asked.sample:
        everything = [
            (name, passage)
            for name, document in documents.items()
            for passage in cut(document)
            if passage.kind != "references"
        ]
        for name, passage in random.Random(asked.seed).sample(everything, min(asked.sample, len(everything))):
            print(f"\n### {name}, p. {passage.page}, {passage.kind}, {passage.section}\n{passage.text}")


if __name__ == "__main__":
    main()
