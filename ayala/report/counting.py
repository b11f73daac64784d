"""Counting anything by any of its keys, with another span beside it.

The keys are a fixed list for each noun and the SQL is put together from them and the named questions
``keyed_…``; values come in as parameters only.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from ayala.dates import Span
from ayala.errors import WrongUsage
from ayala.language.catalogue import codes
from ayala.language.phrases import phrase
from ayala.output.harmless import shortened
from ayala.output.table import Table, columns

if TYPE_CHECKING:
    from ayala.storage.asking import Asking


@dataclass(frozen=True)
class Counted:
    """What can be counted: its keys (with the vocabulary of their codes) and how the span applies."""

    measure: str
    keys: Mapping[str, str]
    default: str
    spanned: bool = True
    needs_day: bool = False


QUARTER = "substr(month, 1, 5) || 'q' || ((CAST(substr(month, 6, 2) AS INTEGER) + 2) / 3)"
"""The quarter of a ``YYYY-MM``, written as spans are typed: ``2026-q3``."""

BY_DAY = {"region", "topic", "month", "quarter", "year"}
"""The keys of appeals by which a day's are counted together first, in the order of ``ix_appeal_counted``."""

COUNTED: dict[str, Counted] = {
    "appeals": Counted(
        "appeals",
        {
            "topic": "topic", "region": "region", "month": "", "quarter": "", "year": "",
            "channel": "channel", "status": "status", "decision": "decision", "assignee": "",
            "kind": "appeal_kind",
        },
        "topic",
    ),
    "services": Counted(
        "services",
        {
            "kind": "kind", "mode": "mode", "region": "region", "month": "", "quarter": "", "year": "",
            "provider": "",
        },
        "kind",
    ),
    "graduates": Counted(
        "graduates",
        {
            "region": "region", "sex": "sex", "institution": "", "care_status": "care_status", "year": "",
            "month": "", "quarter": "", "birth_year": "",
        },
        "region",
        spanned=False,
        needs_day=True,
    ),
    "dormitory": Counted(
        "residents",
        {"building": "", "floor": "", "sex": "sex", "region": "region", "birth_year": ""},
        "building",
        spanned=False,
        needs_day=True,
    ),
    "apartments": Counted(
        "apartments",
        {"year": "", "month": "", "quarter": "", "region": "region", "tenure": "tenure", "rooms": ""},
        "year",
    ),
    "work": Counted(
        "placements",
        {
            "partner_kind": "partner_kind", "partner": "", "region": "region", "sex": "sex", "year": "",
            "month": "", "quarter": "", "end_reason": "placement_end",
        },
        "partner_kind",
    ),
}  # fmt: skip


def count(
    ask: Asking,
    noun: str,
    *,
    by: Sequence[str],
    span: Span | None,
    as_of: date,
    compare: Span | None = None,
    filters: Mapping[str, str | None] | None = None,
    mentions: bool = False,
) -> Table:
    """The count of a noun by keys, in the order of their codes.

    ``span`` None counts all on record. ``compare`` adds the count of another span (``compared``) and
    the ``change`` to this one. ``mentions`` counts an appeal once for each of its topics.
    """
    counted = COUNTED[noun]
    for key in by:
        if key not in counted.keys:
            raise WrongUsage(
                phrase("{noun} cannot be counted by '{key}'", noun=noun, key=shortened(key)),
                f"--by {' | '.join(counted.keys)}",
            )
    question = "keyed_mentions" if mentions else f"keyed_{noun}"
    answer = _ask(ask, question, counted, by, span, as_of, filters or {})
    total: dict[str, Any] = {counted.measure: sum(answer.values())}
    shown = [f"{key}:{counted.keys[key]}" if counted.keys[key] else key for key in by]
    shown.append(f"{counted.measure}#")
    if compare is None:
        rows = [dict(zip(by, keys, strict=True)) | {counted.measure: n} for keys, n in answer.items()]
    else:
        other = _ask(ask, question, counted, by, compare, compare.end, filters or {})
        if span is not None:
            months = _months(span.start) - _months(compare.start)
            other = {_moved(keys, by, months): n for keys, n in other.items()}
        rows = [
            dict(zip(by, keys, strict=True))
            | {counted.measure: (now := answer.get(keys, 0)), "compared": (then := other.get(keys, 0))}
            | {"change": now - then}
            for keys in {**answer, **other}
        ]
        shown += ["compared#", "change#"]
        total |= {"compared": sum(other.values())}
        total |= {"change": total[counted.measure] - total["compared"]}
    rows.sort(key=lambda row: [rank(row[key], counted.keys[key]) for key in by])
    return Table(noun, columns(*shown), rows, total, _subtitle(span, as_of, compare))


