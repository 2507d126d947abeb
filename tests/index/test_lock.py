import json
import os
import signal
import subprocess
import sys
import threading

import pytest

from corpus.errors import IndexLocked
from index.lock import holder, writing

HOLDING = """
import pathlib, sys, time
from index.lock import writing
with writing(pathlib.Path(sys.argv[1]), "indexing PDFs"):
    print("held", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def other(tmp_path):
    child = subprocess.Popen(
        [sys.executable, "-c", HOLDING, str(tmp_path)], stdout=subprocess.PIPE, text=True
    )
    assert child.stdout.readline() == "held\n"
    yield child
    child.kill()
    child.wait()
    child.stdout.close()


def test_a_second_process_is_told_who_writes(other, tmp_path):
    with pytest.raises(IndexLocked) as raised, writing(tmp_path, "mine"):
        pass
    said = str(raised.value)
    assert "indexing PDFs" in said
    assert str(other.pid) in said
    assert "\n" not in said
    assert str(other.pid) in holder(tmp_path)


def test_a_killed_holder_leaves_the_index_free_and_no_name_behind(other, tmp_path):
    os.kill(other.pid, signal.SIGKILL)
    other.wait()
    assert holder(tmp_path) == ""
    with writing(tmp_path, "mine"):
        assert "mine" in holder(tmp_path)
    assert holder(tmp_path) == ""


def test_another_thread_of_the_same_process_is_refused_too(tmp_path):
    with writing(tmp_path, "one"):
        caught = []

        def second():
            try:
                with writing(tmp_path, "two"):
                    pass
            except IndexLocked as error:
                caught.append(str(error))

        thread = threading.Thread(target=second)
        thread.start()
        thread.join()
    assert "one" in caught[0]


def test_waiting_ends_when_the_holder_lets_go(tmp_path):
    entered, leave = threading.Event(), threading.Event()

    def hold():
        with writing(tmp_path, "short"):
            entered.set()
            leave.wait(5)

    thread = threading.Thread(target=hold)
    thread.start()
    entered.wait(5)
    threading.Timer(0.2, leave.set).start()
    with writing(tmp_path, "patient", wait_seconds=5):
        assert holder(tmp_path).startswith("patient")
    thread.join()


def test_an_error_inside_lets_go(tmp_path):
    with pytest.raises(ZeroDivisionError), writing(tmp_path, "failing"):
        raise ZeroDivisionError
    with writing(tmp_path, "next"):
        assert json.loads((tmp_path / "writer.json").read_text())["purpose"] == "next"


def test_nobody_is_named_where_there_is_no_index(tmp_path):
    assert holder(tmp_path / "nowhere") == ""
