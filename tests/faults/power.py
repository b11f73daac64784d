"""A disk that loses power: what SQLite wrote is recorded, and what a cut may leave of it is made up.

Between two syncs a disk may keep any of the sectors written meanwhile, in any order, and the names made or
removed since the folder was last synced may be as they were before. A sector (512 bytes) is old or new, never a
mixture. This is harsher than most file systems, which order more than they promise.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import apsw

SECTOR = 512
JOURNALS = apsw.SQLITE_OPEN_MAIN_JOURNAL | apsw.SQLITE_OPEN_SUPER_JOURNAL | apsw.SQLITE_OPEN_WAL


class Event(NamedTuple):
    """One thing that reached the operating system, in order; ``file`` numbers files, not names."""

    what: str
    file: int = 0
    name: str = ""
    offset: int = 0
    data: bytes = b""
    folder: bool = False
    """Whether the folder is synced with it."""


class Recorder(apsw.VFS):
    """SQLite's usual file system, everything that changes a file noted on the way."""

    def __init__(self, *there: Path) -> None:
        """``there``: the files there are already."""
        self.name = f"recorder{id(self)}"
        self.events: list[Event] = []
        self.files: dict[str, int] = {}
        self.numbers = itertools.count(1)
        super().__init__(self.name, base="")
        for path in there:
            self.number(str(path))

    def connect(self, path: Path) -> apsw.Connection:
        """Open a database whose writes are noted from now on."""
        return apsw.Connection(str(path), vfs=self.name, flags=apsw.SQLITE_OPEN_READWRITE)

    def note(self, what: str, *rest: Any, **more: Any) -> None:
        self.events.append(Event(what, *rest, **more))

    def number(self, name: str) -> int:
        """The number of a file: another one each time that the name is made anew."""
        if name not in self.files:
            self.files[name] = next(self.numbers)
        return self.files[name]

    def xOpen(self, name: Any, flags: list[int]) -> apsw.VFSFile:  # noqa: N802
        # A temporary file (how to take a statement back) has no name, and nothing to lose.
        return Recorded(self, name, flags) if name is not None else apsw.VFSFile("", None, flags)

    def xDelete(self, filename: str, syncdir: bool) -> None:  # noqa: N802
        super().xDelete(filename, syncdir)
        self.files.pop(filename, None)
        self.note("delete", name=filename, folder=bool(syncdir))


class Recorded(apsw.VFSFile):
    """One open file of a :class:`Recorder`."""

    def __init__(self, recorder: Recorder, name: Any, flags: list[int]) -> None:
        self.recorder = recorder
        path = name.filename() if isinstance(name, apsw.URIFilename) else name
        new = not Path(path).exists()
        super().__init__("", name, flags)
        self.number = recorder.number(path)
        # SQLite's own file system syncs the folder with the first sync of a new journal.
        self.syncs_folder = new and bool(flags[0] & JOURNALS)
        if new:
            recorder.note("create", self.number, path)

    def xWrite(self, data: bytes, offset: int) -> None:  # noqa: N802
        super().xWrite(data, offset)
        self.recorder.note("write", self.number, offset=offset, data=bytes(data))

    def xTruncate(self, newsize: int) -> None:  # noqa: N802
        super().xTruncate(newsize)
        self.recorder.note("truncate", self.number, offset=newsize)

    def xSync(self, flags: int) -> None:  # noqa: N802
        super().xSync(flags)
        self.recorder.note("sync", self.number, folder=self.syncs_folder)
        self.syncs_folder = False


@dataclass
class File:
    """A file as it lies on the disk for certain, and what was done to it since."""

    certain: bytearray = field(default_factory=bytearray)
    since: list[Event] = field(default_factory=list)


class Disk:
    """Files and names: what is certain after the events so far, and what is not."""

    def __init__(self, files: dict[str, bytes]) -> None:
        self.files = {n: File(bytearray(data)) for n, data in enumerate(files.values(), 1)}
        self.names = {name: n for n, name in enumerate(files, 1)}
        self.since: list[Event] = []

    def take(self, event: Event) -> None:
        """Go on by one event."""
        if event.what in ("write", "truncate"):
            self.files[event.file].since.append(event)
        elif event.what == "sync":
            file = self.files[event.file]
            for done in file.since:
                change(file.certain, done)
            file.since.clear()
        else:
            if event.what == "create":
                self.files[event.file] = File()
            self.since.append(event)
        if event.folder:
            self.names = self.named(len(self.since))
            self.since.clear()

    def named(self, count: int) -> dict[str, int]:
        """Which names there are if the first so many of the uncertain ones came about."""
        names = dict(self.names)
        for event in self.since[:count]:
            if event.what == "create":
                names[event.name] = event.file
            else:
                names.pop(event.name, None)
        return names

    def cut(self, rng: random.Random) -> dict[str, bytes]:
        """The files that one power cut leaves."""
        names = self.named(rng.randint(0, len(self.since)))
        return {name: self.left(self.files[number], rng) for name, number in names.items()}

    def left(self, file: File, rng: random.Random) -> bytes:
        """What is left of one file: all, nothing, or any sectors of what was not synced."""
        content = bytearray(file.certain)
        kept = rng.choice((0.0, 0.1, 0.5, 0.9, 1.0))
        for event in file.since:
            for part in sectors(event):
                if kept == 1.0 or rng.random() < kept:
                    change(content, part)
        return bytes(content)


def sectors(event: Event) -> Iterator[Event]:
    """The parts of one write that a disk keeps or loses each by itself."""
    if event.what != "write":
        yield event
        return
    start = 0
    while start < len(event.data):
        offset = event.offset + start
        length = SECTOR - offset % SECTOR
        yield event._replace(offset=offset, data=event.data[start : start + length])
        start += length


def change(content: bytearray, event: Event) -> None:
    """Do to a file's content what an event says."""
    if event.what == "truncate":
        del content[event.offset :]
        return
    if len(content) < event.offset:
        content.extend(bytes(event.offset - len(content)))
    content[event.offset : event.offset + len(event.data)] = event.data


def cuts(
    disk: Disk, events: Sequence[Event], count: int, rng: random.Random
) -> Iterator[tuple[int, dict[str, bytes]]]:
    """So many power cuts at random moments: how many events came before it, and the files it leaves."""
    done = 0
    for moment in sorted(rng.randint(0, len(events)) for _ in range(count)):
        for event in events[done:moment]:
            if event.what != "saved":
                disk.take(event)
        done = moment
        yield moment, disk.cut(rng)
