"""Who gets in: requests that an attacker would send, put to the page as it is served."""

from __future__ import annotations

import json
import stat
from typing import TYPE_CHECKING, Any, Self

import httpx
import pytest
from click.testing import CliRunner

from assistant.page.entrance import Hosts
from assistant.page.entrance.passwords import Passwords, hashed
from tests.ui.screens import SENTENCES, TITLE, Seen, browser_only, pdf, served

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from assistant.workspace import Workspace

WRITTEN = "the words of another folder"
FILE = {"_type": "gradio.FileData"}


class Browser(httpx.Client):
    """A client that keeps cookies and says where it comes from, as the page in a browser does."""

    def __init__(self, address: str, origin: str | None = None) -> None:
        own = address.rstrip("/")
        super().__init__(
            base_url=address,
            trust_env=False,
            timeout=30,
            headers={"Origin": own if origin is None else origin},
        )
        self._knows_the_way = origin is None

    def __enter__(self) -> Self:
        super().__enter__()
        if self._knows_the_way:
            self.get("")
        return self

    def call(self, **body: Any) -> httpx.Response:
        return self.post("gradio_api/queue/join", json={"session_hash": "mine", "data": [], **body})

    def function(self, component: str, event: str) -> dict[str, int]:
        """How a function is called that a component of the page calls."""
        config = self.get("config").json()
        [trigger] = [c["id"] for c in config["components"] if c["props"].get("elem_id") == component]
        [number] = [d["id"] for d in config["dependencies"] if [trigger, event] in map(list, d["targets"])]
        return {"fn_index": number, "trigger_id": trigger}

    def ask(self, question: str, session: str = "mine") -> httpx.Response:
        return self.call(**self.function("question", "submit"), session_hash=session, data=[question, [], []])

    def heard(self, session: str = "mine") -> str:
        """What the page says to a call, whole."""
        told = []
        with self.stream("GET", "gradio_api/queue/data", params={"session_hash": session}) as stream:
            for line in stream.iter_lines():
                told.append(line)
                if line.startswith("data:") and json.loads(line[5:])["msg"] in (
                    "process_completed",
                    "close_stream",
                ):
                    break
        return "\n".join(told)

    def upload(self, name: str = "a.pdf", content: bytes = b"%PDF-1.4") -> httpx.Response:
        return self.post("gradio_api/upload", files={"files": (name, content)})


@pytest.fixture
def browser_tab(address: str) -> Iterator[Browser]:
    with Browser(address) as client:
        yield client


def arrived(workspace: Workspace) -> list[Path]:
    return sorted(path for path in workspace.home.arriving.rglob("*") if path.is_file())


class TestFilesOfTheMachine:
    @pytest.mark.parametrize("meta", [FILE, {"_type": "gradio.FileDataWithData"}, {}])
    def test_are_neither_copied_nor_served(
        self, browser_tab: Browser, address: str, workspace: Workspace, tmp_path: Path, meta: dict[str, str]
    ) -> None:
        other = tmp_path / "other.txt"
        other.write_text(WRITTEN, "utf-8")
        named = {"path": str(other), "meta": meta}
        before = arrived(workspace)
        box = browser_tab.function("question", "submit")
        for data in ([named, [], []], ["a", [named], []], ["a", [str(other), named], []]):
            assert browser_tab.call(**box, data=data).status_code == 422
            with Browser(address, origin="") as stranger:
                assert stranger.call(**box, data=data).status_code == 403
        for function in range(40):
            assert browser_tab.call(fn_index=function, data=[[named]]).status_code == 422
        for path in (other, "/etc/passwd", "/proc/self/environ", workspace.home.root / "page.key"):
            for way in ("file=", "file/", "proxy="):
                reply = browser_tab.get(f"gradio_api/{way}{path}")
                assert reply.status_code == 404
                assert WRITTEN not in reply.text
        assert arrived(workspace) == before

    def test_gradio_itself_refuses_them_too(self, workspace: Workspace, tmp_path: Path) -> None:
        """The second wall, should the first fall: the page counts as launched."""
        import ui
        from assistant.page.serving import mounted
        from assistant.page.shelf import Shelf

        page = ui.build(workspace)
        mounted(page, workspace, Shelf())
        assert page.has_launched
        assert page.is_running

    def test_what_is_uploaded_arrives_where_nobody_else_reads(
        self, workspace: Workspace, address: str
    ) -> None:
        assert stat.S_IMODE(workspace.home.arriving.stat().st_mode) == 0o700
        assert stat.S_IMODE(workspace.home.page_key.stat().st_mode) == 0o600


