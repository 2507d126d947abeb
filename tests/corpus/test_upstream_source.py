"""The repository from a folder, an archive or an address; nothing hostile gets further than one line."""

import gzip
import http.server
import io
import tarfile
import threading
import zipfile

import pytest

from corpus.errors import DualityError, Unreachable, UnreadableDocument, WrongUse
from corpus.upstream import download, source
from corpus.upstream.repository import read
from tests.corpus.survey_repository import repository, tarred, zipped

FILES = {"README.md": b"# List", "A.xlsx": b"xlsx", "Images/x.png": b"png"}


@pytest.mark.parametrize("packed", [zipped(FILES), zipped(FILES, ""), tarred(FILES), tarred(FILES, "")])
def test_an_archive_gives_what_lies_at_its_top(tmp_path, packed):
    path = tmp_path / "archive"
    path.write_bytes(packed)
    assert source.files(path) == {"README.md": b"# List", "A.xlsx": b"xlsx"}


def test_a_plain_tar_will_do(tmp_path):
    path = tmp_path / "a.tar"
    path.write_bytes(gzip.decompress(tarred(FILES)))
    assert set(source.files(path)) == {"README.md", "A.xlsx"}


def test_folder_zip_and_tar_are_read_alike(tmp_path):
    survey = repository()
    (tmp_path / "a.zip").write_bytes(zipped(survey.files()))
    (tmp_path / "a.tgz").write_bytes(tarred(survey.files()))
    read_ones = [
        read(survey.folder(tmp_path / "checkout")),
        read(tmp_path / "a.zip"),
        read(tmp_path / "a.tgz"),
    ]
    assert [(len(r.entries), len(r.rows), r.unclear) for r in read_ones] == [(166, 93, ())] * 3


