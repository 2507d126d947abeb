"""How serving ends: at the first signal in order, at the second at once; what is sent by halves is not waited for."""

import asyncio
import contextlib
import os
import signal
import time
from pathlib import Path
from types import FrameType
from typing import Any, Final

import uvicorn
from gradio import route_utils
from gradio.utils import get_upload_folder
from starlette.formparsers import MultiPartException
from starlette.requests import ClientDisconnect
from uvicorn.protocols.http.auto import AutoHTTPProtocol

HEAD_SECONDS: Final = 20.0  # from the first byte of a request, or from the connection, to the end of its head
PIECE_SECONDS: Final = 30.0  # between two pieces of its body
WHOLE_SECONDS: Final = 1800.0  # for all of it: 300 MB at 170 kB a second
LEFT_SECONDS: Final = 3600.0  # after which a rest of an upload belongs to no process that runs
SIGNALS: Final = (signal.SIGINT, signal.SIGTERM)


class Server(uvicorn.Server):
    """Ends in order at the first signal; from then on the system itself ends the process at the next, whatever runs.

    That loses nothing: what is stored survives `kill -9` (docs/reliability.md), and the processes that read PDFs
    end with this one.
    """

    def run(self, sockets: Any = None) -> None:
        """Serves until the first signal."""
        try:
            super().run(sockets)
        finally:
            hurry()  # uvicorn has put back what was there before it

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Uvicorn's place for this."""
        del sig, frame
        self.should_exit = True
        hurry()


def hurry() -> None:
    """The next signal ends the process at once."""
    for one in SIGNALS:
        signal.signal(one, signal.SIG_DFL)


class Impatient(AutoHTTPProtocol):  # type: ignore[misc, valid-type]
    """Closes a connection whose request does not come: uvicorn itself would wait for ever."""

    _since: float | None = None
    _timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: Any) -> None:
        """Nothing has come yet."""
        super().connection_made(transport)
        self._await_rest()

    def data_received(self, data: bytes) -> None:
        """A piece of a request."""
        before = self.cycle
        super().data_received(data)
        self._await_rest(before)

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing more will come."""
        self._stop()
        super().connection_lost(exc)

    def _await_rest(self, before: Any = None) -> None:
        """Set the clock, where a request is there by half."""
        self._stop()
        cycle, now = self.cycle, time.monotonic()
        head = cycle is None or (cycle is before and cycle.response_complete)
        if not head and not cycle.more_body:
            self._since = None
            return
        self._since = self._since or now
        left = self._since + (HEAD_SECONDS if head else WHOLE_SECONDS) - now
        self._timer = asyncio.get_running_loop().call_later(
            max(0.0, left if head else min(left, PIECE_SECONDS)), self.transport.close
        )

    def _stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None


class TidyParser(route_utils.GradioMultiPartParser):
    """Takes away what has come of an upload that ends before its end; gradio leaves it where it is."""

    async def parse(self) -> Any:
        """As gradio does it."""
        try:
            return await super().parse()
        except BaseException as error:
            for file in self._files_to_close_on_error:
                file.close()
                with contextlib.suppress(OSError):
                    os.unlink(file.name)  # noqa: PTH108 - in a coroutine
            if isinstance(error, ClientDisconnect):
                raise MultiPartException("The upload ended before its end.") from error
            raise


def tidy() -> None:
    """From now on no upload leaves a rest; what a process that was killed has left goes now."""
    route_utils.GradioMultiPartParser = TidyParser  # type: ignore[misc]
    for rest in Path(get_upload_folder()).glob("tmp*"):
        with contextlib.suppress(OSError):
            if rest.is_file() and time.time() - rest.stat().st_mtime > LEFT_SECONDS:
                rest.unlink()
