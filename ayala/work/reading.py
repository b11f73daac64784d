"""Asking about work: partners and their places, placements and whether they lasted, the pilot, aid.

Nothing here changes anything, and SQLAlchemy is never loaded.
"""

from __future__ import annotations

from datetime import date
from difflib import get_close_matches
from functools import lru_cache
from itertools import groupby, islice
from operator import itemgetter
from typing import TYPE_CHECKING

from ayala import record_codes
from ayala.dates import Span
from ayala.errors import NoSuchRecord, SeveralFit
from ayala.graduate.reading import EVERYTHING
from ayala.language.names import fold, sort_key
from ayala.language.phrases import phrase, phrases
from ayala.output.harmless import shortened, term
from ayala.output.table import Column, Table, columns

if TYPE_CHECKING:
    from ayala.storage.asking import Asking

MARKS = (3, 6, 12)
"""Months after which it is asked whether a placement lasted."""

PARTNERS = columns(
    "name", Column("kind", "code", "partner_kind"), "region:region", "workplaces#", "placed#", "closed_on@"
)
PARTNER = columns(
    "name", Column("kind", "code", "partner_kind"), "region:region", "contact", "closed_on@", "note"
)
WORKPLACES = columns(
    "partner", "title", "opened_on@", "closed_on@", "places#", "placed#", Column("special", "flag"), "note"
)
END = Column("end_reason", "code", "placement_end", heading="reason")
PLACEMENTS = columns(
    "code", "graduate", "name", "partner", "partner_kind:partner_kind", "title", "from_date@", "until@", END
)
PLACEMENT = columns(
    "code", "graduate", "name", "partner", "partner_kind:partner_kind", "title",
    Column("workplace", "day", heading="workplace_opened_on"), Column("special", "flag"),
    "from_date@", "until@", END, "note",
)  # fmt: skip
RETENTION = columns("months#", "placements#", "kept#", Column("share", "share"))
RETAINED = columns(
    "code", "graduate", "name", "partner", "partner_kind:partner_kind", "title", "from_date@", "until@",
    *(Column(f"retained_{months}", kind="flag") for months in MARKS),
)  # fmt: skip
PILOT = columns(
    "graduate", "name", "from_date@", "until@", "reason", Column("end_reason", heading="ended_because")
)
AID_LIST = columns(
    "code", "graduate", "name", "kind:aid_kind", "purpose", "status:aid_status", "asked_on@", "amount_asked#",
    "decided_on@", "amount_approved#", "paid_on@", "amount_paid#",
)  # fmt: skip
AID = columns(
    "code", "graduate", "name", "kind:aid_kind", "purpose", "status:aid_status", "appeal", "asked_on@",
    "amount_asked#", "decided_on@", "amount_approved#", "paid_on@", "amount_paid#", "note",
)  # fmt: skip


# --- one record ----------------------------------------------------------------------------------


def placement_code(ask: Asking, text: str, today: date) -> str:
    """The code of the placement meant. Raises :class:`NoSuchRecord`."""
    if code := _code(ask, "placement", text, today, "by_code"):
        return code
    raise NoSuchRecord(
        phrase("there is no placement {placement}", placement=_shown("placement", text, today)),
        "ayala work list",
    )


def aid_code(ask: Asking, text: str, today: date) -> str:
    """The code of the aid meant. Raises :class:`NoSuchRecord`."""
    if code := _code(ask, "aid", text, today, "aid_by_code"):
        return code
    raise NoSuchRecord(phrase("there is no aid {aid}", aid=_shown("aid", text, today)), "ayala work aid list")


def appeal_code(ask: Asking, text: str, today: date) -> str:
    """The code of the appeal meant. Raises :class:`NoSuchRecord`."""
    if code := _code(ask, "appeal", text, today, "appeal_by_code"):
        return code
    raise NoSuchRecord(
        phrase("there is no appeal {appeal}", appeal=_shown("appeal", text, today)), "ayala appeal list"
    )


def _code(ask: Asking, noun: str, text: str, today: date, question: str) -> str | None:
    """The code that was typed, if it is on record."""
    code = record_codes.read_code(noun, text, today)
    return code if code and ask.row("work", question, code=code) else None


