"""The one way out for tables: chooses the format, masks what is personal, writes atomically."""

from __future__ import annotations

import io
import os
import stat
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import IO, Any

from ayala.dates import clock_today
from ayala.errors import DiskFull, LibraryMissing, NotWritable, WrongUsage
from ayala.language.catalogue import say
from ayala.language.phrases import phrase
from ayala.output import veil
from ayala.output.harmless import FREE_TEXT, hidden, shortened
from ayala.output.table import Table
from ayala.paths import why

FORMATS = ("text", "markdown", "csv", "json", "xlsx", "html", "docx")
BINARY = frozenset({"xlsx", "docx"})
"""Formats that are bytes: for a file or a pipe, never for a terminal."""
FOR_PEOPLE = frozenset(FORMATS) - {"csv", "json"}
"""Formats in the chosen language."""
OTHERS = frozenset({".xls", ".xlsm", ".ods", ".doc", ".odt", ".pdf"})
"""Suffixes that promise a format which is not written: text in such a file would mislead."""
SUFFIXES = {
    ".txt": "text",
    ".md": "markdown",
    ".csv": "csv",
    ".json": "json",
    ".xlsx": "xlsx",
    ".html": "html",
    ".htm": "html",
    ".docx": "docx",
}
ENDINGS = {format: suffix for suffix, format in reversed(SUFFIXES.items())}
"""What the file of a format is called at its end."""


def emit(
    tables: Table | Sequence[Table],
    *,
    format: str | None = None,
    output: str | None = None,
    unmask: bool = False,
    everyone: bool = False,
) -> None:
    """Write one table, or several, to stdout or to ``--output FILE`` (replaced as a whole).

    The format is the one asked for, else the one of the file's suffix, else text. Personal numbers
    and phones are masked unless ``unmask``, or unless a terminal shows one person's page. People whose
    data are blocked show no more than their code, unless ``everyone``: their own copy, and the registers
    about their data.
    """
    many = [tables] if isinstance(tables, Table) else list(tables)
    single = isinstance(tables, Table)
    output = dated(output)
    to_file = output not in (None, "-")
    chosen = choose_format(format, output)
    if not everyone:
        many = veil.veiled(many, say(veil.WORD) if chosen in FOR_PEOPLE else veil.WORD)
    on_screen = not to_file and sys.stdout.isatty()
    shown = [t if unmask or (t.personal_on_terminal and on_screen) else masked(t) for t in many]
    if to_file:
        way = replacing_bytes if chosen in BINARY else replacing
        with way(Path(str(output))) as stream:
            write(shown, chosen, stream, single=single)
    elif chosen in BINARY:
        sys.stdout.flush()
        write(shown, chosen, sys.stdout.buffer, single=single)
        sys.stdout.buffer.flush()
    elif on_screen and chosen == "text":
        from ayala.output import screen

        screen.show(shown)
    else:
        write(shown, chosen, sys.stdout, single=single)
        sys.stdout.flush()


def ready(*, format: str | None, output: str | None) -> None:
    """Refuse a format or a target that cannot be, before a change is made whose answer goes there."""
    output = dated(output)
    choose_format(format, output)
    if output not in (None, "-"):
        path = Path(str(output))
        if _is_device(path):
            return
        if path.is_dir():
            raise NotWritable(phrase("{path} is a folder", path=path))
        try:
            handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        except OSError as error:
            raise NotWritable(
                phrase("{path} cannot be written: {reason}", path=path, reason=why(error))
            ) from None
        os.close(handle)
        Path(name).unlink()


def dated(output: str | None) -> str | None:
    """The name of a file with the office's day in the place of ``{date}``: ``briefing-2026-11-23.md``."""
    if output is None or "{date}" not in output:
        return output
    return output.replace("{date}", clock_today(os.environ).isoformat())


