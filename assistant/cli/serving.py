"""`duality ui`: set up what is missing, open the page, and prepare the rest behind it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import click

from corpus.errors import WrongUse

if TYPE_CHECKING:
    from assistant.page.entrance import Terms
    from assistant.preparation import Task
    from assistant.settings import Screen

UNPROTECTED = (
    "Others could reach the page at {host}: protect it by a password. --password asks for one, --new-password makes one "
    "up and prints it once, --password-file FILE reads names and hashes (`duality config password NAME` writes them)."
)
IN_CLEAR = (
    "The page is not encrypted: others on the network can read the password and what is asked. Give --certificate and "
    "--certificate-key, or put a proxy with HTTPS before it (--root-path)."
)


@click.command()
@click.option("--host", help="Address to listen on.  [default: 127.0.0.1]")
@click.option("--port", type=click.IntRange(1, 65535), help="Port to listen on.  [default: 7860]")
@click.option("--open/--no-open", "open_browser", default=False, help="Open the browser.")
@click.option("--password", is_flag=True, help="Ask here for the password that visitors must give.")
@click.option("--new-password", is_flag=True, help="Make up a password, and print it once.")
@click.option("--password-file", metavar="FILE", help="Names and hashes of those who are let in.")
@click.option(
    "--read-only/--writable", default=None, help="Let nobody add, file or remove papers on the page."
)
@click.option(
    "--allow-host",
    multiple=True,
    metavar="NAME",
    help="A further name that the page is opened under; repeatable.",
)
@click.option("--root-path", metavar="PATH", help="Where a proxy shows the page: /path or https://host/path.")
@click.option("--certificate", metavar="FILE", help="Certificate (PEM) for https.")
@click.option("--certificate-key", metavar="FILE", help="Its private key (PEM).")
@click.pass_context
def ui(ctx: click.Context, /, open_browser: bool, password: bool, new_password: bool, **given: Any) -> None:
    """Open the chat in the browser.

    At the first start the embedder's weights are fetched and the digests of all papers indexed; then the page
    opens, and the chat model and the PDFs come behind it.

    The page answers only to this machine, unless --host names another of its addresses; then visitors need a
    password. A page for others: duality ui --host 0.0.0.0 --new-password --read-only
    """
    from assistant.cli.indexing import ensure_embedder, shown_progress
    from assistant.workspace import Workspace

    given["allow_hosts"] = ",".join(given.pop("allow_host")) or None
    overrides = {f"ui.{name}": value for name, value in given.items()}
    with Workspace.open({**(ctx.obj or {}), **overrides}) as workspace:
        terms = terms_of(workspace.settings.ui, ask=password, make=new_password)
        ensure_embedder(workspace)
        with shown_progress() as told:
            workspace.index_catalogue(told)
        from ui import serve

        serve(workspace, terms, open_browser, Reporter().told)


def terms_of(screen: Screen, *, ask: bool = False, make: bool = False) -> Terms:
    """Who is let in to a page; asks for a password or prints one where that is wanted.

    Args:
        screen: Where the page is served.
        ask: Whether a password is asked for.
        make: Whether one is made up and printed.

    Raises:
        WrongUse: Others could reach the page and nothing protects it, or the ways to protect it contradict each other.
        BadSettings: The file of passwords cannot be read.
    """
    from assistant.page.entrance import Hosts, Terms
    from assistant.page.entrance.passwords import Passwords, made_up

    if ask + make + (screen.password_file is not None) > 1:
        raise WrongUse("Give one of --password, --new-password and --password-file.")
    if (screen.certificate is None) != (screen.certificate_key is None):
        raise WrongUse("Give both --certificate and --certificate-key.")
    hosts = Hosts.of(screen.host, screen.port, screen.allow_hosts.split(","), screen.root_path)
    passwords = None
    if screen.password_file is not None:
        passwords = Passwords.read(screen.password_file)
    elif ask:
        passwords = Passwords.one(
            click.prompt("Password for the page", hide_input=True, confirmation_prompt=True)
        )
    elif make:
        secret = made_up()
        passwords = Passwords.one(secret)
        click.echo(f"The password of this page, until it ends: {secret}")
    if hosts.beyond and passwords is None:
        raise WrongUse(UNPROTECTED.format(host=screen.root_path or screen.host))
    if hosts.beyond and not screen.certificate and not screen.root_path:
        click.echo(IN_CLEAR, err=True)
    return Terms(
        hosts,
        passwords,
        read_only=screen.read_only,
        questions=screen.questions_an_hour if hosts.beyond else 0,
        uploads=screen.uploads_an_hour if hosts.beyond else 0,
        proxied=bool(screen.root_path),
    )


class Reporter:
    """Tells the terminal how the preparation goes: each change of state, and now and then how far."""

    def __init__(self) -> None:
        self._said: dict[str, tuple[str, float, str]] = {}

    def told(self, task: Task) -> None:
        """One line, where there is something new to say."""
        state, at, note = self._said.get(task.name, ("", 0.0, ""))
        new_state = task.state != state
        if not new_state and (task.note == note or time.monotonic() - at < 3.0):
            return
        self._said[task.name] = (task.state, time.monotonic(), task.note)
        far = (
            f" {task.done:.0f} of {task.total:.0f} {task.unit}"
            if task.total and task.state == "running"
            else ""
        )
        click.echo(f"{task.name}: {task.state}{far}{' – ' + task.note if task.note else ''}", err=True)
