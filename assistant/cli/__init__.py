"""The command line: `duality`.

Each command's module is imported when it is called for; `duality --help` imports none of the heavy libraries.
"""

from __future__ import annotations

import importlib
import logging
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from corpus import disk, memory
from corpus.errors import DualityError, WrongUse
from corpus.spelling import either, key, nearest

if TYPE_CHECKING:
    from collections.abc import Mapping

COMMANDS: Final = {
    "ask": ("asking", "Ask a question; the answer cites paper and page."),
    "summarize": ("summarizing", "Summarise a paper, a category or a topic; every sentence is cited."),
    "search": ("asking", "Ranked passages for a question, without a model."),
    "compare": ("comparing", "Two to four approaches side by side, each cell with its source."),
    "screen": (
        "screening",
        "Every paper against a criterion: yes, no, not stated or unclear, with evidence.",
    ),
    "facts": ("screening", "The properties of papers and their values, or all facts of one paper."),
    "overview": ("overview", "All papers counted by two properties, as a table or a picture; gaps are seen."),
    "check": ("checking", "Hold a text of your own against the papers, sentence by sentence."),
    "ui": ("serving", "Open the chat in the browser."),
    "corpus": ("corpus_commands", "The papers' PDFs, and the list of papers itself."),
    "index": ("indexing", "Build the index, or see what is in it."),
    "papers": ("listing", "List the papers, or show one."),
    "highlight": ("highlighting", "A copy of a paper's PDF with what answers a question highlighted."),
    "add": ("adding", "Add papers: PDFs, folders, arXiv ids or addresses."),
    "remove": ("adding", "Remove the PDFs of papers from the index."),
    "taxonomy": ("listing", "The survey's taxonomy with its counts."),
    "models": ("configuring", "The models that are configured and on disk; pull one."),
    "config": ("configuring", "Every setting, and where it came from."),
    "read": ("reading", "Show what is read of a PDF: text, tables, figures, footnotes."),
    "eval": ("evaluating", "Measure search and answers on questions with known answers."),
    "doctor": ("examining", "Look for what is wrong, and how to mend it."),
}

ALIASES: Final = {"summarise": "summarize"}


class Commands(click.Group):
    """A group whose commands are imported one by one; a misspelt one is met with the nearest.

    Args:
        known: For each command its module in this package, and its line of help.
    """

    def __init__(self, *args: Any, known: Mapping[str, tuple[str, str]] = COMMANDS, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known = known

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """The commands in the order in which a user meets them."""
        return list(self.known)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """The command itself, imported now."""
        if cmd_name not in self.known:
            return None
        module = importlib.import_module(f"assistant.cli.{self.known[cmd_name][0]}")
        command: click.Command = getattr(module, cmd_name)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As click's, with a hint for a name that does not exist."""
        args = [ALIASES.get(args[0], args[0]), *args[1:]] if args else args
        if args and args[0] not in self.known and not args[0].startswith("-"):
            alike = nearest(args[0], {key(name): name for name in self.known})
            here = " ".join(("duality", *ctx.command_path.split()[1:]))
            hint = f"Did you mean {either(alike)}?" if alike else f"`{here} --help` lists the commands."
            raise WrongUse(f"There is no command {args[0]!r}. {hint}")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """The list of commands, without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in self.known.items()])


class _Told(logging.Handler):
    """Shows a sentence for the user on the error channel, wherever that is by then."""

    def emit(self, record: logging.LogRecord) -> None:
        """Print it."""
        click.echo(f"duality: {record.getMessage()}", err=True)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option("--debug", is_flag=True, help="Show tracebacks and what happens inside.")
@click.version_option(
    None, "-V", "--version", package_name="duality-assistant", message="duality %(version)s"
)
@click.pass_context
def cli(ctx: click.Context, debug: bool) -> None:
    """Ask the literature where generative AI meets reinforcement learning in robotics.

    Answers come from the papers curated by the survey "The Duality of Generative AI and Reinforcement
    Learning in Robotics: A Review"; every sentence cites paper, page and taxonomy category.

    \b
    Start with:
      duality ui                                  the chat, at http://127.0.0.1:7860
      duality ask "How does Eureka write rewards?"
      duality index build --pdfs FOLDER           read your PDFs of the papers

    \b
    Exit codes: 0 done, 2 wrong use, 3 nothing indexed, 4 model not available, 5 index locked,
    6 unreadable document, 7 no network, 8 disk, 9 damaged catalogue, 130 interrupted, 1 anything else.
    """
    ctx.obj = {}
    level = logging.DEBUG if debug else logging.ERROR
    logging.basicConfig(level=level, format="%(name)s: %(message)s", stream=sys.stderr)
    told = logging.getLogger("duality")  # sentences for the user
    told.setLevel(logging.WARNING)
    told.propagate = False
    told.handlers = [_Told()]


def main() -> None:
    """Run the command line; errors are one line, and each kind has its exit code."""
    debug = "--debug" in sys.argv
    try:
        code = cli.main(standalone_mode=False)
        sys.exit(code if isinstance(code, int) else 0)
    except DualityError as error:
        if debug:
            raise
        _fail(str(error), error.exit_code)
    except click.exceptions.Exit as stop:
        sys.exit(stop.exit_code)
    except click.ClickException as error:
        if isinstance(error, click.UsageError) and error.ctx is not None:
            click.echo(f"{error.ctx.get_usage()}\n", err=True)
        _fail(error.format_message(), 2)
    except (KeyboardInterrupt, click.exceptions.Abort):
        click.echo("Stopped; what was done is kept.", err=True)
        sys.exit(130)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except OSError as error:
        if debug:
            raise
        if memory.is_lack(error):
            _fail(memory.TOO_LITTLE, 1)
        path = Path(os.fsdecode(error.filename)) if isinstance(error.filename, (str, bytes)) else Path.cwd()
        what = f"{path}: " if error.filename else ""
        _fail(f"{what}{error.strerror or error}: {disk.why(error, path)}.", 8)
    except Exception as error:
        if debug:
            raise
        if memory.is_lack(error):
            _fail(memory.TOO_LITTLE, 1)
        _fail(
            f"An unexpected fault ({type(error).__name__}: {error}). Run again with --debug to see where, and please report it.",
            1,
        )


def _fail(message: str, code: int) -> Any:
    click.echo(f"duality: {message}", err=True)
    sys.exit(code)
