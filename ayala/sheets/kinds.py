"""Every kind of sheet, in the order of dependence, and how a sheet's kind is told by its headings."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import lru_cache
from importlib import import_module
from typing import TYPE_CHECKING

from ayala.errors import SheetNotReadable, WrongUsage
from ayala.language.catalogue import in_a_sentence
from ayala.language.names import fold
from ayala.language.phrases import all_of, any_of, phrase
from ayala.output.harmless import shortened, term
from ayala.sheets.delimiters import TITLES
from ayala.sheets.headings import Own, is_ignored, matched, nearest, spellings, told_apart
from ayala.sheets.rows import Kind

if TYPE_CHECKING:
    from ayala.sheets.reader import Sheet

MODULES = {
    "graduates": "ayala.graduate.sheet:Graduates",
    "beds": "ayala.dormitory.sheet:Beds",
    "partners": "ayala.work.sheet:Partners",
    "workplaces": "ayala.work.sheet:Workplaces",
    "appeals": "ayala.appeal.sheet:Appeals",
    "sessions": "ayala.service.sheet:Sessions",
    "services": "ayala.service.sheet:Services",
    "attendance": "ayala.service.sheet:Attendances",
    "stays": "ayala.dormitory.stay_sheet:Stays",
    "apartments": "ayala.housing.sheet:Apartments",
    "queue": "ayala.housing.sheet:Queue",
    "positions": "ayala.housing.sheet:Positions",
    "placements": "ayala.work.sheet:Placements",
}
"""Kind -> where its class stands. People come before what is theirs, beds before stays."""


@lru_cache
def kind_named(name: str) -> Kind:
    """The kind of that name. Raises :class:`WrongUsage`."""
    if name not in MODULES:
        raise WrongUsage(
            phrase("'{name}' is no kind of sheet", name=shortened(name)), f"--as {' | '.join(MODULES)}"
        )
    module, _, attribute = MODULES[name].partition(":")
    found: Kind = getattr(import_module(module), attribute)()
    return found


def every_kind() -> list[Kind]:
    return [kind_named(name) for name in MODULES]


def rank(kind: Kind) -> int:
    """Where the kind stands in the order of dependence."""
    return list(MODULES).index(kind.name)


def lacking(
    headings: Sequence[str], kind: Kind, own: Own | None = None, given: Collection[str] = ()
) -> list[str]:
    """What a sheet of this kind must have and neither these headings do nor what was ``given`` for it."""
    there = {name for name in matched(headings, kind, own) if name is not None}.union(given)
    there.update(part for name in there & kind.joined.keys() for part in kind.joined[name])
    missing = [name for name, heading in kind.headings.items() if heading.required and name not in there]
    return missing + [any_of(group) for group in kind.one_of if not there & set(group)]


def line_of_headings(
    sheet: Sheet, wanted: str | None, own: Own | None = None, given: Collection[str] = ()
) -> int:
    """The line whose cells are headings: the first one if it fits a kind, else the first below that does,
    else whichever has the most known ones, two at least."""
    possible = [kind_named(wanted)] if wanted is not None else every_kind()

    def fits(headings: Sequence[str]) -> bool:
        return any(not lacking(headings, kind, own, given) for kind in possible)

    if fits(sheet.headings):
        return sheet.heading_line
    below = [(line.number, [cell.strip() for cell in line.cells]) for line in sheet.next_lines()[:TITLES]]
    for number, headings in below:
        if fits(headings):
            return number
    known = {number: max(_known(headings, k, own) for k in possible) for number, headings in below}
    best = max(known, key=lambda number: known[number], default=sheet.heading_line)
    most = max(_known(sheet.headings, kind, own) for kind in possible)
    return best if known.get(best, 0) > max(most, 1) else sheet.heading_line


def told(
    name: str,
    headings: Sequence[str],
    wanted: str | None,
    own: Own | None = None,
    given: Collection[str] = (),
    line: int = 1,
) -> Kind:
    """The kind of a sheet: the one asked for, else the one whose headings fit best.

    ``given``: headings whose values the command gives where the sheet does not; ``line``: where they stand.

    Raises :class:`SheetNotReadable` when headings are missing, doubled, or fit no kind.
    """
    if wanted is not None:
        kind = kind_named(wanted)
        if missing := lacking(headings, kind, own, given):
            raise _lacking(
                name,
                phrase(
                    "{name}:{line}: a sheet of {kind} needs the heading {headings}",
                    name=name,
                    line=line,
                    kind=kind.name,
                    headings=", ".join(missing),
                ),
                _perhaps(headings, kind, missing, own),
            )
    else:
        fitting = [kind for kind in every_kind() if not lacking(headings, kind, own, given)]
        if not fitting:
            best = max(every_kind(), key=lambda k: _known(headings, k, own))
            missing = lacking(headings, best, own, given) if any(matched(headings, best, own)) else []
            perhaps = _perhaps(headings, best, missing, own)
            raise _lacking(name, f"{name}:{line}: {_fits_best(headings, own)}", perhaps)
        kind = max(fitting, key=lambda k: (_known(headings, k, own), -rank(k)))
        if max(_known(headings, k, own) for k in every_kind()) > _known(headings, kind, own):
            # Stays without a person would come in as beds, and all else of them be left out.
            raise SheetNotReadable(
                f"{name}:{line}: {_fits_best(headings, own)}",
                phrase("mend the headings, or: {command}", command=f"ayala import {name} --as {kind.name}"),
            )
    if strange := sorted(set(given) - kind.headings.keys()):
        raise SheetNotReadable(
            phrase(
                "{name}: {headings} is given, and {kind} have no such heading",
                name=name,
                headings=", ".join(strange),
                kind=kind.name,
            )
        )
    columns = matched(headings, kind, own)
    for known in columns:
        if known is not None and columns.count(known) > 1:
            theirs = [f"'{term(h)[:40]}'" for h, c in zip(headings, columns, strict=True) if c == known]
            if len(set(theirs)) == 1:
                raise SheetNotReadable(
                    phrase(
                        "{name}:{line}: {heading}: the heading stands there twice",
                        name=name,
                        line=line,
                        heading=known,
                    )
                )
            raise SheetNotReadable(
                phrase(
                    "{name}:{line}: {heading}: {columns} both mean this",
                    name=name,
                    line=line,
                    heading=known,
                    columns=all_of(theirs),
                ),
                _map_hint(name, f"{theirs[-1][1:-1]}=-"),
            )
    return kind


def _known(headings: Sequence[str], kind: Kind, own: Own | None) -> int:
    return sum(name is not None for name in matched(headings, kind, own))


def _perhaps(
    headings: Sequence[str], kind: Kind, missing: Collection[str], own: Own | None
) -> tuple[int, str, str] | None:
    """A column that is perhaps one of those missing, its heading misspelt: its number, its heading, the known
    one."""
    for number, (theirs, known) in enumerate(zip(headings, matched(headings, kind, own), strict=True), 1):
        if known is None and theirs and not told_apart(theirs, own):
            near = nearest(theirs, kind)
            parts = kind.joined.get(near[0], (near[0],)) if near else ()
            if near and set(missing).intersection(parts):
                return number, theirs, near[0]
    return None


def _lacking(name: str, what: str, perhaps: tuple[int, str, str] | None) -> SheetNotReadable:
    """What to raise for headings that are missing, with the column that may be one of them."""
    if perhaps is None:
        return SheetNotReadable(what, _map_hint(name))
    number, theirs, known = perhaps
    shown = term(theirs)[:40]
    said = phrase(
        "{what}; column {number}, {theirs}, is perhaps {known}",
        what=what,
        number=number,
        theirs=shown,
        known=known,
    )
    return SheetNotReadable(
        said, _map_hint(name, f"{shown}={known}") if "'" not in shown else _map_hint(name)
    )


def _map_hint(name: str, example: str = "THEIR WORD=surname") -> str:
    command = f"ayala import map save NAME --from {name} --set '{example}'"
    return phrase("{command}, then {next}", command=command, next="--map NAME")


def _fits_best(headings: Sequence[str], own: Own | None) -> str:
    """Why no kind fits: what the nearest one lacks."""
    best = max(every_kind(), key=lambda k: _known(headings, k, own))
    if not any(matched(headings, best, own)):
        theirs = ", ".join(term(heading)[:30] for heading in headings[:8])
        return phrase("the headings ({headings}) are those of no kind of sheet", headings=theirs)
    return phrase(
        "the headings fit {kind} best, but lack {headings}",
        kind=best.name,
        headings=", ".join(lacking(headings, best, own)),
    )


def left_out(
    name: str, headings: Sequence[str], kind: Kind, own: Own | None = None, line: int = 1
) -> list[str]:
    """A sentence for each column that the kind does not know, with the known one it may be."""
    sentences = []
    columns = matched(headings, kind, own)
    for number, (heading, known) in enumerate(zip(headings, columns, strict=True), 1):
        place: dict[str, object] = {"heading": f"{name}:{line}: {term(heading)[:40]}", "number": number}
        if known is not None and known in kind.joined:
            sentences.append(
                phrase(
                    "{heading}: column {number} is read as {parts}, in this order",
                    parts=", ".join(map(in_a_sentence, kind.joined[known])),
                    **place,
                )
            )
        elif known is None and heading and not is_ignored(heading) and not told_apart(heading, own):
            if spellings(kind).get(fold(heading), ("",))[0] in kind.joined:
                sentences.append(
                    phrase(
                        "{heading}: column {number} is left out: its parts have columns of their own", **place
                    )
                )
                continue
            near = nearest(heading, kind)
            if near and near[0] not in columns:
                sentences.append(
                    phrase(
                        "{heading}: column {number} is not known and is left out; did you mean {near}?",
                        near=near[1],
                        **place,
                    )
                )
            else:
                sentences.append(phrase("{heading}: column {number} is not known and is left out", **place))
    return sentences
