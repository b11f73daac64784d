"""Asking about graduates: one by code, IIN or name; the list; the page; finding by likeness.

Nothing here changes anything, and SQLAlchemy is never loaded.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, Any

from ayala import record_codes
from ayala.dates import Span
from ayala.errors import NoSuchRecord, SeveralFit
from ayala.graduate.identity import full_name
from ayala.language.names import fold, from_latin, is_latin
from ayala.language.phrases import phrase
from ayala.output.harmless import shortened
from ayala.output.table import Column, Table, columns

if TYPE_CHECKING:
    from ayala.storage.asking import Asking

EVERYTHING = 2**62
"""A limit that limits nothing, on both engines."""

LISTED = columns(
    "code", "surname", "given_name", "patronymic", "birth_date@", "sex:sex", "region:region", "iin", "phone"
)
FOUND = [*LISTED, *columns("institution", "score#")]
LIKELY = 55
"""The score from which a person is worth showing."""


def one(ask: Asking, text: str, today: date) -> str:
    """The code of the one graduate meant by a code, an IIN, or a name.

    A name must be that person's, Kazakh or Russian letters or Latin spelling, surname and given
    name in any order. Raises :class:`NoSuchRecord`, or :class:`SeveralFit` with candidates when
    several people, or only people of a similar name, are on record.
    """
    squeezed = text.strip().replace(" ", "")
    if squeezed.isascii() and squeezed.isdigit() and len(squeezed) == 12:
        found = ask.row("graduate", "by_iin", iin=squeezed)
        if found is None:
            raise NoSuchRecord(
                phrase("no graduate on record has this personal number"), "ayala graduate find NAME"
            )
        return str(found["code"])
    code = record_codes.read_code("graduate", text, today)
    if code is not None:
        if ask.row("graduate", "by_code", code=code) is None:
            raise NoSuchRecord(phrase("there is no graduate {code}", code=code), "ayala graduate find NAME")
        return code
    people = find(ask, text)[:9]
    exact = [person for person in people if person["score"] >= 100]
    if len(exact) == 1:
        return str(exact[0]["code"])
    if exact or people:
        listed = exact or people
        typed = shortened(text)
        if exact:
            sentence = phrase("several graduates fit '{typed}'", typed=typed)
        elif len(people) > 1:
            sentence = phrase("several graduates fit '{typed}'; of similar name:", typed=typed)
        else:
            sentence = phrase("no graduate is called '{typed}'; of similar name:", typed=typed)
        raise SeveralFit(sentence, [(str(person["code"]), _described(ask, person)) for person in listed])
    raise NoSuchRecord(
        phrase("no graduate is called '{typed}'", typed=shortened(text)), "ayala graduate find NAME"
    )


def described(person: dict[str, Any]) -> str:
    """A person in a line of candidates: name, birth date, region; no personal number."""
    name = full_name(person["surname"], person["given_name"], person["patronymic"])
    return ", ".join(str(part) for part in (name, person["birth_date"], person["region"]) if part)


def _described(ask: Asking, person: dict[str, Any]) -> str:
    blocked = ask.value("personal", "is_blocked", code=person["code"])
    return phrase("blocked") if blocked else described(person)


def listed(
    ask: Asking,
    *,
    region: str | None,
    sex: str | None,
    institution: str | None,
    born: Span | None,
    registered: Span | None,
    archived: bool | None,
    as_of: date,
    limit: int | None,
) -> Table:
    """The register by the Kazakh alphabet; ``archived`` None means both kinds."""
    rows = ask.rows(
        "graduate",
        "listed",
        region=region,
        sex=sex,
        institution=institution,
        born_from=born.start if born else None,
        born_to=born.end if born else None,
        registered_from=registered.start if registered else None,
        registered_to=registered.end if registered else None,
        archived=None if archived is None else int(archived),
        as_of=as_of,
        limit=limit or EVERYTHING,
    )
    return Table("graduates", LISTED, rows)


def page(ask: Asking, code: str, as_of: date) -> list[Table]:
    """Everything on one person, on one screen: empty parts are left out for people."""

    def part(key: str, *keys: str | Column, question: str = "") -> Table:
        values: dict[str, Any] = {"code": code}
        if key in ("stays", "queue"):
            values["as_of"] = as_of
        rows = list(ask.rows("graduate", f"page_{question or key}", **values))
        return Table(key, columns(*keys), rows, optional=True)

    person = ask.row("graduate", "page", code=code)
    assert person is not None
    name = full_name(person["surname"], person["given_name"], person["patronymic"])
    who = Table(
        "graduate",
        columns(
            "code", "surname", "given_name", "patronymic", "latin_name", "birth_date@", "age#", "sex:sex",
            "iin", "phone", Column("other_phones", "phone"), "email", "region:region", "address",
            "institution", "left_care_on@", "care_status:care_status", "conscript_months#",
            "registered_on@", "archived_on@", "note",
        ),
        [{**person, "age": _age(person["birth_date"], as_of)}],
        subtitle=f"{code} {name}",
        personal_on_terminal=True,
        upright=True,
    )  # fmt: skip
    return [
        who,
        part(
            "appeals", "code", "received_on@", "topic:topic", "channel:channel", "status:status",
            "decision:decision", "answered_on@", "assignee",
        ),
        part(
            "services", "code", "kind:kind", "mode:mode", "provider", "planned_on@", "provided_on@",
            "outcome",
        ),
        part(
            "stays", "bed", "from_date@", "until@", "contract", "planned_end@", "companions#",
            "end_reason:end_reason", "destination:destination",
        ),
        part(
            "queue", "code", "registrar:registrar", "registered_on@", "number", "category",
            "status:queue_status", "position#", "position_on@",
        ),
        part(
            "apartments", "granted_on@", "region:region", "address", "rooms#", "area#", "tenure:tenure",
            "decision",
        ),
        part("placements", "code", "partner", "title", "from_date@", "until@", "end_reason:placement_end"),
        part(
            "aid", "code", "kind:aid_kind", "status:aid_status", "asked_on@", "amount_asked#",
            "amount_approved#", "amount_paid#",
        ),
        part("documents", "kind:document_kind", "number", "issued_on@", "expires_on@", "note"),
        part("contacts", "made_on@", "outcome:contact_outcome", "channel:contact_channel", "note"),
    ]  # fmt: skip


def _age(born: str, day: date) -> int:
    from ayala.dates import age_on

    return age_on(date.fromisoformat(born), day)


def find(
    ask: Asking, text: str, *, region: str | None = None, born: Span | None = None, phone: str | None = None
) -> list[dict[str, Any]]:
    """People whose name is like the text, the likest first, each with a ``score`` up to 100.

    Forgives Kazakh letters typed on a Russian keyboard, Latin spelling, a typo, and the order of
    the words: the surname is looked up in the vocabulary of surnames on record, then the whole name
    is compared word by word.
    """
    if phone is not None:
        people = list(ask.rows("graduate", "of_phone", phone=phone, inside=f"%{phone}%"))
        for person in people:
            person["score"] = 100
    else:
        people = _merged(_alike(ask, words) for words in _spellings(text))
    return [
        person
        for person in people
        if (region is None or person["region"] == region)
        and (born is None or born.start.isoformat() <= person["birth_date"] <= born.end.isoformat())
    ]


def _spellings(text: str) -> list[list[str]]:
    """The words to look for: as typed; Latin ones first as the Cyrillic that they may stand for."""
    typed = fold(text).split()
    return [from_latin(text).split(), typed] if is_latin(text) else [typed]


def _merged(found: Iterable[list[dict[str, Any]]]) -> list[dict[str, Any]]:
    """People found by several spellings, each once with the best score, the likest first."""
    people: dict[str, dict[str, Any]] = {}
    for person in itertools.chain.from_iterable(found):
        known = people.setdefault(person["code"], person)
        known["score"] = max(known["score"], person["score"])
    return sorted(people.values(), key=lambda p: (-p["score"], len(p["name_key"]), len(p["code"]), p["code"]))


def _alike(ask: Asking, wanted: list[str]) -> list[dict[str, Any]]:
    if not wanted:
        return []
    from rapidfuzz import fuzz, process

    people: dict[str, dict[str, Any]] = {}
    for question, name, ask_for in (
        ("surnames", "surname", "of_surname"),
        ("given_names", "given_name", "of_given_name"),
    ):
        vocabulary = [next(iter(row.values())) for row in ask.rows("graduate", question)]
        near: set[str] = set()
        for word in wanted:
            near.update(
                match
                for match, _, _ in process.extract(
                    word, vocabulary, scorer=fuzz.ratio, limit=12, score_cutoff=70
                )
            )
            if len(word) >= 3:
                near.update([name for name in vocabulary if name.startswith(word)][:12])
        for fitting in sorted(near):
            for person in ask.rows("graduate", ask_for, **{name: fitting}):
                people[person["code"]] = person
        if name == "surname" and any(_score(wanted, p["name_key"]) >= 85 for p in people.values()):
            break
    for person in people.values():
        person["score"] = round(_score(wanted, person["name_key"]))
    return [person for person in people.values() if person["score"] >= LIKELY]


def _score(wanted: list[str], name: str) -> float:
    """How like a name the words are: the mean over the words of their best counterpart in it.

    A beginning of a word of the name counts for almost all of it; each word of the name serves once.
    """
    from rapidfuzz import fuzz

    left = name.split()
    total = 0.0
    for word in wanted:
        if not left:
            break
        scored = [
            (
                max(
                    fuzz.ratio(word, part),
                    95.0 if len(word) >= 3 and part.startswith(word) and word != part else 0,
                ),
                i,
            )
            for i, part in enumerate(left)
        ]
        score, index = max(scored)
        total += score
        left.pop(index)
    return total / len(wanted)
