"""Lists of those who came: read from arguments, stdin or a file, and told who is who.

A line is a graduate's code, an IIN or a name. A code must be on record. A name that is exactly one
graduate's, surname and given name in any order, becomes that graduate; any other name stays as a
guest by name, to be identified later: a list of a seminar must never stop at an unknown name.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from ayala import record_codes
from ayala.errors import NoSuchRecord, RowsRejected, SheetNotReadable
from ayala.language.names import fold
from ayala.language.phrases import phrase
from ayala.output.harmless import LONGEST, LONGEST_NAME, BadText, clean_in, shortened

if TYPE_CHECKING:
    from ayala.storage.asking import Asking

HEADINGS = ("session", "iin", "graduate", "name", "note")
NUMBERED = re.compile(r"\d{1,3}[.)]\s+(?=\D)")
"""The number that a line of a typed list begins with: ``12. Ахметова Айгүл``."""


@dataclass(frozen=True)
class Entry:
    """One line of a list as it came; ``where`` tells it in a sentence without a personal number."""

    where: str
    who: str = ""
    name: str = ""
    note: str | None = None
    session: str = ""


@dataclass(frozen=True)
class Attendee:
    """Who came: a graduate's code, a name as it was written, or both.

    ``by_name`` tells that the code was found by the name; ``remark`` why a name stays a guest's
    although people of that name, or of a similar one, are on record.
    """

    code: str | None
    name: str | None
    note: str | None = None
    by_name: bool = False
    remark: str = ""


# --- reading -------------------------------------------------------------------------------------


def entries(words: Sequence[str], file: str | None, session: str | None) -> list[Entry]:
    """The lines of a list: from arguments (``-`` is stdin, one a line) and from a file.

    Raises :class:`RowsRejected` with all that cannot be read, :class:`SheetNotReadable`, or
    :class:`NoSuchFile`.
    """
    found: list[Entry] = []
    for number, word in enumerate(words, 1):
        where = f"'{shortened(word)}'" if has_letters(word) else phrase("argument {number}", number=number)
        found += _of_file("-") if word == "-" else [_of_line(where, word)]
    if file is not None:
        found += _of_file(file)
    problems = [problem for entry in found for problem in _problems(entry, session)]
    if problems:
        raise RowsRejected(
            "\n".join((phrase("nothing written; the list cannot be read:"), *problems)),
            phrase("mend these lines"),
        )
    return found


def _of_file(name: str) -> list[Entry]:
    from ayala.sheets.reader import decoded, open_bytes

    shown = "stdin" if name == "-" else name
    with open_bytes(name) as stream:
        lines = list(decoded(shown, stream))
    first = next((line for line in lines if line.strip()), "")
    if delimiter := _sheet_delimiter(first):
        return list(_of_sheet(shown, lines, delimiter))
    return [_of_line(f"{shown}:{number}", line) for number, line in enumerate(lines, 1) if line.strip()]


def _sheet_delimiter(first: str) -> str | None:
    """The delimiter of a sheet with the headings of attendance; nothing for a plain list."""
    from ayala.sheets.headings import matched
    from ayala.sheets.kinds import kind_named
    from ayala.sheets.reader import DELIMITERS

    for delimiter in DELIMITERS:
        headings = matched(first.replace('"', "").split(delimiter), kind_named("attendance"))
        if {"iin", "graduate", "name"} & set(headings):
            return delimiter
    return None


def _of_sheet(name: str, lines: list[str], delimiter: str) -> Iterator[Entry]:
    from ayala.sheets.headings import matched
    from ayala.sheets.kinds import kind_named

    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    headings: list[str | None] = []
    while True:
        number = reader.line_num + 1
        try:
            cells = [cell.strip() for cell in next(reader)]
        except StopIteration:
            return
        except csv.Error:
            raise SheetNotReadable(
                phrase(
                    "{file}:{line}: this line cannot be read as a row of a sheet; look at its quotes",
                    file=name,
                    line=number,
                )
            ) from None
        if not any(cells):
            continue
        if not headings:
            headings = matched(cells, kind_named("attendance"))
            continue
        row = {key: cell for key, cell in zip(headings, cells, strict=False) if key in HEADINGS and cell}
        who = row.get("graduate") or row.get("iin", "")
        yield Entry(f"{name}:{number}", who, row.get("name", ""), row.get("note"), row.get("session", ""))


def _of_line(where: str, line: str) -> Entry:
    text = NUMBERED.sub("", line.strip(), count=1)
    if _is_iin(text):
        return Entry(where, who=text)
    if record_codes.read_code("graduate", text, date.min):
        return Entry(where, who=text)
    return Entry(where, name=text)


def has_letters(text: str) -> bool:
    """Whether a text can be a name; a telephone number cannot."""
    return any(character.isalpha() for character in text)


def _is_iin(text: str) -> bool:
    return re.fullmatch(r"[0-9]{12}", text.replace(" ", "")) is not None


def _problems(entry: Entry, session: str | None) -> Iterator[str]:
    if not entry.who and not has_letters(entry.name):
        yield phrase("{where}: neither a code nor a name", where=entry.where)
    elif entry.who and not _is_iin(entry.who) and not record_codes.read_code("graduate", entry.who, date.min):
        yield phrase(
            "{where}: '{typed}' is not a code like {example}",
            where=entry.where,
            typed=shortened(entry.who),
            example=record_codes.code("graduate", 12),
        )
    for text, longest in ((entry.name, LONGEST_NAME), (entry.note or "", LONGEST)):
        try:
            clean_in(text, longest=longest)
        except BadText as error:
            yield f"{entry.where}: " + phrase("the text {error}", error=error)
    if entry.session and record_codes.read_code("session", entry.session, date.min) != session:
        given = shortened(entry.session)
        if session:
            yield phrase(
                "{where}: the line is of session {given}, not {session}",
                where=entry.where,
                given=given,
                session=session,
            )
        else:
            yield phrase(
                "{where}: the line is of session {given}, and this one is new", where=entry.where, given=given
            )


# --- who is who ----------------------------------------------------------------------------------


def looked_up(ask: Asking, listed: Sequence[Entry]) -> list[Attendee]:
    """Tell who is who. Raises :class:`NoSuchRecord` with every code and IIN that nobody has."""
    people: list[Attendee] = []
    missing: list[str] = []
    for entry in listed:
        name = clean_in(entry.name) or None
        code, remark = None, ""
        if entry.who:
            code = _of_record(ask, entry.who)
            if code is None:
                missing.append(_missing(entry))
        elif name is not None:
            code, remark = _of_name(ask, name)
        people.append(Attendee(code, name, entry.note, by_name=not entry.who, remark=remark))
    if missing:
        raise NoSuchRecord(
            phrase(
                "nothing written; no graduate on record has {codes}",
                codes=", ".join(dict.fromkeys(missing)),
            ),
            "ayala graduate find NAME",
        )
    return people


def _of_record(ask: Asking, who: str) -> str | None:
    if _is_iin(who):
        found = ask.row("graduate", "by_iin", iin=who.replace(" ", ""))
    else:
        found = ask.row("graduate", "by_code", code=record_codes.read_code("graduate", who, date.min))
    return None if found is None else str(found["code"])


def _missing(entry: Entry) -> str:
    if not _is_iin(entry.who):
        return str(record_codes.read_code("graduate", entry.who, date.min))
    return phrase("the IIN of {where}", where=entry.where)


def _of_name(ask: Asking, name: str) -> tuple[str | None, str]:
    """The code of the one graduate of that name, or a sentence on those whom it may mean.

    One word is too little to tell a person by, even if only one graduate has that name today.
    """
    from ayala.graduate.reading import find

    people = find(ask, name) if len(fold(name).split()) > 1 else []
    exact = [person for person in people if person["score"] >= 100]
    if len(exact) == 1:
        return str(exact[0]["code"]), ""
    if exact:
        sentence = phrase(
            "'{name}' stays a guest, since several graduates fit: {people}",
            name=name,
            people=_candidates(exact),
        )
        return None, sentence
    near = [person for person in people if person["score"] >= NEAR]
    if near:
        sentence = phrase(
            "'{name}' stays a guest; on record with a similar name: {people}",
            name=name,
            people=_candidates(near[:3]),
        )
        return None, sentence
    return None, ""


NEAR = 88
"""The score from which a misspelt name is worth a hint."""


def _candidates(people: Sequence[dict[str, Any]]) -> str:
    from ayala.graduate.reading import described

    shown = [f"{person['code']} {described(person)}" for person in people[:9]]
    named, more = "; ".join(shown), len(people) - len(shown)
    return phrase("{named} and {count} more", named=named, count=more) if more else named
