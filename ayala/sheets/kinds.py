"""Every kind of sheet, in the order of dependence, and how a sheet's kind is told by its headings."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import lru_cache
from importlib import import_module

from ayala.errors import SheetNotReadable, WrongUsage
from ayala.language.names import fold
from ayala.language.phrases import phrase
from ayala.output.harmless import shortened, term
from ayala.sheets.headings import Own, is_ignored, matched, nearest, spellings, told_apart
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
    return missing + [" or ".join(group) for group in kind.one_of if not there & set(group)]


def told(
    name: str,
    headings: Sequence[str],
    wanted: str | None,
    own: Own | None = None,
    given: Collection[str] = (),
) -> Kind:
    """The kind of a sheet: the one asked for, else the one whose headings fit best.

    ``given``: headings whose values the command gives where the sheet does not.

    Raises :class:`SheetNotReadable` when headings are missing, doubled, or fit no kind.
    """
    if wanted is not None:
        kind = kind_named(wanted)
        if missing := lacking(headings, kind, own, given):
            raise SheetNotReadable(
                phrase(
                    "{name}:1: a sheet of {name_2} needs the heading {names}",
                    name=name,
                    name_2=kind.name,
                    names=", ".join(missing),
                ),
                _map_hint(name),
            )
    else:
        fitting = [kind for kind in every_kind() if not lacking(headings, kind, own, given)]
        if not fitting:
            raise SheetNotReadable(f"{name}:1: {_fits_best(headings, own)}", _map_hint(name))
        kind = max(fitting, key=lambda k: (_known(headings, k, own), -rank(k)))
        if max(_known(headings, k, own) for k in every_kind()) > _known(headings, kind, own):
            # Stays without a person would come in as beds, and all else of them be left out.
            hint = f"mend the headings, or: ayala import {name} --as {kind.name}"
            raise SheetNotReadable(f"{name}:1: {_fits_best(headings, own)}", hint)
    if strange := sorted(set(given) - kind.headings.keys()):
        raise SheetNotReadable(
            phrase(
                "{name}: {names} is given, and {name_2} have no such heading",
                name=name,
                names=", ".join(strange),
                name_2=kind.name,
            )
        )
    columns = matched(headings, kind, own)
    for known in columns:
        if known is not None and columns.count(known) > 1:
            theirs = [f"'{term(h)[:40]}'" for h, c in zip(headings, columns, strict=True) if c == known]
            if len(set(theirs)) == 1:
                raise SheetNotReadable(
                    phrase("{name}:1: {known}: the heading stands there twice", name=name, known=known)
                )
            sentence = f"{name}:1: {known}: {' and '.join(theirs)} both mean this"
            raise SheetNotReadable(sentence, _map_hint(name, f"{theirs[-1][1:-1]}=-"))
    return kind


def _known(headings: Sequence[str], kind: Kind, own: Own | None) -> int:
    return sum(name is not None for name in matched(headings, kind, own))


def _map_hint(name: str, example: str = "THEIR WORD=surname") -> str:
    return f"ayala import map save NAME --from {name} --set '{example}', then --map NAME"


def _fits_best(headings: Sequence[str], own: Own | None) -> str:
    """Why no kind fits: what the nearest one lacks."""
    best = max(every_kind(), key=lambda k: _known(headings, k, own))
    if not any(matched(headings, best, own)):
        shown = ", ".join(term(heading)[:30] for heading in headings[:8])
        return f"the headings ({shown}) are those of no kind of sheet"
    return f"the headings fit {best.name} best, but lack {', '.join(lacking(headings, best, own))}"


def left_out(name: str, headings: Sequence[str], kind: Kind, own: Own | None = None) -> list[str]:
    """A sentence for each column that the kind does not know, with the known one it may be."""
    sentences = []
    columns = matched(headings, kind, own)
    for number, (heading, known) in enumerate(zip(headings, columns, strict=True), 1):
        column = f"{name}:1: {term(heading)[:40]}: column {number}"
        if known is not None and known in kind.joined:
            parts = ", ".join(kind.joined[known]).replace("_", " ")
            sentences.append(f"{column} is read as {parts}, in this order")
        elif known is None and heading and not is_ignored(heading) and not told_apart(heading, own):
            if spellings(kind).get(fold(heading), ("",))[0] in kind.joined:
                sentences.append(f"{column} is left out: its parts have columns of their own")
                continue
            near = nearest(heading, kind)
            hint = f"; did you mean {near[1]}?" if near and near[0] not in columns else ""
            sentences.append(f"{column} is not known and is left out{hint}")
    return sentences
