"""Fetching the catalogue's PDFs: one at a time, politely, from the first address that gives it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, Literal

from corpus.errors import StorageFailed, Unreachable
from corpus.fetching import record
from corpus.fetching.addresses import addresses, host_of, landing
from corpus.fetching.manners import PAUSE_SECONDS, Clock, Manners, Stopped, user_agent
from corpus.fetching.network import silent
from corpus.fetching.part import Part, Version
from corpus.fetching.record import Entry, Failure
from corpus.fetching.refusals import Refused, Unanswered
from corpus.fetching.transfer import Limits, Transfer

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence
    from pathlib import Path

    import httpx

    from corpus.paper import Paper

CONNECT_SECONDS: Final = 5.0
READ_SECONDS: Final = 30.0
PATIENCE: Final = 3
"""Papers in a row that a host may fail for want of strength, before it is left alone for this run."""

BY_HAND: Final = "open {where} in a browser, save the PDF as {path}, then run `duality index build`"
LATER: Final = "fetch it again later; it goes on from there"

Outcome = Literal["fetched", "there", "altered", "paywalled", "failed"]


@dataclass(frozen=True, slots=True)
class Fetched:
    """What became of one paper.

    Attributes:
        paper: The paper.
        outcome: "there" was there before, "altered" too but is not what came, "paywalled" has no free PDF.
        path: Where the PDF lies; None where there is none.
        note: What to know of it; why it failed.
        remedy: What the user can do.
        address: Where it came from, or would; for a pay-walled one where a reader finds it.
        size: Bytes of the PDF, 0 where there is none.
    """

    paper: Paper
    outcome: Outcome
    path: Path | None = None
    note: str = ""
    remedy: str = ""
    address: str = ""
    size: int = 0


@dataclass(frozen=True, slots=True)
class Progress:
    """How far one download is.

    Attributes:
        paper: The paper in hand.
        done: Bytes so far.
        total: Bytes in all; None where the host does not say.
        note: What is waited for; "" where bytes are coming.
    """

    paper: Paper
    done: int = 0
    total: int | None = None
    note: str = ""


def held(paper: Paper, directory: Path, known: record.Record | None = None) -> Fetched | None:
    """How the PDF stands in `directory` without asking anybody; None where it is still to be fetched."""
    path = directory / f"{paper.id}.pdf"
    if path.exists():
        entry = (known or record.read(directory)).papers.get(paper.id)
        size = path.stat().st_size
        if entry is None or not record.is_altered(path, entry):
            return Fetched(paper, "there", path, "", "", entry.address if entry else "", size)
        note = f"{path.name} was changed after it came (its SHA-256 is another)"
        remedy = (
            f"`duality corpus fetch --all --paper {paper.id}` brings the original, and keeps yours beside it"
        )
        return Fetched(paper, "altered", path, note, remedy, entry.address, size)
    if not addresses(paper):
        where = landing(paper)
        note = f"no free PDF is known: {where}" if where else "no free PDF is known"
        remedy = f"if you may read it, save the PDF as {path}, then run `duality index build`"
        return Fetched(paper, "paywalled", None, note, remedy, where)
    return None


def fetch(
    papers: Sequence[Paper],
    directory: Path,
    contact: str | None = None,
    cancelled: Callable[[], bool] | None = None,
    progress: Callable[[Progress], None] | None = None,
    *,
    anew: Collection[str] = (),
    queue: Path | None = None,
    pause: float = PAUSE_SECONDS,
    clock: Clock | None = None,
    limits: Limits | None = None,
) -> Iterator[Fetched]:
    """Each paper's PDF in `directory`, as `<id>.pdf`, one after the other; those of interrupted fetches are gone on with.

    Args:
        papers: Those wanted.
        directory: Where the PDFs go, and `fetched.json` beside them.
        contact: A mail address told to the hosts.
        cancelled: Asked between and during downloads; what has come by then is kept.
        progress: Told how far the paper in hand is.
        anew: Ids of papers to ask for even if they are there; what did not change at the host is left alone.
        queue: Folder of the lock and the memory that make several processes, and several folders of one home, take
            turns; `directory` where it is not given.
        pause: Seconds between two requests to one host.
        clock: Time, for tests.
        limits: What one PDF may take.

    Raises:
        Unreachable: No host takes a connection, found out within some seconds.
        StorageFailed: The disk is full or refuses.
    """
    import httpx

    # identity: a compressed answer could neither be resumed nor held against its length
    headers = {"User-Agent": user_agent(contact), "Accept": "application/pdf", "Accept-Encoding": "identity"}
    timeout = httpx.Timeout(READ_SECONDS, connect=CONNECT_SECONDS)
    manners = Manners(queue or directory, cancelled or (lambda: False), pause, clock)
    with httpx.Client(headers=headers, timeout=timeout, follow_redirects=False) as client:
        run = _Run(client, directory, manners, limits or Limits(), progress or (lambda _: None), anew=anew)
        yield from run.all(papers)


@dataclass(slots=True)
class _Run:
    """One fetch of many papers: what it has learnt of the hosts."""

    client: httpx.Client
    directory: Path
    manners: Manners
    limits: Limits
    progress: Callable[[Progress], None]
    anew: Collection[str]
    down: dict[str, str] = field(default_factory=dict)
    tired: Counter[str] = field(default_factory=Counter)
    hosts: set[str] = field(default_factory=set)
    looked: bool = False
    reached: bool = False

    def all(self, papers: Sequence[Paper]) -> Iterator[Fetched]:
        known = record.read(self.directory)
        for position, paper in enumerate(papers):
            if self.manners.stopped():
                return
            here = held(paper, self.directory, known)
            if here is not None and (here.path is None or paper.id not in self.anew or not addresses(paper)):
                yield here
                continue
            if not self.looked:
                self._look(papers[position:])
            try:
                yield self._one(paper)
            except Stopped:
                return
            except OSError as error:
                raise StorageFailed(
                    f"{self.directory / paper.id}.pdf cannot be written ({error.strerror or error}): "
                    "free some space, then fetch again."
                ) from error

    def _look(self, papers: Sequence[Paper]) -> None:
        """Find out which hosts are there at all, before one after the other is waited for."""
        self.looked = True
        named = {address for paper in papers for address in addresses(paper)}
        self.hosts = {host_of(address) for address in named}
        quiet = silent(named)
        for address, reason in quiet.items():
            self.down.setdefault(host_of(address), f"cannot be reached ({reason})")
        if named and quiet.keys() >= named:
            raise Unreachable(self._nobody())

    def _nobody(self) -> str:
        host, reason = next(iter(self.down.items()))
        others = len(self.down) - 1
        more = f", nor can {others} other host{'s' * (others > 1)}" if others else ""
        return (
            f"{host} {reason}{more}: PDFs are not fetched. Try again when the network is there, or put PDFs you have "
            "into a folder and run `duality index build --pdfs FOLDER`."
        )

    def _one(self, paper: Paper) -> Fetched:
        """The paper from its first address that gives it."""

        def told(done: int, total: int | None, note: str = "") -> None:
            self.progress(Progress(paper, done, total, note))

        transfer = Transfer(self.client, self.manners, self.limits, told)
        reasons: list[str] = []
        later = False
        with self.manners.alone(lambda note: told(0, None, note)):
            if paper.id not in self.anew and (come := held(paper, self.directory)) is not None:
                return come  # another process fetched it while this one waited
            for address in addresses(paper):
                host = host_of(address)
                if host in self.down:
                    reasons.append(f"{host} {self.down[host]}")
                    later = True
                    continue
                try:
                    result = self._brought(paper, address, transfer)
                except Unanswered as error:
                    self.down[host] = f"cannot be reached ({error})"
                    reasons.append(f"{host} {self.down[host]}")
                    later = True
                    continue
                except Refused as error:
                    self.reached = True
                    reasons.append(f"{host} {error.reason}")
                    later = later or error.later
                    self.tired[host] = self.tired[host] + 1 if error.later else 0
                    if self.tired[host] >= PATIENCE:
                        self.down[host] = f"is left alone for now: it {error.reason}"
                    continue
                self.reached, self.tired[host] = True, 0
                return result
            if not self.reached and self.hosts <= self.down.keys():
                raise Unreachable(self._nobody())
            return self._failed(paper, reasons, later=later)

    def _brought(self, paper: Paper, address: str, transfer: Transfer) -> Fetched:
        path = self.directory / f"{paper.id}.pdf"
        before = record.read(self.directory).papers.get(paper.id)
        true = before is not None and path.exists() and not record.is_altered(path, before)
        known = Version(address, before.etag, before.modified) if before and true else None
        part = Part(path)
        version = transfer.bring(address, part, known if before and before.address == address else None)
        if version is None:
            return Fetched(paper, "there", path, "unchanged at its host", "", address, path.stat().st_size)
        size, sha256 = part.size(), record.checksum(part.path)
        note = ""
        if path.exists():
            if true and before is not None and before.sha256 == sha256:
                part.drop()
                return Fetched(paper, "there", path, "unchanged at its host", "", address, size)
            note = "a newer version"
            if not true:  # somebody's own file, or one that was changed here: never thrown away
                aside = path.with_suffix(".pdf.before")
                path.replace(aside)
                note = f"the file that was there is kept as {aside.name}"
            record.keep(self.directory, paper.id, None)
        part.finish(path)
        now = datetime.now(UTC).isoformat(timespec="seconds")
        entry = Entry(address, sha256, size, now, version.etag, version.modified)
        record.keep(self.directory, paper.id, entry)
        return Fetched(paper, "fetched", path, note, "", address, size)

    def _failed(self, paper: Paper, reasons: Sequence[str], *, later: bool) -> Fetched:
        path = self.directory / f"{paper.id}.pdf"
        first = addresses(paper)[0]
        reason = "; ".join(dict.fromkeys(reasons))
        remedy = LATER if later else BY_HAND.format(where=landing(paper) or first, path=path)
        now = datetime.now(UTC).isoformat(timespec="seconds")
        record.keep(self.directory, paper.id, Failure(reason, now, remedy))
        return Fetched(paper, "failed", None, reason, remedy, first)
