"""Shared by all tests: a home of their own, and the real PDFs where the machine has them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

from assistant.settings import Home

settings.register_profile("unhurried", deadline=None)  # a busy machine is no failure
settings.load_profile("unhurried")

# Looked up before any test gets a home of its own.
WEIGHTS = Path(os.environ.get("DUALITY_TEST_WEIGHTS") or Home.find().weights).absolute()
REPOSITORY = Path(__file__).resolve().parent.parent


@pytest.fixture(autouse=True)
def _own_home(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """A fresh DUALITY_HOME, and nothing of the caller's own settings."""
    for name in list(os.environ):
        if name.startswith("DUALITY_") and not name.startswith("DUALITY_TEST_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("DUALITY_HOME", str(tmp_path_factory.mktemp("home")))


@pytest.fixture(scope="session")
def papers_dir() -> Path:
    """The folder of real PDFs: curated/, related/ and odd/ lie in it."""
    directory = Path(os.environ.get("DUALITY_TEST_PAPERS") or REPOSITORY.parent / "shared" / "papers")
    if not directory.is_dir():
        pytest.skip(f"needs the PDFs: there is no {directory}; name their folder in DUALITY_TEST_PAPERS")
    return directory


@pytest.fixture(scope="session")
def minilm_dir() -> Path:
    """The folder of the embedder's real weights."""
    return _weights("minilm", "model.safetensors")


@pytest.fixture(scope="session")
def gguf() -> Path:
    """The file of the embedded chat model."""
    return next(_weights("qwen", "*.gguf").glob("*.gguf"))


def _weights(folder: str, file: str) -> Path:
    directory = WEIGHTS / folder
    if not any(directory.glob(file)):
        pytest.skip(
            f"needs weights: {directory} has no {file}; run `duality models pull`, or set DUALITY_TEST_WEIGHTS"
        )
    return directory
