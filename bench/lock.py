"""Write constraints.txt and constraints-dev.txt anew: every version that is installed, with the SHA-256 of its files.

Run by `make lock`, which brings uv (it resolves for all systems at once, and knows the checksums from the index's own
listing). Versions that still fit are kept; `--upgrade` takes the newest, `--upgrade-package NAME` that of one package.
Says at the end on which systems every package has a wheel.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
RUN, DEV = REPOSITORY / "constraints.txt", REPOSITORY / "constraints-dev.txt"
HEADS = {
    RUN: "# What `make run` installs, and what builds the project itself: nothing else is accepted.",
    DEV: "# What `make test` installs besides constraints.txt.",
}
NOTE = (
    "# Written by `make lock` (bench/lock.py). Only wheels, so that nothing is built or run while installing."
)
UV = (sys.executable, "-m", "uv", "pip")
HOW = ("--universal", "--python-version", "3.11", "--generate-hashes", "--only-binary", ":all:")
PLAIN = ("--no-header", "--no-annotate", "--no-emit-index-url", "--quiet")
SYSTEMS = (
    "x86_64-manylinux_2_28",
    "aarch64-manylinux_2_28",
    "aarch64-apple-darwin",
    "x86_64-apple-darwin",
    "x86_64-pc-windows-msvc",
    "x86_64-unknown-linux-musl",
)
BROWSER = re.compile(r"^.*sys_platform == 'emscripten'", re.MULTILINE)
PYTHONS = ("3.11", "3.12", "3.13", "3.14")


def compiled(source: Path, before: str, *options: str) -> dict[str, str]:
    """Each package of a resolution, with its lines in a requirements file.

    Args:
        source: The project's file of requirements.
        before: The lines of the last resolution, whose versions are kept where they fit.
        options: More for uv.
    """
    with tempfile.TemporaryDirectory() as folder:
        output, build = Path(folder) / "output.txt", Path(folder) / "build.in"
        output.write_text(before, "utf-8")
        build.write_text(
            "\n".join(tomllib.loads(source.read_text("utf-8"))["build-system"]["requires"]), "utf-8"
        )
        subprocess.run(
            [*UV, "compile", *HOW, *PLAIN, *options, str(source), str(build), "--output-file", str(output)],
            check=True,
        )
        return blocks(output.read_text("utf-8"))


def blocks(text: str) -> dict[str, str]:
    """The lines of each package, by its name; those for browsers (emscripten) are left out."""
    lines = "".join(line for line in text.splitlines(keepends=True) if not line.startswith(("#", "--only")))
    found = re.split(r"^(?=\w)", lines, flags=re.MULTILINE)
    packages: dict[str, str] = {}
    for block in found:
        if block.strip() and not BROWSER.search(block):
            name = block.partition("==")[0]  # twice where the version depends on Python's
            packages[name] = "\n".join(filter(None, (packages.get(name), block.strip())))
    return packages


def write(path: Path, packages: dict[str, str]) -> None:
    """Write a file of locked packages."""
    lines = [HEADS[path], NOTE, "--only-binary :all:", *packages.values()]
    path.write_text("\n".join(lines) + "\n", "utf-8")


def lacking(system: str, python: str) -> str:
    """The first package that has no wheel for a system, or nothing."""
    asked = ["--dry-run", "--require-hashes", "--python-platform", system, "--python-version", python]
    with tempfile.TemporaryDirectory() as target:
        done = subprocess.run(
            [*UV, "install", *asked, "--target", target, "-r", str(RUN), "-r", str(DEV)],
            capture_output=True, text=True, check=False, env={**os.environ, "MACOSX_DEPLOYMENT_TARGET": "14.0"},
        )  # fmt: skip
    if not done.returncode:
        return ""
    named = re.search(r"Because ([\w.-]+==\S+) has no", done.stderr)
    return named[1] if named else done.stderr.strip()


def main() -> None:
    """Write both files, and tell for which systems they serve."""
    before = {path: path.read_text("utf-8") if path.exists() else "" for path in HEADS}
    project = REPOSITORY / "pyproject.toml"
    run = compiled(project, before[RUN], *sys.argv[1:])
    write(RUN, run)
    dev = compiled(
        project, before[RUN] + before[DEV], "--extra", "dev", "--constraints", str(RUN), *sys.argv[1:]
    )
    write(DEV, {name: block for name, block in dev.items() if name not in run})
    print(f"{len(run)} packages to run, {len(dev) - len(run)} more to test")
    for system in SYSTEMS:
        for python in PYTHONS:
            print(system, python, lacking(system, python) or "yes", sep="\t")


if __name__ == "__main__":
    main()
