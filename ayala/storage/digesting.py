"""The hashes of a large load's images, made by a process of its own while the load goes on.

A million images take Python five seconds to hash, which a machine with a second processor need not wait for.
The process gets the key and the images through its standard input and knows nothing of the database; it
writes the hashes, which tell nothing of anybody, into a nameless file. Where it fails, the seal makes them
itself: they are the same (:func:`ayala.storage.sealing.digests`).
"""

from __future__ import annotations

import os
import struct
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from typing import IO, Any

from ayala.storage.sealing import KEY_BYTES, HistoryKey, digests_of, draw_first, last_link

HEAD = struct.Struct("<QII")
"""Before each block: the number of its first image, the length of what its images have in common, and that of
the images."""

DIGEST = 32
"""Bytes of one hash."""

PIECE = 1 << 16

PROGRAM = "import sys; from ayala.storage.digesting import main; main(sys.stdin.buffer, sys.stdout.buffer)"

WORTH = 20_000
"""From how many rows on a process is worth its start."""

_BLOCK = """
SELECT min(seq), min(CAST(change_id AS BLOB)), min(CAST(made_at AS BLOB)),
       CAST(group_concat(row_key || char(31) || after, char(30)) AS BLOB)
FROM (SELECT seq, change_id, made_at, row_key, after FROM row_image WHERE seq > ? ORDER BY seq LIMIT ?)
"""


def processors() -> int:
    """How many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def begun(raw: Any, key: HistoryKey, rows: int) -> Digesting | None:
    """A process for a load of so many rows; none where the seal makes their hashes sooner, or has no key."""
    if rows < WORTH or processors() < 2:
        return None
    draw_first(key, last_link(raw))
    return Digesting(key.secret) if key.secret else None


class Digesting:
    """A process that hashes the images of blocks as they come; SQLite's."""

    def __init__(self, key: bytes) -> None:
        self.made: list[tuple[int, int]] = []
        """Which images are hashed: the number of the first one, and how many."""
        self._file: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115  closed by end()
        words = [sys.executable, "-P", "-c", PROGRAM]
        self._process = subprocess.Popen(
            words, stdin=subprocess.PIPE, stdout=self._file, stderr=subprocess.DEVNULL
        )
        self._open = True
        self._write(key)

    def add(self, raw: Any, table: str, before: int, count: int) -> None:
        """Hash so many images behind a number: they are of one statement, which added rows to a table."""
        if not self._open:
            return
        first, change, moment, images = raw.execute(_BLOCK, (before, count)).fetchone()
        common = b"\x1f".join([b"\x00", change, moment, b"\x00", table.encode(), b"I"])
        if self.made and sum(self.made[-1]) == first:
            self.made[-1] = (self.made[-1][0], self.made[-1][1] + count)
        else:
            self.made.append((first, count))
        self._write(HEAD.pack(first, len(common), len(images)) + common, images)

    def taken(self) -> Iterator[tuple[int, int, Iterator[bytes]]]:
        """The images hashed, in order: the number of the first one, how many, and pieces of their hashes.

        Nothing where a hash is missing.
        """
        self._close()
        expected = DIGEST * sum(count for _, count in self.made)
        if self._process.wait() or os.fstat(self._file.fileno()).st_size != expected:
            self.made.clear()
        self._file.seek(0)
        for first, count in self.made:
            yield first, count, self._pieces(DIGEST * count)

    def kill(self) -> None:
        """Let the process end at once."""
        self._process.kill()
        self._process.wait()

    def end(self) -> None:
        """Forget all of it."""
        self.kill()
        self._close()
        self._file.close()

    def _pieces(self, size: int) -> Iterator[bytes]:
        while size:
            piece = self._file.read(min(size, PIECE))
            size -= len(piece)
            yield piece

    def _write(self, *parts: bytes) -> None:
        assert self._process.stdin is not None
        try:
            for part in parts:
                self._process.stdin.write(part)
        except OSError:  # it is gone
            self._open = False

    def _close(self) -> None:
        assert self._process.stdin is not None
        self._open = False
        with suppress(OSError):
            self._process.stdin.close()


def main(source: IO[bytes], target: IO[bytes]) -> None:
    """Hash blocks until there are no more."""
    key = source.read(KEY_BYTES)
    while head := source.read(HEAD.size):
        first, common, images = HEAD.unpack(head)
        target.write(digests_of(key, first, source.read(common), source.read(images)))
    target.flush()
