"""The page as a web application, served on this machine until it is interrupted."""

from __future__ import annotations

import contextlib
import os
import socket
import threading
from typing import TYPE_CHECKING, Any

from assistant.page import asset
from corpus.errors import DualityError, StorageFailed

if TYPE_CHECKING:
    from pathlib import Path

    from fastapi import FastAPI

    from assistant.page.shelf import Shelf
    from assistant.preparation import Preparation
    from assistant.workspace import Workspace


def mounted(page: Any, workspace: Workspace, shelf: Shelf) -> FastAPI:
    """Gradio's blocks as a web application with the page's look, script and addresses."""
    import gradio as gr
    from fastapi import FastAPI

    from assistant.page.web import addresses

    web = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    addresses(web, workspace, shelf)
    sans = ("-apple-system", "Segoe UI", "Roboto", "Noto Sans", "Liberation Sans", "Arial", "sans-serif")
    mono = ("ui-monospace", "Consolas", "monospace")
    theme = gr.themes.Base(primary_hue="blue", neutral_hue="stone", font=sans, font_mono=mono)
    style = asset("style.css") + asset("tabs.css")
    script = asset("page.js") + asset("tabs.js")
    mounted_there: FastAPI = gr.mount_gradio_app(
        web, page, "/", theme=theme, footer_links=[], run_history=False, show_error=False, ssr_mode=False,
        max_file_size=300 * 1024**2, head=f"<style>{style}</style><script>{script}</script>",
    )  # fmt: skip
    # Only a page that was launched checks whether a path that a caller names was uploaded; mounting does not say so.
    page.has_launched = page.is_running = True
    return mounted_there


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


def run(web: FastAPI, host: str, port: int, preparation: Preparation, *, open_browser: bool) -> None:
    """Serve a web application; returns when it is interrupted.

    Args:
        web: The application.
        host: Address to listen on.
        port: Port to listen on.
        preparation: Begun once the page is on its way, ended with it.
        open_browser: Open the user's browser once the page is there.
    """
    import click
    import uvicorn

    config = uvicorn.Config(web, host=host, port=port, log_level="warning", timeout_graceful_shutdown=2)
    server = uvicorn.Server(config)
    address = f"http://{'127.0.0.1' if host in ('', '0.0.0.0', '::') else host}:{port}"  # noqa: S104 - compared only

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