def _months(day: date) -> int:
    return day.year * 12 + day.month - 1


def _moved(keys: tuple[Any, ...], by: Sequence[str], months: int) -> tuple[Any, ...]:
    """The keys of the other span as those of this one: its March stands beside this one's March.

    A quarter or a year moves only by whole ones; otherwise it keeps its own name and row.
    """
    moved = []
    for key, value in zip(by, keys, strict=True):
        if key == "month":
            year, month = divmod(_months(date.fromisoformat(f"{value}-01")) + months, 12)
            value = f"{year}-{month + 1:02d}"
        elif key == "quarter" and months % 3 == 0:
            quarters = int(value[:4]) * 4 + int(value[-1]) - 1 + months // 3
            value = f"{quarters // 4}-q{quarters % 4 + 1}"
        elif key == "year" and months % 12 == 0:
            value = str(int(value) + months // 12)
        moved.append(value)
    return tuple(moved)


def _ask(
    ask: Asking,
    question: str,
    counted: Counted,
    by: Sequence[str],
    span: Span | None,
    as_of: date,
    filters: Mapping[str, str | None],
) -> dict[tuple[Any, ...], int]:
    given = {key: value for key, value in filters.items() if value is not None}
    conditions = [f"{key} = :{key}" for key in given]
    values: dict[str, Any] = dict(given)
    if span is not None:
        conditions.append("day BETWEEN :start AND :end")
        values |= {"start": span.start, "end": span.end}
    if counted.needs_day:
        values["as_of"] = as_of
    counting = "count(*)"
    if question == "keyed_appeals" and span is not None and {*by, *given} <= BY_DAY:
        # As many rows as days are left to sort. A day that is cast keeps SQLite off the index of days, behind
        # which it would look up the region of every appeal.
        question, counting = "keyed_appeals_by_day", "CAST(sum(appeals) AS INTEGER)"
        conditions[-1] = "CAST(day AS TEXT) BETWEEN :start AND :end"
    keys = ", ".join(f"{QUARTER} AS quarter" if key == "quarter" else key for key in by)
    groups = ", ".join(str(number) for number in range(1, len(by) + 1))
    where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
    inner = ask.text("report", question)
    sql = f"SELECT {keys}, {counting} AS counted FROM ({inner}) AS keyed{where} GROUP BY {groups}"
    return {tuple(row[key] for key in by): row["counted"] for row in ask.run(sql, values)}


def rank(value: Any, vocabulary: str) -> tuple[int, int, str]:
    """Codes in the order of their vocabulary, numbers by size, texts by the Kazakh alphabet, nothing last."""
    if value is None:
        return (2, 0, "")
    if isinstance(value, int):
        return (0, value, "")
    if vocabulary and vocabulary != "region":
        known = codes(vocabulary)
        return (0, known.index(value) if value in known else len(known), value)
    from ayala.language.names import sort_key

    return (1, 0, value if vocabulary else sort_key(value))


def _subtitle(span: Span | None, as_of: date, compare: Span | None) -> str:
    label = span.label if span else as_of.isoformat()
    return f"{label} / {compare.label}" if compare else label