def _shown(noun: str, text: str, today: date) -> str:
    """What was typed, as the code it stands for where it is one."""
    return record_codes.read_code(noun, text, today) or shortened(text)


def partner_name(ask: Asking, text: str) -> str:
    """The name of the partner meant, as it is stored; letter case and Kazakh letters do not matter.

    Raises :class:`NoSuchRecord`, naming the likest one, or :class:`SeveralFit`.
    """
    names = [str(row["name"]) for row in ask.rows("work", "partner_names")]
    if text in names:
        return text
    folded = fold(text)
    fitting = [name for name in names if fold(name) == folded]
    if len(fitting) == 1:
        return fitting[0]
    if fitting:
        raise SeveralFit(
            phrase("several partners are called '{partner}'", partner=shortened(text)),
            [(name, "") for name in fitting],
        )
    by_fold = {fold(name): name for name in names}
    near = get_close_matches(folded, list(by_fold), 1)
    hint = phrase('the name "{partner}"', partner=by_fold[near[0]]) if near else "ayala work partner list"
    raise NoSuchRecord(phrase("there is no partner '{partner}'", partner=shortened(text)), hint)


def workplace(ask: Asking, partner: str, title: str, opened: date | None) -> tuple[str, date]:
    """Title and first day of the one workplace meant; an open one goes before closed ones.

    Raises :class:`NoSuchRecord`, or :class:`SeveralFit` where its day has to be named.
    """
    rows = [
        row
        for row in workplaces(
            ask, partner=partner, as_of=date.max, closed=True, special=None, limit=None
        ).rows
        if fold(row["title"]) == fold(title) and (opened is None or row["opened_on"] == opened.isoformat())
    ]
    fitting = [row for row in rows if row["closed_on"] is None] or rows
    if not fitting:
        raise NoSuchRecord(
            phrase("{partner} has no workplace '{title}'", partner=partner, title=shortened(title)),
            f'ayala work workplace list --partner "{partner}" --all',
        )
    if len(fitting) > 1:
        raise SeveralFit(
            phrases(
                "{partner} has {n} workplace '{title}'",
                "{partner} has {n} workplaces '{title}'",
                len(fitting),
                partner=partner,
                title=shortened(title),
            ),
            [(row["opened_on"], row["title"]) for row in fitting],
            phrase("name the day of one: --opened DAY"),
        )
    return str(fitting[0]["title"]), date.fromisoformat(fitting[0]["opened_on"])


# --- lists and pages -----------------------------------------------------------------------------


def partners(
    ask: Asking, *, kind: str | None, region: str | None, closed: bool, as_of: date, limit: int | None
) -> Table:
    """Partners by the Kazakh alphabet, with their places and the people placed on a day."""
    rows = ask.rows(
        "work",
        "partners",
        kind=kind,
        region=region,
        closed=int(closed),
        as_of=as_of,
        limit=limit or EVERYTHING,
    )
    return Table("partners", PARTNERS, rows)


def partner_page(ask: Asking, name: str, as_of: date) -> list[Table]:
    """One partner: what is known of it, its places, everyone placed there."""
    partner = ask.row("work", "partner", name=name)
    assert partner is not None
    places = workplaces(ask, partner=name, as_of=as_of, closed=True, special=None, limit=None)
    placed = placements(ask, partner=name)
    return [
        Table("partner", PARTNER, [partner], subtitle=term(name), upright=True),
        _without(places, "partner"),
        _without(placed, "partner", "partner_kind"),
    ]


def _without(table: Table, *keys: str) -> Table:
    return Table(table.key, [c for c in table.columns if c.key not in keys], list(table.rows), optional=True)


def workplaces(
    ask: Asking, *, partner: str | None, as_of: date, closed: bool, special: bool | None, limit: int | None
) -> Table:
    """Places kept for graduates, open on a day or all of them, and how many are taken on that day."""
    rows = ask.rows(
        "work",
        "workplaces",
        partner=partner,
        as_of=as_of,
        closed=int(closed),
        special=None if special is None else int(special),
    )
    # The rows come by partner; no engine knows the alphabet of the titles.
    by_title = (
        row
        for _, places in groupby(rows, key=itemgetter("partner"))
        for row in sorted(places, key=lambda place: (sort_key(place["title"]), place["opened_on"]))
    )
    return Table("workplaces", WORKPLACES, islice(by_title, limit))


