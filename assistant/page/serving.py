"""The page as a web application, served on this machine until it is interrupted."""

from __future__ import annotations

import contextlib
import os
import socket
import threading
from typing import TYPE_CHECKING, Any

from assistant.page.entrance.hosts import EVERYWHERE, bracketed
from assistant.uploads import LARGEST_BYTES
from corpus.errors import DualityError, StorageFailed

if TYPE_CHECKING:
    from pathlib import Path

    from fastapi import FastAPI

    from assistant.page.entrance import Entrance
    from assistant.page.shelf import Shelf
    from assistant.preparation import Preparation
    from assistant.settings import Screen
    from assistant.workspace import Workspace

HEAD = '<link rel="stylesheet" href="look/page.css"><script src="look/page.js"></script>'


def mounted(page: Any, workspace: Workspace, shelf: Shelf, root_path: str = "") -> FastAPI:
    """Gradio's blocks as a web application with the page's look, script and addresses."""
    import gradio as gr
    from fastapi import FastAPI

    from assistant.page.web import addresses

    web = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    addresses(web, workspace, shelf)
    sans = ("-apple-system", "Segoe UI", "Roboto", "Noto Sans", "Liberation Sans", "Arial", "sans-serif")
    mono = ("ui-monospace", "Consolas", "monospace")
    theme = gr.themes.Base(primary_hue="blue", neutral_hue="stone", font=sans, font_mono=mono)
    there: FastAPI = gr.mount_gradio_app(
        web, page, "/", theme=theme, footer_links=[], run_history=False, show_error=False, ssr_mode=False,
        max_file_size=LARGEST_BYTES, root_path=root_path or None, head=HEAD,
    )  # fmt: skip
    # Only a page that was launched checks whether a path that a caller names was uploaded; mounting does not say so.
    page.has_launched = page.is_running = True
    return there


def keep_uploads_in(folder: Path) -> None:
    """Tells gradio to put what is uploaded into this folder, which nobody else on the machine can read.

    Raises:
        StorageFailed: The folder cannot be made.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o700)
    except OSError as error:
        raise StorageFailed(
            f"{folder}, where uploads arrive, cannot be made ({error.strerror}): free some space or check its permissions."
        ) from error
    os.environ["GRADIO_TEMP_DIR"] = str(folder)


def run(web: Entrance, screen: Screen, preparation: Preparation, *, open_browser: bool) -> None:
    """Serve a web application; returns when it is interrupted.

    Args:
        web: The application.
        screen: Where it is served.
        preparation: Begun once the page is on its way, ended with it.
        open_browser: Open the user's browser once the page is there.
    """
    import click
    import uvicorn

    from assistant.page import ending

    config = uvicorn.Config(
        web, host=screen.host, port=screen.port, log_level="warning", timeout_graceful_shutdown=2,
        ssl_certfile=screen.certificate, ssl_keyfile=screen.certificate_key,
        proxy_headers=bool(screen.root_path), server_header=False, http=ending.Impatient,
    )  # fmt: skip
    server = ending.Server(config)
    ending.tidy()
    address = address_of(screen)

    def announce() -> None:
        while not server.started and not server.should_exit:
            threading.Event().wait(0.1)
        click.echo(f"Duality is open at {address} (Ctrl-C ends it).")
        if open_browser:
            import webbrowser

            webbrowser.open(address)

    threading.Thread(target=announce, daemon=True).start()
    preparation.start()
    try:
        with contextlib.suppress(KeyboardInterrupt):
            server.run()
    finally:
        preparation.stop()


def address_of(screen: Screen) -> str:
    """Where the page is opened on this machine."""
    scheme = "https" if screen.certificate else "http"
    return f"{scheme}://{'127.0.0.1' if screen.host in EVERYWHERE else bracketed(screen.host)}:{screen.port}"


def claim(host: str, port: int) -> None:
    """Raises DualityError where the port cannot be listened on."""
    try:
        family, kind, *_, where = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind) as trial:
            if os.name == "posix":
                trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            trial.bind(where)
    except OSError as error:
        why = error.strerror or str(error)
        raise DualityError(
            f"The page cannot be served at {host}:{port} ({why}): give another port with `--port`."
        ) from error