class TestOtherSites:
    @pytest.mark.parametrize(
        "host", ["evil.example", "evil.example:{port}", "127.0.0.1", "localhost.:{port}", "", "127.0.0.1:1"]
    )
    def test_a_name_pointed_at_this_machine_is_not_answered(self, address: str, host: str) -> None:
        port = address.rstrip("/").rpartition(":")[2]
        for path in ("", "config", "pdf?paper=zebra", "gradio_api/app_id"):
            reply = httpx.get(address + path, headers={"Host": host.format(port=port)}, trust_env=False)
            assert reply.status_code in (400, 421)
            assert "zebra" not in reply.text

    def test_this_machines_own_names_are_answered(self, address: str) -> None:
        port = address.rstrip("/").rpartition(":")[2]
        for host in (f"127.0.0.1:{port}", f"LOCALHOST:{port}", f"[::1]:{port}"):
            assert httpx.get(address, headers={"Host": host}, trust_env=False).status_code == 200

    @pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1:1", ""])
    def test_another_origin_writes_nothing(self, address: str, workspace: Workspace, origin: str) -> None:
        before = arrived(workspace)
        with Browser(address, origin=origin) as client:
            assert client.upload().status_code == 403
            assert client.call(fn_index=1, data=["a", [], []]).status_code == 403
            reply = client.get("", headers={"Origin": origin or "https://evil.example"})
            assert reply.status_code == 403
            assert client.request("OPTIONS", "gradio_api/upload").status_code in (403, 405)
        assert arrived(workspace) == before

    def test_no_reply_lets_another_site_read_or_frame_it(self, browser_tab: Browser) -> None:
        for path in (
            "",
            "config",
            "theme.css",
            "look/page.js",
            "pages?paper=zebra&page=1",
            "nowhere",
            "gradio_api/app_id",
        ):
            reply = browser_tab.get(path)
            assert not [name for name in reply.headers if name.startswith("access-control")]
            assert reply.headers["x-frame-options"] == "DENY"
            assert reply.headers["cross-origin-resource-policy"] == "same-origin"
            assert reply.headers["x-content-type-options"] == "nosniff"
            for promise in (
                "frame-ancestors 'none'",
                "form-action 'self'",
                "default-src 'none'",
                "object-src 'none'",
            ):
                assert promise in reply.headers["content-security-policy"]
            scripts = reply.headers["content-security-policy"].split("script-src")[1].split(";")[0]
            assert "unsafe-inline" not in scripts

    def test_only_the_page_itself_is_opened_by_a_link_from_elsewhere(self, browser_tab: Browser) -> None:
        for site in ("cross-site", "same-site"):
            told = {"Sec-Fetch-Site": site, "Sec-Fetch-Mode": "navigate"}
            with httpx.Client(base_url=browser_tab.base_url, trust_env=False) as client:
                assert client.get("", headers=told).status_code == 200
                for path in (
                    "pdf?paper=zebra",
                    "gradio_api/deep_link?session_hash=mine",
                    "pages?paper=zebra&page=1",
                ):
                    assert client.get(path, headers=told).status_code == 403

    def test_what_the_page_does_not_use_is_not_there(
        self, browser_tab: Browser, workspace: Workspace
    ) -> None:
        before = arrived(workspace)
        for path in (
            "gradio_api/deep_link?session_hash=mine", "gradio_api/info", "gradio_api/openapi.json", "monitoring",
            "monitoring/summary", "gradio_api/runs", "gradio_api/token", "dev/reload", "gradio_api/vibe-code/", "docs",
            "svelte/x.js", "assets/%2e%2e/config",
        ):  # fmt: skip
            assert browser_tab.get(path).status_code in (404, 405), path
        for path in (
            "gradio_api/component_server",
            "gradio_api/process_recording",
            "gradio_api/vibe-edit/",
            "login",
        ):
            assert browser_tab.post(path, json={}).status_code in (404, 405), path
        assert arrived(workspace) == before


