"""Asking about appeals: one by its code or number, the list, the page, the receipt.

Nothing here changes anything, and SQLAlchemy is never loaded.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from itertools import islice
from typing import Any

from ayala import record_codes
from ayala.appeal.steps import OPEN
from ayala.dates import FIRST_DAY, LAST_DAY, Span
from ayala.errors import NoSuchRecord, SeveralFit
from ayala.graduate.identity import full_name
from ayala.graduate.reading import EVERYTHING
from ayala.language.catalogue import word
from ayala.language.phrases import phrase
from ayala.output.harmless import shortened
from ayala.output.table import Column, Table, columns
from ayala.storage.asking import Asking

LISTED = columns(
    "code", "received_on@", "graduate", "name", "topic:topic", "channel:channel", "region:region",
    "status:status", "decision:decision", "answered_on@", "extended_until@", "due_on@", "level:level",
    "assignee", "number",
)  # fmt: skip


def one(ask: Asking, text: str, today: date) -> str:
    """The code of the one appeal meant by a register code (``A-2026-0311``, ``2026-311``, ``311`` of
    this year) or by an outside number.

    Raises :class:`NoSuchRecord`, or :class:`SeveralFit` when the text is the code of one appeal and
    the outside number of another.
    """
    code = record_codes.read_code("appeal", text, today)
    found = list(ask.rows("appeal", "meant", code=code, number=text.strip()))
    if not found:
        raise NoSuchRecord(
            phrase("there is no appeal {code}", code=code or shortened(text)), "ayala appeal list"
        )
    if len(found) > 1:
        raise SeveralFit(
            phrase("several appeals fit '{typed}'", typed=shortened(text)),
            [(str(row["code"]), described(row)) for row in found],
        )
    return str(found[0]["code"])


def described(appeal: dict[str, Any]) -> str:
    """An appeal in a line of candidates."""
    name = phrase("blocked") if appeal["blocked"] else appeal["name"]
    parts = (appeal["received_on"], word("topic", appeal["topic"]), name, appeal["number"])
    return ", ".join(str(part) for part in parts if part)


def listed(
    ask: Asking,
    *,
    statuses: Sequence[str] = (),
    topic: str | None = None,
    region: str | None = None,
    channel: str | None = None,
    assignee: str | None = None,
    graduate: str | None = None,
    received: Span | None = None,
    only_open: bool = False,
    unidentified: bool = False,
    levels: Collection[str] = (),
    as_of: date,
    limit: int | None = None,
) -> Table:
    """The register by the day received. ``topic`` is the main one, as reports count;
    ``unidentified`` are those without a person; ``graduate`` is a code. ``levels`` are of open ones, and
    how near the last day is depends on ``as_of``."""
    only_open = only_open or bool(levels)
    question = "listed_open" if only_open else "listed"
    filters: dict[str, Any] = {"unidentified": int(unidentified)}
    if graduate is not None:
        question, filters = "listed_of_graduate", {"graduate": graduate}
        if only_open:
            statuses = [status for status in OPEN if status in (statuses or OPEN)] or ["none"]
    rows = ask.rows(
        "appeal",
        question,
        statuses=f";{';'.join(statuses)};" if statuses else None,
        topic=topic,
        region=region,
        channel=channel,
        assignee=assignee,
        received_from=received.start if received else FIRST_DAY,
        received_to=received.end if received else LAST_DAY,
        limit=EVERYTHING if levels or limit is None else limit,
        **filters,
    )
    few = graduate is not None or (limit is not None and limit <= 100 and not levels)
    return Table("appeals", LISTED, islice(_with_days(ask, rows, levels, as_of, few=few), limit))


def _with_days(
    ask: Asking, rows: Iterable[dict[str, Any]], levels: Collection[str], as_of: date, *, few: bool
) -> Iterator[dict[str, Any]]:
    """The rows with ``due_on`` and ``level``; the clock is loaded when an open appeal is met."""
    clock = None
    for row in rows:
        if row["status"] not in OPEN:
            yield {**row, "due_on": None, "level": None}
            continue
        if clock is None:
            from ayala.appeal.deadlines import Deadlines

            clock = Deadlines(ask, as_of, few=few)
        near = clock.of_open(row)
        if not levels or near["level"] in levels:
            yield {**row, **near}


def page(ask: Asking, code: str, as_of: date) -> list[Table]:
    """One appeal, how near its last day is on a day, and its steps."""
    from ayala.appeal.deadlines import Deadlines

    appeal = {**_appeal(ask, code), **Deadlines(ask, as_of).shown(code)}
    name = appeal["name"] or appeal["caller"]
    what = Table(
        "appeal",
        columns(
            "code", "number", "graduate", "name", "caller", "town", Column("caller_phone", "phone"),
            "received_on@", "registered_on@", "channel:channel",
            Column("kind", "code", "appeal_kind", heading="appeal_kind"), "topic:topic",
            Column("topics", "code", "topic"), "region:region", "household#", "assignee", "status:status",
            "due_on@", "level:level", "decision:decision", "answered_on@", "ground", "document",
            "redirected_to", "extended_until@", "text", "note",
        ),
        [appeal],
        subtitle=f"{code} {name}",
        personal_on_terminal=True,
        upright=True,
    )  # fmt: skip
    steps = Table(
        "events",
        columns(
            Column("happened_on", "day", heading="day"),
            "event:event",
            Column("made_by", heading="user"),
            "reason",
            "to_whom",
            "until@",
            "rule",
        ),
        ask.rows("appeal", "page_events", code=code),
        optional=True,
    )
    return [what, steps]


def receipt(ask: Asking, code: str, *, clock_is_real: bool) -> Table:
    """The slip that the law owes the person (Code № 350-VI, art. 64): unique number, day, time,
    receiver; and what it is about, and who looks into it. No personal number.

    The time is that of entering, known if it was entered by the desk on the day it came, by a real
    clock.
    """
    appeal = _appeal(ask, code)
    entered = ask.row("appeal", "registered", code=code)
    slip = {
        "code": code,
        "received_on": appeal["received_on"],
        "time": _time(entered["id"], appeal["received_on"]) if entered and clock_is_real else None,
        "receiver": entered["made_by"] if entered else None,
        "topics": ";".join(filter(None, (appeal["topic"], appeal["topics"]))),
        "assignee": appeal["assignee"],
        "redirected_to": appeal["redirected_to"],
    }
    return Table(
        "receipt",
        columns(
            Column("code", heading="register_number"),
            "received_on@",
            "time",
            "receiver",
            Column("topics", "code", "topic"),
            "assignee",
            "redirected_to",
        ),
        [slip],
        subtitle=code,
        upright=True,
    )


def _appeal(ask: Asking, code: str) -> dict[str, Any]:
    appeal = ask.row("appeal", "page", code=code)
    assert appeal is not None
    named = [appeal.pop(part) for part in ("surname", "given_name", "patronymic")]
    further = ";".join(str(row["topic"]) for row in ask.rows("appeal", "page_topics", code=code))
    return {**appeal, "name": full_name(*named) or None, "topics": further or None}


def _time(key: str, received_on: str) -> str | None:
    """The hour and minute in Almaty that a key was made at, if that was on the day named."""
    from zoneinfo import ZoneInfo

    made = datetime.fromtimestamp(int(key.replace("-", "")[:12], 16) / 1000, UTC)  # UUIDv7
    there = made.astimezone(ZoneInfo("Asia/Almaty"))
    return f"{there:%H:%M}" if there.date().isoformat() == received_on else None
