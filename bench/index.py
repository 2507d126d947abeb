"""Indexing speed: Duality beside the usual recipe, over the same PDFs, in one run.

The usual recipe: text by pypdf, RecursiveCharacterTextSplitter of 1,000 characters with 200 overlap,
all-MiniLM-L6-v2 in fp32 on onnxruntime with every text padded to 256 tokens in batches of 32, as Chroma's
default embedding function does, stored in Chroma. Duality: `Builder` as `duality index build` runs it, from an
empty home, without a vector cache, and without OCR: the recipe reads no scans, so that neither does here.

    python bench/index.py PDF_FOLDER [--runs 3] [--json out.json]
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path[0] = str(Path(__file__).resolve().parent.parent)  # else this very file would be the package `index`


def usual_recipe(pdfs: list[Path], weights: Path, directory: Path) -> dict[str, float]:
    """Seconds, pages and chunks of the usual recipe."""
    import chromadb
    import numpy as np
    from langchain_text_splitters import RecursiveCharacterTextSplitter
    from pypdf import PdfReader
    from tokenizers import Tokenizer

    from bench.usual_minilm import session

    tokenizer = Tokenizer.from_file(str(weights / "tokenizer.json"))
    tokenizer.enable_truncation(256)
    tokenizer.enable_padding(pad_id=0, length=256)
    opened = session(weights)
    began = time.perf_counter()
    splitter = RecursiveCharacterTextSplitter(chunk_size=1_000, chunk_overlap=200)
    collection = chromadb.PersistentClient(str(directory)).create_collection("usual", embedding_function=None)
    pages = chunks = 0
    for pdf in pdfs:
        try:
            texts = [page.extract_text() for page in PdfReader(pdf).pages]
        except Exception as error:  # noqa: BLE001 - the recipe has no opinion on bad files
            print(f"usual recipe: {pdf.name}: {error}", file=sys.stderr)
            continue
        pages += len(texts)
        parts = [part for text in texts for part in splitter.split_text(text)]
        for at in range(0, len(parts), 32):
            batch = parts[at : at + 32]
            encoded = tokenizer.encode_batch(batch)
            ids = np.array([e.ids for e in encoded], dtype=np.int64)
            mask = np.array([e.attention_mask for e in encoded], dtype=np.int64)
            tokens = opened.run(None, {"input_ids": ids, "attention_mask": mask})[0]
            vectors = (tokens * mask[:, :, None]).sum(1) / mask.sum(1, keepdims=True)
            vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
            collection.add(
                ids=[f"{pdf.stem}-{chunks + at + i}" for i in range(len(batch))],
                documents=batch,
                embeddings=vectors,
            )
        chunks += len(parts)
    return {"seconds": time.perf_counter() - began, "pages": pages, "chunks": chunks}


def duality(pdfs: list[Path], weights: Path, directory: Path) -> dict[str, float]:
    """Seconds, pages and passages of Duality, digests left out of the clock's pages but not of its time."""
    from corpus import catalogue
    from corpus.reader import Limits
    from index.build import Builder
    from index.embedders import MiniLM
    from index.lock import writing

    embedder = MiniLM(weights)
    embedder.embed_query("warm")  # the recipe's session is opened before its clock too
    began = time.perf_counter()
    with writing(directory, "bench"):
        builder = Builder(directory, catalogue.load(), embedder, limits=Limits(ocr=""))
        report = builder.add_pdfs(pdfs)
        builder.finish()
    records = builder.generation.passages.documents()
    seconds = time.perf_counter() - began
    return {"seconds": seconds, "pages": sum(r.pages for r in records), "chunks": report.passages}


def once(which: str, folder: Path, weights: Path) -> dict[str, float]:
    """One measurement in a process of its own, with its peak memory."""
    command = [sys.executable, __file__, str(folder), "--weights", str(weights), "--one", which]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    result: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return result


def main() -> None:
    """Measure both, in turns, and print medians and their ratio."""
    import platformdirs

    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument(
        "--weights", type=Path, default=platformdirs.user_data_path("duality") / "weights" / "minilm"
    )
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--one", choices=["usual", "duality"])
    given = parser.parse_args()
    pdfs = sorted(given.folder.rglob("*.pdf"))
    if given.one:
        with tempfile.TemporaryDirectory() as room:
            run = usual_recipe if given.one == "usual" else duality
            result = run(pdfs, given.weights, Path(room))
        own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        print(json.dumps({**result, "peak_mb": own, "largest_child_mb": children}))
        return
    runs: dict[str, list[dict[str, float]]] = {"usual": [], "duality": []}
    for _ in range(given.runs):
        for which, results in runs.items():
            results.append(once(which, given.folder, given.weights))
            print(which, {k: round(v, 1) for k, v in results[-1].items()}, flush=True)
    median = {which: statistics.median(r["seconds"] for r in results) for which, results in runs.items()}
    ratios = [u["seconds"] / d["seconds"] for u, d in zip(runs["usual"], runs["duality"], strict=True)]
    print(
        f"median seconds: usual {median['usual']:.1f}, Duality {median['duality']:.1f}; ratio of each pair: {', '.join(f'{r:.2f}' for r in ratios)}"
    )
    if given.json:
        given.json.write_text(json.dumps({"runs": runs, "cores": os.cpu_count(), "ratios": ratios}, indent=1))


if __name__ == "__main__":
    main()
