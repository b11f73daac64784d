"""A folder of files that is replaced whole: readers see all of the old files, or all of the new ones."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from ayala.errors import DiskFull, NotWritable
from ayala.language.phrases import phrase
from ayala.output.emit import sync_folder
from ayala.paths import why

NAMED = 3
"""How many files that are not Ayala's are named in a refusal."""


@contextmanager
def replacing_folder(path: Path, names: Collection[str]) -> Iterator[Path]:
    """An empty folder beside ``path``, which takes its place when all is written; mode 0700.

    ``names`` are those that the files may have. A folder that holds anything else is refused with
    :class:`NotWritable` before anything is written: it is not one of Ayala's, and would be gone. On any
    failure the old folder stays as it was.
    """
    _check(path, names)
    try:
        fresh = Path(tempfile.mkdtemp(prefix=f".{path.name}.", dir=path.parent))
    except OSError as error:
        raise _not_made(path, error) from None
    try:
        yield fresh
        sync_folder(fresh)
        _put(fresh, path)
        sync_folder(path.parent)
    except OSError as error:
        raise _not_made(path, error) from None
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def _check(path: Path, names: Collection[str]) -> None:
    if not path.is_symlink() and not path.exists():
        return
    if path.is_symlink() or not path.is_dir():
        raise NotWritable(phrase("{path} is not a folder", path=path), phrase("the name of a folder"))
    others = sorted(entry.name for entry in path.iterdir() if entry.name not in names or entry.is_dir())
    if others:
        raise NotWritable(
            phrase(
                "{path} holds what is no report: {names}",
                path=path,
                names=", ".join([*others[:NAMED], *(["…"] if len(others) > NAMED else [])]),
            ),
            phrase("a folder of its own: it is replaced whole"),
        )


def _put(fresh: Path, path: Path) -> None:
    """Let the new folder stand in the old one's place, and the old one where the new one was."""
    if not path.exists():
        fresh.rename(path)
    elif not _exchanged(fresh, path):
        # Elsewhere two renames are needed, and for a moment there is no folder.
        aside = Path(tempfile.mkdtemp(prefix=f".{path.name}.", dir=path.parent))
        path.rename(aside)
        try:
            fresh.rename(path)
        except OSError:
            aside.rename(path)
            raise
        aside.rename(fresh)


def _exchanged(one: Path, other: Path) -> bool:
    """Let two folders change places in one step, where the system can (Linux: renameat2)."""
    if sys.platform != "linux":
        return False
    import ctypes

    here, exchange = -100, 2  # AT_FDCWD and RENAME_EXCHANGE of <linux/fs.h>
    with suppress(OSError, AttributeError):
        rename = ctypes.CDLL(None).renameat2
        return bool(rename(here, os.fsencode(one), here, os.fsencode(other), exchange) == 0)
    return False


def _not_made(path: Path, error: OSError) -> NotWritable | DiskFull:
    if error.errno == 28:
        return DiskFull(phrase("{path}: the disk is full; the old files are as they were", path=path))
    return NotWritable(phrase("{path} cannot be written: {reason}", path=path, reason=why(error)))
