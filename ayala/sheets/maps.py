"""An office's own maps: what the headings of its sheets mean, and how its sheets are written, by name.

A map is a text file in the folder of maps (setting ``maps``), for its user's eyes alone, replaced as a whole:

    kind = "graduates"
    dates = "dmy"

    [headings]
    "Воспитанник" = "surname"
    "Группа здоровья" = "-"

``-`` leaves a column out without a word. Headings are compared folded, as everywhere.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from ayala.errors import BadSetting, NoSuchRecord, NotWritable, WrongUsage
from ayala.language.names import fold
from ayala.language.phrases import phrase
from ayala.output.emit import replacing
from ayala.output.harmless import shortened
from ayala.sheets import delimiters, encodings
from ayala.sheets.days import Style, style_named
from ayala.sheets.headings import LEFT_OUT, matched
from ayala.sheets.kinds import every_kind, kind_named, told

_NAME = re.compile(r"[\w][\w-]{0,63}")
_SAID = ("kind", "dates", "encoding", "delimiter", "headings")


@dataclass(frozen=True)
class Map:
    """What one office's sheets mean; everything but the name may be left open."""

    name: str
    kind: str | None = None
    dates: Style | None = None
    encoding: str | None = None
    delimiter: str | None = None
    headings: dict[str, str] = field(default_factory=dict)
    """Heading of the sheet -> known heading, or ``-`` for a column that is left out."""


def path_of(folder: Path, name: str) -> Path:
    """Where the map of that name lies. Raises :class:`WrongUsage` for what cannot be a name."""
    if not _NAME.fullmatch(name):
        raise WrongUsage(
            phrase("'{name}' cannot be the name of a map", name=shortened(name)),
            phrase("letters, digits and hyphens"),
        )
    return folder / f"{name}.toml"


def names(folder: Path) -> list[str]:
    """The names of the maps that are there, in order."""
    return sorted(path.stem for path in folder.glob("*.toml") if _NAME.fullmatch(path.stem))


def read(folder: Path, name: str) -> Map:
    """The map of that name. Raises :class:`NoSuchRecord`, or :class:`BadSetting` for what is no map."""
    path = path_of(folder, name)
    try:
        said = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise NoSuchRecord(phrase("there is no map {name}", name=name), "ayala import map list") from None
    except (OSError, UnicodeDecodeError) as error:
        raise BadSetting(
            phrase("{file} cannot be read: {cause}", file=path, cause=type(error).__name__)
        ) from None
    except tomllib.TOMLDecodeError as error:
        raise BadSetting(f"{path}: {error}") from None
    headings = said.get("headings", {})
    for key, value in said.items():
        if key not in _SAID or not isinstance(value, dict if key == "headings" else str):
            raise BadSetting(
                phrase("{file}: '{key}' is nothing that a map says", file=path, key=shortened(key)),
                "ayala import map save --help",
            )
    try:
        kind = said.get("kind")
        encoding, delimiter = said.get("encoding"), said.get("delimiter")
        checked = Map(
            name,
            kind_named(kind).name if kind is not None else None,
            style_named(said.get("dates")),
            encodings.named(encoding) if encoding is not None else None,
            delimiters.named(delimiter) if delimiter is not None else None,
            {theirs: known_heading(str(known), kind) for theirs, known in headings.items()},
        )
    except WrongUsage as error:
        raise BadSetting(f"{path}: {error}", error.hint) from None
    return checked


def write(folder: Path, kept: Map) -> Path:
    """Keep a map; the file."""
    path = path_of(folder, kept.name)
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise NotWritable(
            phrase("{folder} cannot be made: {cause}", folder=folder, cause=error.strerror)
        ) from None
    with replacing(path) as stream:
        for key in ("kind", "dates", "encoding", "delimiter"):
            if (value := getattr(kept, key)) is not None:
                stream.write(f"{key} = {_quoted(value)}\n")
        stream.write("\n[headings]\n")
        for theirs, known in kept.headings.items():
            stream.write(f"{_quoted(theirs)} = {_quoted(known)}\n")
    return path


def _quoted(text: str) -> str:
    """A basic string of TOML."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def known_heading(text: str, kind: str | None) -> str:
    """The known heading that somebody named, or ``-``. Raises :class:`WrongUsage`."""
    if text.strip() == LEFT_OUT:
        return LEFT_OUT
    for candidate in [kind_named(kind)] if kind is not None else every_kind():
        if (found := matched([text], candidate)[0]) is not None:
            return found
    if kind is None:
        what = phrase("no kind of sheet has the heading '{heading}'", heading=shortened(text))
    else:
        what = phrase("{kind} has no heading '{heading}'", kind=kind, heading=shortened(text))
    raise WrongUsage(what, phrase("docs/sheets.md names the headings of each kind; - leaves one out"))


def saying(base: Map, settings: Iterable[str], headings: Sequence[str] | None, file: str) -> Map:
    """A map with what was set by hand (``THEIR WORD=known``; nothing behind the sign takes it out), and with
    all that a sheet's headings tell by themselves. ``headings`` are those of ``file``, if one was given.

    Raises :class:`WrongUsage`, and :class:`SheetNotReadable` if the sheet's headings still fit no kind.
    """
    own = dict(base.headings)
    for setting in settings:
        theirs, sign, known = (part.strip() for part in setting.rpartition("="))
        if not sign or not theirs:
            raise WrongUsage(
                phrase("'{text}' is not of the form HEADING=KNOWN", text=shortened(setting)),
                "--set 'Воспитанник=surname'",
            )
        if headings is not None and fold(theirs) not in map(fold, headings):
            raise WrongUsage(
                phrase("{file} has no heading '{heading}'", file=file, heading=shortened(theirs))
            )
        own = {heading: name for heading, name in own.items() if fold(heading) != fold(theirs)}
        if known:
            own[theirs] = known_heading(known, base.kind)
    if headings is None:
        return replace(base, headings=own)
    kind = told(file, headings, base.kind, own)
    columns = matched(headings, kind, own)
    left = {fold(theirs) for theirs, name in own.items() if name == LEFT_OUT}
    told_by = {h: c or LEFT_OUT for h, c in zip(headings, columns, strict=True) if c or fold(h) in left}
    return replace(base, kind=kind.name, headings=told_by)
