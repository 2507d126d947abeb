"""What is installed is locked: every requirement of the project, by version and checksum, without addresses."""

from __future__ import annotations

import re
import tomllib
from functools import cache

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.conftest import REPOSITORY

FILES = ("constraints.txt", "constraints-dev.txt")


@cache
def locked(file: str) -> dict[str, tuple[str, int]]:
    """Each package's version, and how many checksums there are for it."""
    text = (REPOSITORY / file).read_text("utf-8")
    blocks = re.split(r"^(?=\w)", text, flags=re.MULTILINE)[1:]
    found = ((block, re.match(r"([\w.-]+)==([^\s;]+)", block)) for block in blocks)
    return {
        str(canonicalize_name(match[1])): (match[2], len(re.findall(r"--hash=sha256:[0-9a-f]{64}\b", block)))
        for block, match in found
    }


def project() -> dict[str, list[str]]:
    """The requirements to run, to build and to test, as pyproject.toml has them."""
    whole = tomllib.loads((REPOSITORY / "pyproject.toml").read_text("utf-8"))
    return {
        "run": whole["project"]["dependencies"] + whole["build-system"]["requires"],
        "dev": whole["project"]["optional-dependencies"]["dev"],
    }


@pytest.mark.parametrize("file", FILES)
def test_every_package_has_a_version_and_checksums(file) -> None:
    assert locked(file)
    assert [name for name, (_, checksums) in locked(file).items() if not checksums] == []


@pytest.mark.parametrize("file", FILES)
def test_the_lock_takes_only_wheels_and_names_no_index(file) -> None:
    text = (REPOSITORY / file).read_text("utf-8")
    assert "\n--only-binary :all:\n" in text
    assert not re.search(r"://|--index|--extra|--find-links|--trusted", text)


def test_the_lock_fits_what_the_project_asks_for() -> None:
    run = locked("constraints.txt")
    everything = run | locked("constraints-dev.txt")
    for wanted, held in (("run", run), ("dev", everything)):
        for text in project()[wanted]:
            requirement = Requirement(text)
            version, _ = held[str(canonicalize_name(requirement.name))]
            assert requirement.specifier.contains(version, prereleases=True), (
                f"{text}, but {version} is locked: `make lock`"
            )


def test_no_package_is_locked_twice() -> None:
    assert locked("constraints.txt").keys() & locked("constraints-dev.txt").keys() == set()


def test_the_makefile_installs_nothing_unlocked() -> None:
    steps = re.findall(r"^\t\$\(PIP\) (.*)$", (REPOSITORY / "Makefile").read_text("utf-8"), re.MULTILINE)
    own = "--no-deps --no-build-isolation -e ."
    locks = [step for step in steps if step not in (own, "uv")]  # uv writes the lock, and installs nothing
    assert steps.count(own) == 2
    assert locks
    assert all(step.startswith("--require-hashes -r constraints.txt") for step in locks)
