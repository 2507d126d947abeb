"""With fetching off the whole program, native code and child processes too, asks for no name and connects to nobody.

What connects is watched from outside (strace), because native libraries pass by every block in Python, and in a
network without a way out (unshare), so that nothing would leave even where something is wrong.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from corpus.catalogue import load
from corpus.fetching.addresses import addresses
from corpus.telemetry import SWITCHES
from tests.conftest import REPOSITORY
from tests.corpus.test_telemetry import BUILD_MACHINE
from tests.hosts import PROXIES
from tests.ui.screens import SENTENCES, pdf

if TYPE_CHECKING:
    from pathlib import Path

SHUT_IN = ("unshare", "--map-root-user", "--net", "sh", "-c", 'ip link set lo up && exec "$@"', "sh")
AWAY = re.compile(
    r"sin6?_port=htons\((?P<port>\d+)\).*(?:inet_addr\(|inet_pton\(AF_INET6, )\"(?P<host>[^\"]+)\""
)

DIALS = "import socket; socket.socket().connect_ex(('192.0.2.1', 443))"  # an address for examples (RFC 5737)


@pytest.fixture(scope="module")
def watched(tmp_path_factory):
    """Runs a Python program without a way out; gives where it and its children wanted to connect."""
    missing = [name for name in ("strace", "unshare", "ip") if shutil.which(name) is None]
    if missing:
        pytest.skip(f"needs {' and '.join(missing)} (Debian: strace, util-linux, iproute2)")
    trial = subprocess.run(
        [*SHUT_IN, "strace", "-o", os.devnull, "true"],
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
    )
    if trial.returncode:
        pytest.skip(f"this system lets no program be shut in and watched: {trial.stderr.strip()}")
    calls = tmp_path_factory.mktemp("watched") / "calls"

    def run(*arguments: str, **environment: str) -> list[str]:
        dropped = {*SWITCHES, *BUILD_MACHINE, *PROXIES}
        kept = {name: value for name, value in os.environ.items() if name not in dropped}
        watch = [
            "strace",
            "-f",
            "--seccomp-bpf",
            "-qq",
            "-e",
            "trace=connect,sendto,sendmsg,sendmmsg",
            "-o",
            calls,
        ]
        done = subprocess.run(
            [*SHUT_IN, *watch, sys.executable, *arguments],
            cwd=REPOSITORY, env={**kept, **environment}, capture_output=True, text=True, check=False, timeout=500,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
        return away(calls)

    return run


def away(calls: Path) -> list[str]:
    """The hosts and ports other than this machine's own; port 53 is a look-up wherever it is asked."""
    found = [match for line in calls.read_text("utf-8").splitlines() if (match := AWAY.search(line))]
    return sorted(
        {
            f"{match['host']} port {match['port']}"
            for match in found
            if match["port"] == "53" or not (match["host"].startswith("127.") or match["host"] == "::1")
        }
    )


@pytest.mark.model
def test_the_whole_program_looks_nothing_up(watched, minilm_dir: Path, tmp_path: Path) -> None:
    """Building, asking with and without a model, comparing, summarising, examining, the page."""
    home = tmp_path / "home"
    home.mkdir()
    (home / "weights").symlink_to(minilm_dir.parent)
    (tmp_path / "pdfs").mkdir()
    pdf(tmp_path / "pdfs" / "zebra.pdf", SENTENCES)
    assert (
        watched(
            "-m", "tests.whole_program", str(tmp_path / "pdfs"),
            DUALITY_HOME=str(home), DUALITY_FETCH__PDFS="false", DUALITY_FETCH__WEIGHTS="false",
            DUALITY_EVIDENCE_TOKENS="100", DUALITY_MAX_ANSWER_TOKENS="32", XDG_CACHE_HOME=str(tmp_path / "cache"),
        )
        == []
    )  # fmt: skip
    assert not (tmp_path / "cache" / "Microsoft").exists()


@pytest.mark.parametrize(
    ("code", "wanted"),
    [
        ("import ctypes; ctypes.CDLL(None).gethostbyname(b'nowhere.invalid')", r".* port 53"),
        (DIALS, r"192\.0\.2\.1 port 443"),
        ("import socket; socket.socket(10).connect_ex(('2001:db8::1', 443))", r"2001:db8::1 port 443"),
        (
            f"import subprocess, sys; subprocess.run([sys.executable, '-c', {DIALS!r}])",
            r"192\.0\.2\.1 port 443",
        ),
    ],
)
def test_what_wants_to_connect_is_seen(watched, code: str, wanted: str) -> None:
    assert any(re.fullmatch(wanted, found) for found in watched("-c", code))


def test_this_machine_itself_may_be_asked(watched) -> None:
    assert watched("-c", "import socket; socket.socket().connect_ex(('127.0.0.1', 9))") == []


LINKED = {
    "doi.org",
    "info.arxiv.org",
    "www.w3.org",
}  # a reader's links, a manual, a name of XML's: never asked


def test_the_readme_names_every_host_that_is_asked() -> None:
    said = (REPOSITORY / "README.md").read_text("utf-8")
    code = [
        path.read_text("utf-8")
        for room in ("assistant", "index", "corpus")
        for path in (REPOSITORY / room).rglob("*.py")
    ]
    named = {host for text in code for host in re.findall(r"https?://([a-z][a-z0-9.-]*\.[a-z]{2,})", text)}
    listed = {urlsplit(address).hostname for paper in load().papers for address in addresses(paper)}
    assert {host for host in (named | listed) - LINKED if host not in said} == set()
