"""The page as a web application, served on this machine until it is interrupted."""

from __future__ import annotations

import contextlib
import os
import socket
import threading
from typing import TYPE_CHECKING, Any

from assistant.page import asset
from corpus.errors import DualityError

if TYPE_CHECKING:
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
    return gr.mount_gradio_app(  # type: ignore[no-any-return]
        web, page, "/", theme=theme, footer_links=[], run_history=False, show_error=False, ssr_mode=False,
        max_file_size=300 * 1024**2, head=f"<style>{style}</style><script>{script}</script>",
    )  # fmt: skip


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

    from assistant.page import ending

    config = uvicorn.Config(web, host=host, port=port, log_level="warning", timeout_graceful_shutdown=2,
                            http=ending.Impatient)  # fmt: skip
    server = ending.Server(config)
    ending.tidy()
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
