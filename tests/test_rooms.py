"""The rooms: imports run one way, and asking for help loads nothing heavy."""

from __future__ import annotations

import ast
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parent.parent
HEAVY = (
    "chromadb",
    "gradio",
    "langchain",
    "langchain_chroma",
    "langchain_core",
    "langchain_openai",
    "onnx",
    "onnxruntime",
    "openai",
    "pdfminer",
    "pypdf",
    "pypdfium2",
    "tokenizers",
    "xllamacpp",
)


def run(code: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code, *arguments], cwd=REPOSITORY, capture_output=True, text=True, check=False
    )


def test_imports_run_one_way_from_the_assistant_to_the_papers(tmp_path: Path) -> None:
    given = tomllib.loads((REPOSITORY / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]
    (contract,) = given["contracts"]
    rooms = [room for room in contract["layers"] if (REPOSITORY / room).is_dir()]  # ui.py is no package
    assert rooms == ["assistant", "index", "corpus"]
    listed = "".join(f"\n    {room}" for room in rooms)
    (tmp_path / "contract.ini").write_text(
        f"[importlinter]\nroot_packages ={listed}\n"
        f"[importlinter:contract:rooms]\nname = rooms\ntype = {contract['type']}\nlayers ={listed}\n"
    )
    check = (
        "import sys; from importlinter.cli import lint_imports; "
        "sys.exit(lint_imports(config_filename=sys.argv[1], no_cache=True))"
    )
    done = run(check, str(tmp_path / "contract.ini"))
    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 kept, 0 broken" in done.stdout


def test_no_room_knows_the_screen() -> None:
    knowing = [
        str(path)
        for room in ("assistant", "index", "corpus")
        for path in (REPOSITORY / room).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if (isinstance(node, ast.Import) and any(alias.name.split(".")[0] == "ui" for alias in node.names))
        or (isinstance(node, ast.ImportFrom) and not node.level and (node.module or "").split(".")[0] == "ui")
    ]
    assert [path for path in knowing if "cli" not in Path(path).parts] == []  # `duality ui` starts it


@pytest.mark.parametrize("arguments", [["--help"], ["ask", "--help"], ["--version"]])
def test_asking_for_help_loads_nothing_heavy(arguments: list[str]) -> None:
    look = (
        "import sys\n"
        "from assistant.cli import main\n"
        f"sys.argv = ['duality', *{arguments!r}]\n"
        "try:\n    main()\n"
        "except SystemExit as ended:\n    assert not ended.code, ended.code\n"
        f"print('loaded:', [name for name in {HEAVY!r} if name in sys.modules])\n"
    )
    done = run(look)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "loaded: []"


def test_the_rooms_themselves_load_nothing_heavy() -> None:
    look = (
        "import sys, corpus.reader, corpus.fetching, corpus.passages, corpus.identity, index.search\n"
        f"print('loaded:', [name for name in {HEAVY!r} if name in sys.modules])\n"
    )
    done = run(look)
    assert done.stdout.splitlines()[-1] == "loaded: []", done.stderr
