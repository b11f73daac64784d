"""Whose file a database is: refused if another person may have put it there, told if others can look in.

SQLite opens whatever a path leads to. Where two people share a machine, one of them could lay a link or
a file of her own in the way of the other, and read all that is written there.
"""

from __future__ import annotations

import os
import shlex
import stat
from pathlib import Path

from ayala.errors import DatabaseForeign
from ayala.language.phrases import phrase

NOBODY_ELSE = 0o077
"""The bits of a mode that belong to the group and to others."""


def refuse_another_hand(path: Path) -> None:
    """Refuse a link that another user made, and another user's file where everybody may put one.

    An administrator's files and links are trusted, as is a file that a colleague owns in a folder
    which only colleagues may write to. Raises :class:`DatabaseForeign`.
    """
    if os.name != "posix":
        return
    trusted = {0, os.geteuid()}
    try:
        found = path.lstat()
        if stat.S_ISLNK(found.st_mode):
            if found.st_uid not in trusted:
                raise DatabaseForeign(
                    phrase("{path} is a link that another user made", path=path),
                    f"--database {_named(path.resolve())}",
                )
            found = path.stat()
        if found.st_uid not in trusted and path.resolve().parent.stat().st_mode & stat.S_IWOTH:
            raise DatabaseForeign(
                phrase(
                    "{path} belongs to another user, in a folder where everybody may put files",
                    path=path,
                ),
                phrase("a folder of the office's own, such as mkdir -m 700 office"),
            )
    except OSError:
        return  # what cannot be looked at is told by who opens it


def open_to_others(path: Path) -> str | None:
    """A sentence if people outside the office can read or replace the file, with what mends it.

    A group may read along where its folder is made for sharing (its setgid bit is set).
    """
    if os.name != "posix":
        return None
    try:
        mode = path.stat().st_mode
        folder = path.resolve().parent
        around = folder.stat().st_mode
    except OSError:
        return None
    shared = stat.S_IRWXG if around & stat.S_ISGID else 0
    if mode & NOBODY_ELSE & ~shared:
        bits = "o=" if shared else "go="
        return phrase(
            "note: others on this machine can read {path}; try: {command}",
            path=path,
            command=f"chmod {bits} {_named(path)}*",
        )
    if around & stat.S_IWOTH and not around & stat.S_ISVTX:
        return phrase(
            "note: everybody on this machine can replace {path}; try: {command}",
            path=path,
            command=f"chmod o-w {_named(folder)}",
        )
    return None


def _named(path: Path) -> str:
    return shlex.quote(str(path))