def choose_format(format: str | None, output: str | None) -> str:
    """``--format``, else the suffix of ``--output``, else text; never changed by a pipe.

    Refused are a format that is not written, bytes on a terminal, and DOCX where its library is missing.
    """
    if output == "":
        raise WrongUsage(phrase("--output names no file"), "--output FILE")
    if format is None:
        suffix = Path(output).suffix.lower() if output else ""
        if suffix in OTHERS:
            raise WrongUsage(
                phrase("Ayala does not write {suffix}", suffix=suffix), f"--format {' | '.join(FORMATS)}"
            )
        chosen = SUFFIXES.get(suffix, "text")
    elif format in FORMATS:
        chosen = format
    else:
        raise WrongUsage(
            phrase("'{typed}' is no format Ayala writes", typed=shortened(format)),
            f"--format {' | '.join(FORMATS)}",
        )
    if chosen in BINARY and output in (None, "-") and sys.stdout.isatty():
        raise WrongUsage(
            phrase("{format} is a file and cannot be shown on a terminal", format=chosen.upper()),
            f"--output FILE.{chosen}",
        )
    if chosen == "docx" and find_spec("docx") is None:
        raise LibraryMissing(phrase("the library for DOCX is not installed"), "pip install 'ayala[docx]'")
    return chosen


def write(tables: Sequence[Table], format: str, stream: IO[Any], *, single: bool) -> None:
    """Hand the tables to the writer of the format, which is imported now.

    The stream takes bytes for a format of :data:`BINARY`, else text.
    """
    if format == "json":
        from ayala.output import json as writer
    elif format == "csv":
        from ayala.output import csv as writer  # type: ignore[no-redef]
    elif format == "markdown":
        from ayala.output import markdown as writer  # type: ignore[no-redef]
    elif format == "xlsx":
        from ayala.output import xlsx as writer  # type: ignore[no-redef]
    elif format == "html":
        from ayala.output import html as writer  # type: ignore[no-redef]
    elif format == "docx":
        from ayala.output import docx as writer  # type: ignore[no-redef]
    else:
        from ayala.output import text as writer  # type: ignore[no-redef]
    writer.write(tables, stream, single=single)


def masked(table: Table) -> Table:
    """The same table with personal numbers and phones hidden but for their last four digits, also where
    somebody wrote them into a note."""
    hiding: dict[str, Callable[[str], str]] = {
        c.key: mask if c.kind in ("iin", "phone") else hidden
        for c in table.columns
        if c.kind in ("iin", "phone") or c.key in FREE_TEXT
    }
    if not hiding:
        return table

    def rows() -> Iterator[Mapping[str, Any]]:
        for row in table.rows:
            yield {**row, **{key: hide(row[key]) for key, hide in hiding.items() if row.get(key)}}

    return replace(table, rows=rows())


def mask(value: str) -> str:
    """``********0005``: the head of a personal number is the birth date, so the tail is shown."""
    return " ".join("*" * (len(part) - 4) + part[-4:] for part in value.split(" "))


def replacing(path: Path) -> AbstractContextManager[IO[str]]:
    """A text file that takes the place of ``path`` when all of it is written; mode 0600.

    A device or a pipe (``/dev/stdout``) is written to and never replaced.

    Written beside it, synced, renamed; on any failure the old file stays as it was. A symbolic
    link is replaced, never written through.
    """
    return _replacing(path, mode="w", encoding="utf-8", newline="")


def replacing_bytes(path: Path) -> AbstractContextManager[IO[bytes]]:
    """As :func:`replacing`, a file of bytes."""
    return _replacing(path, mode="wb")


@contextmanager
def _replacing(path: Path, **how: Any) -> Iterator[Any]:
    if _is_device(path):
        try:
            with path.open(**how) as stream:
                yield stream
        except OSError as error:
            raise NotWritable(
                phrase("{path} cannot be written: {reason}", path=path, reason=why(error))
            ) from None
        return
    try:
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    except OSError as error:
        raise NotWritable(
            phrase("{path} cannot be written: {reason}", path=path, reason=why(error))
        ) from None
    part = Path(name)
    try:
        with os.fdopen(handle, **how) as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        part.replace(path)
        sync_folder(path.parent)
    except OSError as error:
        if error.errno == 28:
            raise DiskFull(phrase("{path}: the disk is full; the old file is as it was", path=path)) from None
        raise NotWritable(
            phrase("{path} cannot be written: {reason}", path=path, reason=why(error))
        ) from None
    finally:
        part.unlink(missing_ok=True)


def _is_device(path: Path) -> bool:
    try:
        mode = path.stat().st_mode
    except OSError:
        return False
    return not stat.S_ISREG(mode) and not stat.S_ISDIR(mode)


def sync_folder(folder: Path) -> None:
    """Wait until the disk has the names in a folder."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def as_text(tables: Iterable[Table], format: str = "text") -> str:
    """The tables as one string, for tests and previews."""
    stream = io.StringIO()
    write(list(tables), format, stream, single=False)
    return stream.getvalue()
