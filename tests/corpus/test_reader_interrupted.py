from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests import pdfs

SCRIPT = """
import os, signal, sys, time
from pathlib import Path
from corpus.reader import Reader
signal.signal(signal.SIGINT, lambda *_: print("interrupted"))
path = Path(sys.argv[1])
with Reader() as reader:
    reader.read(path)
    child = reader._child
    os.killpg(0, signal.SIGINT)  # what a terminal does on Ctrl-C
    time.sleep(0.5)
    print(len(reader.read(path).pages), reader._child is child, child.poll())
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no process groups")
def test_ctrl_c_in_the_terminal_does_not_damage_the_pdf_in_hand(tmp_path: Path) -> None:
    path = pdfs.simple_paper(tmp_path / "a.pdf")
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(path)],
        capture_output=True, text=True, check=False, timeout=60, start_new_session=True,
        cwd=Path(__file__).resolve().parents[2],
    )  # fmt: skip
    assert done.stdout.split("\n")[:2] == ["interrupted", "1 True None"], done.stderr