class TestCalls:
    WRONG: Iterator[Any] = (
        {}, [], None, "words", 3, {"fn_index": 99999, "data": []}, {"fn_index": -1, "data": []},
        {"fn_index": "1", "data": ["a", [], []]}, {"fn_index": 1, "data": ["a"]}, {"fn_index": 1, "data": "abc"},
        {"fn_index": 1, "data": [["a"], [], []]}, {"fn_index": 1, "data": ["a", "b", []]},
        {"fn_index": 1, "data": ["a", [1, 2], []]}, {"fn_index": 1, "data": [{"a": 1}, [], []]},
        {"fn_index": 1, "data": ["a" * 300_000, [], []]}, {"fn_index": 1, "data": ["a", ["b"] * 5000, []]},
        {"fn_index": 1, "data": ["\ud800", [], []]}, {"fn_index": 1, "trigger_id": 3, "data": ["a", [], []]},
        {"fn_index": 1, "session_hash": "../../x", "data": ["a", [], []]},
        {"fn_index": 4, "trigger_id": 1, "event_data": {"tab": {"a": 1}}}, {"fn_index": 4, "trigger_id": 1},
    )  # type: ignore[assignment] # fmt: skip

    def test_what_the_page_never_sends_is_refused_without_a_traceback(
        self, browser_tab: Browser, capfd: pytest.CaptureFixture[str]
    ) -> None:
        for body in self.WRONG:
            asked = {"session_hash": "mine", "data": [], **body} if isinstance(body, dict) else body
            reply = browser_tab.post("gradio_api/queue/join", content=json.dumps(asked).encode())
            assert reply.status_code in (413, 422), body
        for content in (b"", b"{", b"[" * 100_000, b"\xff\xfe", b"x" * 2 * 1024**2):
            reply = browser_tab.post("gradio_api/queue/join", content=content)
            assert reply.status_code in (413, 422)
        said = capfd.readouterr()
        assert "Traceback" not in said.out + said.err

    def test_odd_uploads_are_refused_without_a_traceback(
        self, browser_tab: Browser, capfd: pytest.CaptureFixture[str]
    ) -> None:
        form = {"Content-Type": "multipart/form-data; boundary=x"}
        part = '--x\r\nContent-Disposition: form-data; name="files"{}\r\n\r\nabc\r\n--x--\r\n'
        for content in (b"", b"--x", part.format("").encode(), part.format('; filename=""').encode(),
                        part.format('; filename=".."').encode(), part.format('; filename="../../x.pdf"').encode(),
                        part.format(f'; filename="{"n" * 5000}.pdf"').encode()):  # fmt: skip
            reply = browser_tab.post("gradio_api/upload", content=content, headers=form)
            assert reply.status_code < 500, content[:80]
        for kind in ("text/plain", "multipart/form-data", ""):
            reply = browser_tab.post("gradio_api/upload", content=b"abc", headers={"Content-Type": kind})
            assert 400 <= reply.status_code < 500
        said = capfd.readouterr()
        assert "Traceback" not in said.out + said.err

    def test_an_answer_is_heard_by_who_asked_and_by_nobody_else(
        self, browser_tab: Browser, address: str
    ) -> None:
        asked = browser_tab.ask("How long was the zebra gripper trained?", "private")
        assert asked.status_code == 200
        with Browser(address) as other:
            for path in ("gradio_api/queue/data?session_hash=private", "gradio_api/heartbeat/private"):
                assert other.get(path).status_code == 403
            assert other.ask("a", "private").status_code == 403
        assert "seventeen hours" in browser_tab.heard("private")

    def test_an_upload_belongs_to_who_sent_it(
        self, browser_tab: Browser, address: str, tmp_path: Path
    ) -> None:
        paper = pdf(tmp_path / "heron.pdf", SENTENCES, TITLE)
        [stored] = browser_tab.upload("heron.pdf", paper.read_bytes()).json()
        adding = browser_tab.function("files", "upload")
        files = [[{"path": stored, "meta": FILE, "url": "http://evil.example/x"}]]
        with Browser(address) as other:
            assert other.call(**adding, data=files).status_code == 422
        assert browser_tab.call(**adding, data=files).status_code == 200
        browser_tab.heard()