def zip_with(name: str, data: bytes = b"", mode: int = 0) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("README.md", "# List")
        info = zipfile.ZipInfo(name)
        info.external_attr = mode << 16
        packed.writestr(info, data, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def tar_with(name: str, kind: bytes = tarfile.REGTYPE, size: int = 0) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as packed:
        member = tarfile.TarInfo(name)
        member.type, member.linkname, member.size = kind, "/etc/passwd", size
        packed.addfile(member, io.BytesIO(b"\0" * size))
    return out.getvalue()


def tar_with_a_header_of_impossible_size() -> bytes:
    header = tarfile.TarInfo("pax")
    header.type, header.size = tarfile.XHDTYPE, 8 * 1024**3 - 1
    return gzip.compress(header.tobuf(tarfile.USTAR_FORMAT) + b"\0" * 100_000)


HOSTILE = {
    "zip slip": (zip_with("../../evil.xlsx"), "leads out"),
    "zip absolute": (zip_with("/etc/evil.xlsx"), "leads out"),
    "zip windows": (zip_with("..\\evil.xlsx"), "leads out"),
    "zip link": (zip_with("A.xlsx", b"/etc/passwd", 0o120777), "link"),
    "zip large file": (zip_with("A.xlsx", b"\0" * 11_000_000), "more than 10 MB"),
    "tar slip": (tar_with("../evil.xlsx"), "leads out"),
    "tar link": (tar_with("A.xlsx", tarfile.SYMTYPE), "link"),
    "tar hard link": (tar_with("A.xlsx", tarfile.LNKTYPE), "link"),
    "tar device": (tar_with("A.xlsx", tarfile.CHRTYPE), "device"),
    "tar large file": (tar_with("A.xlsx", size=11_000_000), "more than 10 MB"),
    "tar header": (tar_with_a_header_of_impossible_size(), "damaged archive"),
    "cut tar": (tarred(FILES)[:-40], "damaged archive"),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_archive_is_refused_in_one_line_and_nothing_is_unpacked(tmp_path, kind):
    data, said = HOSTILE[kind]
    path = tmp_path / "archive"
    path.write_bytes(data)
    with pytest.raises(UnreadableDocument) as error:
        source.files(path)
    assert said in str(error.value)
    assert "\n" not in str(error.value)
    assert list(tmp_path.iterdir()) == [path]


def test_many_small_members_are_a_bomb_too(tmp_path, monkeypatch):
    monkeypatch.setattr(source, "_MEMBERS", 2)
    for data in (zipped(FILES), tarred(FILES)):
        (tmp_path / "a").write_bytes(data)
        with pytest.raises(UnreadableDocument, match="unpacks to more"):
            source.files(tmp_path / "a")


def test_what_unpacks_to_too_much_is_refused_before_it_is_unpacked(tmp_path, monkeypatch):
    monkeypatch.setattr(source, "_UNPACKED", 1_000_000)
    for data in (zip_with("Images/x", b"\0" * 2_000_000), tar_with("Images/x", size=2_000_000)):
        (tmp_path / "a").write_bytes(data)
        with pytest.raises(UnreadableDocument, match="unpacks to more"):
            source.files(tmp_path / "a")


def test_links_in_a_folder_are_refused(tmp_path):
    (tmp_path / "README.md").symlink_to("/etc/hostname")
    with pytest.raises(UnreadableDocument, match="is a link"):
        source.files(tmp_path)


def test_what_is_something_else_is_refused_with_what_to_do(tmp_path):
    (tmp_path / "text").write_text("no archive")
    (tmp_path / "empty").mkdir()
    for path in (tmp_path / "text", tmp_path / "empty", tmp_path / "nothing"):
        with pytest.raises(WrongUse, match="give"):
            source.files(path)


def test_a_readme_that_is_no_text_is_refused(tmp_path):
    (tmp_path / "README.md").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(WrongUse, match="UTF-8"):
        read(tmp_path)


def test_the_page_of_a_repository_leads_to_its_archive():
    wanted = "https://github.com/clmoro/Robotics-RL-FMs-Integration/archive/HEAD.zip"
    for end in ("", "/", ".git"):
        assert download.archive_of(f"https://github.com/clmoro/Robotics-RL-FMs-Integration{end}") == wanted
    assert download.archive_of("https://x.org/a.zip") == "https://x.org/a.zip"


class _Host(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.server.agents.append(self.headers["User-Agent"])
        if self.path == "/moved.zip":
            self.send_response(302)
            self.send_header("Location", "/a.zip")
            self.end_headers()
        elif self.path == "/circle.zip":
            self.send_response(302)
            self.send_header("Location", "/circle.zip")
            self.end_headers()
        elif self.path == "/a.zip":
            self.send_response(200)
            self.end_headers()
            self.wfile.write(zipped(FILES))
        else:
            self.send_error(404)

    def log_message(self, *_):
        pass


@pytest.fixture
def host():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Host)
    server.agents = []
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def at(server, path: str) -> str:
    return f"http://127.0.0.1:{server.server_port}/{path}"


def test_an_archive_is_downloaded_over_redirects_by_who_says_who_it_is(tmp_path, host):
    download.download(at(host, "moved.zip"), tmp_path / "a", "me@example.org")
    assert set(source.files(tmp_path / "a")) == {"README.md", "A.xlsx"}
    assert all("duality" in agent and "me@example.org" in agent for agent in host.agents)


@pytest.mark.parametrize("path", ["missing.zip", "circle.zip"])
def test_an_address_that_gives_nothing_is_one_line(tmp_path, host, path):
    with pytest.raises(DualityError, match="address"):
        download.download(at(host, path), tmp_path / "a")


def test_a_download_that_is_too_large_stops(tmp_path, host, monkeypatch):
    monkeypatch.setattr(download, "LARGEST", 10)
    with pytest.raises(DualityError, match="sends more than"):
        download.download(at(host, "a.zip"), tmp_path / "a")


def test_no_network_is_one_line_with_its_exit_code(tmp_path):
    with pytest.raises(Unreachable, match="give a checkout"):
        download.download("http://127.0.0.1:1/a.zip", tmp_path / "a")


def test_other_kinds_of_address_are_refused(tmp_path):
    with pytest.raises(WrongUse, match="http"):
        download.download("file:///etc/passwd", tmp_path / "a")


@pytest.mark.parametrize("name", ["survey.zip", "survey.tar.gz"])
def test_an_archive_cut_short_is_called_damaged_not_something_else(tmp_path, name):
    path = tmp_path / name
    path.write_bytes(zipped(FILES)[:-30] if name.endswith("zip") else b"\x1f\x8b" + b"x" * 90)
    with pytest.raises(UnreadableDocument, match="is a damaged archive"):
        source.files(path)