def placements(
    ask: Asking,
    *,
    partner: str | None = None,
    kind: str | None = None,
    graduate: str | None = None,
    begun: Span | None = None,
    as_of: date | None = None,
    open_on: date | None = None,
    limit: int | None = None,
) -> Table:
    """Who was placed where, by the first day; ``open_on`` leaves those not ended on that day."""
    rows = ask.rows(
        "work",
        "placements",
        partner=partner,
        kind=kind,
        graduate=graduate,
        begun_from=begun.start if begun else None,
        begun_to=begun.end if begun else None,
        as_of=as_of,
        open_on=open_on,
        limit=limit or EVERYTHING,
    )
    return Table("placements", PLACEMENTS, rows)


def placement_page(ask: Asking, code: str) -> Table:
    """One placement."""
    placement = ask.row("work", "placement", code=code)
    assert placement is not None
    return Table("placement", PLACEMENT, [placement], subtitle=f"{code} {placement['name']}", upright=True)


def retention(
    ask: Asking, *, begun: Span | None, partner: str | None, kind: str | None, as_of: date
) -> list[Table]:
    """Whether the placements begun in a span lasted: the shares, and each of them.

    A share counts the placements whose third (sixth, twelfth) month was full by the day; of the
    others nothing is known yet.
    """
    rows = [
        row
        | {f"retained_{months}": lasted(row["from_date"], row["until"], months, as_of) for months in MARKS}
        for row in ask.rows(
            "work",
            "retention",
            begun_from=begun.start if begun else None,
            begun_to=begun.end if begun else None,
            partner=partner,
            kind=kind,
            as_of=as_of,
        )
    ]
    shares = []
    for months in MARKS:
        known = [row for row in rows if row[f"retained_{months}"] is not None]
        kept = sum(row[f"retained_{months}"] for row in known)
        share = round(kept / len(known), 4) if known else None
        shares.append({"months": months, "placements": len(known), "kept": kept, "share": share})
    return [
        Table("retention", RETENTION, shares, subtitle=begun.label if begun else ""),
        Table("placements", RETAINED, rows, optional=True),
    ]


def lasted(from_date: str, until: str | None, months: int, as_of: date) -> bool | None:
    """Whether the person was still there so many months after the first day; nothing before that day."""
    mark = _mark(from_date, months)
    if mark > as_of.isoformat():
        return None
    return until is None or until > mark


@lru_cache(maxsize=4096)
def _mark(from_date: str, months: int) -> str:
    """The day so many months after a first day."""
    from dateutil.relativedelta import relativedelta

    return (date.fromisoformat(from_date) + relativedelta(months=months)).isoformat()


def pilot(ask: Asking, *, as_of: date, everyone: bool, limit: int | None) -> Table:
    """Who is in the pilot on a day, or everyone who ever was."""
    rows = ask.rows("work", "pilot", as_of=as_of, closed=int(everyone), limit=limit or EVERYTHING)
    return Table("pilot", PILOT, rows)


def aid(
    ask: Asking,
    *,
    kind: str | None,
    status: str | None,
    graduate: str | None,
    asked: Span | None,
    limit: int | None,
) -> Table:
    """Money and study grants by the day they were asked for."""
    rows = ask.rows(
        "work",
        "aid_list",
        kind=kind,
        status=status,
        graduate=graduate,
        asked_from=asked.start if asked else None,
        asked_to=asked.end if asked else None,
        limit=limit or EVERYTHING,
    )
    return Table("aid", AID_LIST, rows)


def aid_page(ask: Asking, code: str) -> Table:
    """One sum of money or study grant: asked, decided, paid."""
    found = ask.row("work", "aid", code=code)
    assert found is not None
    return Table("aid", AID, [found], subtitle=f"{code} {found['name']}", upright=True)