class TestBeyondThisMachine:
    def test_a_page_for_others_does_not_open_without_a_password(self) -> None:
        from assistant.cli import cli

        for options in (
            ["--host", "0.0.0.0"],  # noqa: S104
            ["--host", "::"],
            ["--allow-host", "lab.example"],
            ["--root-path", "/duality"],
        ):
            result = CliRunner().invoke(cli, ["ui", *options])
            said = str(result.exception)
            assert result.exit_code == 1
            assert "--new-password" in said
            assert getattr(result.exception, "exit_code", None) == 2

    def test_a_made_up_password_is_printed_once_and_lets_in(self, capsys: pytest.CaptureFixture[str]) -> None:
        from assistant.cli.serving import terms_of
        from assistant.settings import Screen

        terms = terms_of(Screen(host="0.0.0.0"), make=True)  # noqa: S104
        secret = capsys.readouterr().out.rpartition(": ")[2].strip()
        assert terms.passwords is not None
        assert terms.passwords.fits("", secret)
        assert not terms.passwords.fits("", f"{secret}x")
        assert terms.questions
        assert terms.uploads

    def test_every_address_asks_for_the_password_and_a_login_opens_them(self, workspace: Workspace) -> None:
        passwords = Passwords({"ada": hashed("correct horse battery").encode()})
        with served(workspace, passwords=passwords) as address, Browser(address) as client:
            assert "Log in" in client.get("").text
            for path in ("config", "pdf?paper=zebra", "pages?paper=zebra&page=1", "look/page.js", "theme.css",
                         "assets/index.js", "gradio_api/queue/data?session_hash=mine", "gradio_api/heartbeat/mine",
                         "export?of=x", "card?paper=zebra&source=digest", "gradio_api/app_id"):  # fmt: skip
                assert client.get(path).status_code == 401, path
            assert client.call(fn_index=1, data=["a", [], []]).status_code == 401
            assert client.upload().status_code == 401
            client.cookies.set((client.cookies.jar._cookies and "x") or "duality", "forged")  # type: ignore[attr-defined]
            wrong = client.post("login", data={"name": "ada", "password": "wrong"})
            assert (wrong.status_code, "not right" in wrong.text) == (403, True)
            right = client.post("login", data={"name": "ada", "password": "correct horse battery"})
            assert right.status_code == 303
            assert "HttpOnly" in right.headers["set-cookie"]
            assert client.get("config").status_code == 200
            assert client.post("logout").status_code == 303
            assert client.get("config").status_code == 401

    def test_passwords_cannot_be_guessed_one_after_another(self, workspace: Workspace) -> None:
        passwords = Passwords({"": b"$2b$04$" + b"a" * 53})
        with served(workspace, passwords=passwords) as address, Browser(address) as client:
            codes = [client.post("login", data={"password": f"guess {n}"}).status_code for n in range(12)]
        assert codes[:10] == [403] * 10
        assert codes[10:] == [429] * 2

    def test_one_visitor_may_not_ask_without_end(self, workspace: Workspace) -> None:
        with served(workspace, questions=2, uploads=1) as address:
            codes = []
            for tab in ("first", "second", "third"):
                with Browser(address) as client:  # a new browser is no new visitor
                    codes.append(client.ask("Zebra?", tab).status_code)
            assert codes == [200, 200, 429]
            with Browser(address) as client:
                assert [client.upload().status_code for _ in range(2)] == [200, 429]
                assert "wait" in client.upload().text

    def test_a_read_only_page_takes_nothing_in_and_removes_nothing(self, workspace: Workspace) -> None:
        with served(workspace, read_only=True) as address, Browser(address) as client:
            assert client.upload().status_code == 403
            events = {name for d in client.get("config").json()["dependencies"] for _, name in d["targets"]}
            assert not events & {"file", "remove", "back", "upload"}
            asked = client.ask("How long was the zebra gripper trained?")
            assert asked.status_code == 200
            assert "seventeen hours" in client.heard()

    def test_further_names_are_answered_where_they_are_named(self) -> None:
        hosts = Hosts.of("127.0.0.1", 7860, ["lab.example"], "https://papers.example/duality")
        assert hosts.beyond
        for name in ("lab.example", "LAB.example:7860", "papers.example", "127.0.0.1:7860"):
            assert hosts.answers(name, "127.0.0.1"), name
        for name in ("lab.example:80", "evil.example", "x.lab.example", "10.0.0.5:7860"):
            assert not hosts.answers(name, "127.0.0.1"), name
        assert Hosts.of("0.0.0.0", 7860).answers("10.0.0.5:7860", "10.0.0.5")  # noqa: S104
        assert not Hosts.of("0.0.0.0", 7860).answers("rebound.example:7860", "10.0.0.5")  # noqa: S104


class TestInTheBrowser:
    pytestmark = browser_only

    def test_a_link_from_elsewhere_fills_the_form_and_waits_for_the_button(
        self, seen: Seen, address: str
    ) -> None:
        page = seen.page
        for link, box, button, result in (
            ("#compare?a=eureka&b=text2reward", "#side-b input", "#compare-go", "#comparison"),
            (
                "#summarise?of=paper%3Ama2023eureka&length=line",
                "#summary-of input",
                "#summarise-go",
                "#summary",
            ),
        ):
            page.goto("about:blank")
            page.goto(address + link)
            page.wait_for_selector(".empty:has-text('A link filled in the form')")
            page.wait_for_function(f"document.querySelector('{box}').value !== ''")
            assert page.locator(".turn table, .comparison-table, .summary-parts").count() == 0
            page.click(button)
            page.wait_for_selector(f"{result} .export")
            page.reload()
            page.wait_for_selector("[data-here^='#']", state="attached")
        assert seen.errors == []

    def test_a_frame_shows_nothing_of_it(self, context: Any, address: str) -> None:
        page = context.new_page()
        page.set_content(f'<iframe src="{address}"></iframe>')
        page.wait_for_timeout(500)
        assert all("question" not in frame.content() for frame in page.frames)
        page.close()
