"""Every kind of sheet, in the order of dependence, and how a sheet's kind is told by its headings."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from difflib import get_close_matches
from functools import lru_cache
from importlib import import_module

from ayala.errors import SheetNotReadable, WrongUsage
from ayala.output.harmless import shortened, term
from ayala.sheets.rows import Kind

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

IGNORED = frozenset({"problem", "occurrence"})
"""Headings that Ayala itself adds to a rejects file."""


@lru_cache
def kind_named(name: str) -> Kind:
    """The kind of that name. Raises :class:`WrongUsage`."""
    if name not in MODULES:
        raise WrongUsage(f"'{shortened(name)}' is no kind of sheet", f"--as {' | '.join(MODULES)}")
    module, _, attribute = MODULES[name].partition(":")
    found: Kind = getattr(import_module(module), attribute)()
    return found


def every_kind() -> list[Kind]:
    return [kind_named(name) for name in MODULES]


def rank(kind: Kind) -> int:
    """Where the kind stands in the order of dependence."""
    return list(MODULES).index(kind.name)


def matched(headings: Sequence[str], kind: Kind) -> list[str | None]:
    """For each column of the sheet the kind's heading it stands for, or nothing."""
    known = {folded(name): name for name in kind.headings}
    return [known.get(folded(heading)) for heading in headings]


def folded(heading: str) -> str:
    return "_".join(heading.replace("-", " ").replace("_", " ").casefold().split())


def lacking(headings: Sequence[str], kind: Kind, given: Collection[str] = ()) -> list[str]:
    """What a sheet of this kind must have and neither these headings do nor what was ``given`` for it."""
    there = {*matched(headings, kind), *given}
    missing = [name for name, heading in kind.headings.items() if heading.required and name not in there]
    return missing + [" or ".join(group) for group in kind.one_of if not there & set(group)]


def told(name: str, headings: Sequence[str], wanted: str | None, given: Collection[str] = ()) -> Kind:
    """The kind of a sheet: the one asked for, else the one whose headings fit best.

    ``given``: headings whose values the command gives where the sheet does not.

    Raises :class:`SheetNotReadable` when headings are missing, doubled, or fit no kind.
    """
    if wanted is not None:
        kind = kind_named(wanted)
        if missing := lacking(headings, kind, given):
            raise SheetNotReadable(f"{name}:1: a sheet of {kind.name} needs the heading {', '.join(missing)}")
    else:
        fitting = [kind for kind in every_kind() if not lacking(headings, kind, given)]
        if not fitting:
            raise SheetNotReadable(
                f"{name}:1: {_nearest(headings)}", "ayala import --help names the headings of each kind"
            )
        kind = max(fitting, key=lambda k: (sum(m is not None for m in matched(headings, k)), -rank(k)))
    if strange := sorted(set(given) - kind.headings.keys()):
        raise SheetNotReadable(f"{name}: {', '.join(strange)} is given, and {kind.name} have no such heading")
    columns = [heading for heading in matched(headings, kind) if heading is not None]
    doubled = sorted({heading for heading in columns if columns.count(heading) > 1})
    if doubled:
        raise SheetNotReadable(f"{name}:1: {doubled[0]}: the heading stands there twice")
    return kind


def _nearest(headings: Sequence[str]) -> str:
    """Why no kind fits: what the nearest one lacks."""
    best = max(every_kind(), key=lambda k: sum(m is not None for m in matched(headings, k)))
    if not any(matched(headings, best)):
        shown = ", ".join(term(heading)[:30] for heading in headings[:8])
        return f"the headings ({shown}) are those of no kind of sheet"
    return f"the headings fit {best.name} best, but lack {', '.join(lacking(headings, best))}"


def left_out(name: str, headings: Sequence[str], kind: Kind) -> list[str]:
    """A sentence for each column that the kind does not know."""
    sentences = []
    for number, (heading, known) in enumerate(zip(headings, matched(headings, kind), strict=True), 1):
        if known is None and heading and folded(heading) not in IGNORED:
            near = get_close_matches(folded(heading), list(kind.headings), 1)
            hint = f"; did you mean {near[0]}?" if near else ""
            sentences.append(
                f"{name}:1: {term(heading)[:40]}: column {number} is not known and is left out{hint}"
            )
    return sentences
