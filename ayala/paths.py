"""Paths as people type them, and what the operating system says of them."""

from __future__ import annotations

import errno
from pathlib import Path

from ayala.errors import BadSetting
from ayala.language.phrases import phrase


def typed_path(text: str | Path) -> Path:
    """A path, ``~`` and ``~name`` read as a home folder. Raises :class:`BadSetting` where there is none."""
    try:
        return Path(text).expanduser()
    except RuntimeError:
        raise BadSetting(
            phrase("a path begins with ~ and the name of nobody here"), phrase("./ before a name with ~")
        ) from None


def why(error: OSError) -> str:
    """What the operating system says of it, in the chosen language where it is something people meet."""
    match error.errno:
        case errno.ENOENT:
            return phrase("No such file or directory")
        case errno.EACCES:
            return phrase("Permission denied")
        case errno.EPERM:
            return phrase("Operation not permitted")
        case errno.EISDIR:
            return phrase("Is a directory")
        case errno.ENOTDIR:
            return phrase("Not a directory")
        case errno.EEXIST:
            return phrase("File exists")
        case errno.EROFS:
            return phrase("Read-only file system")
        case errno.ENOSPC:
            return phrase("No space left on device")
        case errno.ENAMETOOLONG:
            return phrase("File name too long")
        case errno.EIO:
            return phrase("Input/output error")
    return error.strerror or type(error).__name__
