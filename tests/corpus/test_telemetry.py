"""Whatever part of Duality is imported, no library reports: its switch is set before it is loaded."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from corpus.telemetry import SWITCHES
from tests.conftest import REPOSITORY

if TYPE_CHECKING:
    from pathlib import Path

# onnxruntime reports nothing where one of these says that a build machine runs it; users have none of them
BUILD_MACHINE = (
    "CI",
    "TF_BUILD",
    "GITHUB_ACTIONS",
    "GITLAB_CI",
    "CIRCLECI",
    "TRAVIS",
    "JENKINS_URL",
    "BUILDKITE",
)

WATCH = """
import os, sys
SWITCHES, wrong = {switches!r}, set()
def look(name):
    wrong.update((name, switch) for switch, off in SWITCHES.items() if os.environ.get(switch) != off)
class Watch:
    def find_spec(self, name, path=None, target=None):
        room = name.partition(".")[0]
        if room not in ("corpus", "index", "assistant", "ui") and room not in sys.stdlib_module_names:
            look(name)
sys.meta_path.insert(0, Watch())
{code}
look("the end")
print(sorted(wrong))
"""


def run(code: str, cache: Path, **environment: str) -> str:
    """What `code` prints in a user's own Python, with an empty cache folder and every report asked for."""
    kept = {name: value for name, value in os.environ.items() if name not in {*SWITCHES, *BUILD_MACHINE}}
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=REPOSITORY,
        env={**kept, "XDG_CACHE_HOME": str(cache), **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.mark.parametrize(
    "code",
    [
        "import corpus",
        "import index",
        "import assistant",
        "from assistant.workspace import Workspace",
        "from assistant.cli import main",
        "from index.search import Search",
        "import corpus.reading",
        "import ui",
    ],
)
def test_every_way_in_switches_reports_off_before_a_library_is_loaded(code: str, tmp_path: Path) -> None:
    assert run(WATCH.format(switches=dict(SWITCHES), code=code), tmp_path) == "[]"


def test_what_the_environment_said_before_does_not_count(tmp_path: Path) -> None:
    told = run(
        f"import index, os; print([os.environ[name] for name in {list(SWITCHES)!r}])",
        tmp_path,
        ORT_DISABLE_TELEMETRY="0",
        GRADIO_ANALYTICS_ENABLED="True",
        DO_NOT_TRACK="0",
    )
    assert told == str(list(SWITCHES.values()))


def test_tracing_stays_as_the_user_set_it(tmp_path: Path) -> None:
    code = "import assistant.workspace, os; print(os.environ.get('LANGSMITH_TRACING'), 'LANGSMITH_TRACING' in os.environ)"
    assert run(code, tmp_path, LANGSMITH_TRACING="true") == "true True"


def test_the_embedders_library_leaves_nothing_in_the_cache_folder(tmp_path: Path) -> None:
    code = "import index, onnxruntime; onnxruntime.SessionOptions(); print(onnxruntime.__version__)"
    assert run(code, tmp_path)
    assert list(tmp_path.rglob("*")) == []
