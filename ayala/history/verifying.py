"""Whether the history is whole: the chain, the images among themselves, and the tables against them.

Everything is gone through and every finding named by its record and field, never by its value. What this
can and cannot prove stands in ``docs/history.md``.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from ayala.errors import WrongUsage
from ayala.history.reading import entries, label
from ayala.language.phrases import phrase, phrases
from ayala.storage import images, sealing

if TYPE_CHECKING:
    from ayala.storage.asking import Asking

Finding = tuple[str, int, str]
"""A check, how much it found, and what."""

NAMED = 20
"""How many findings of a check are named; the rest are counted."""


def findings(ask: Asking, key: sealing.HistoryKey, head: str | None = None) -> Iterator[Finding]:
    """Every check of the history. ``head``: one that ``ayala history head`` printed earlier.

    Raises :class:`WrongUsage` for a head that is none.
    """
    ask.take_any_text("surrogateescape")  # the hashes are over the bytes
    links = list(ask.rows("history", "seals"))
    yield _told("triggers", _triggers(ask))
    yield _told("at rest", _at_rest(ask))
    yield _told("chain", _chain(ask, links, key))
    yield _told("not sealed", _not_sealed(ask, links))
    if head is not None:
        yield _told("head", _head(links, head))
    yield _told("outside of Ayala", _outside(ask))
    yield _told("claimed images", (_image(row) for row in ask.rows("history", "strayed")))
    yield _told("images in order", (_image(row) for row in ask.rows("history", "broken")))
    yield _told("blank images", (_image(row) for row in ask.rows("history", "blank")))
    yield _told("rows against images", _replayed(ask))


def quick_findings(ask: Asking) -> Iterator[Finding]:
    """Those checks whose time hardly grows with the history, for ``doctor``."""
    yield _told("triggers", _triggers(ask))
    yield _told("at rest", _at_rest(ask))
    yield _told("not sealed", _behind(ask, ask.row("history", "head")))


def _told(check: str, found: Iterator[str]) -> Finding:
    names = []
    count = 0
    for what in found:
        count += 1
        if count <= NAMED:
            names.append(what)
    if count > NAMED:
        names.append(phrase("and {count} more", count=count - NAMED))
    return check, count, "; ".join(names)


def _image(row: dict[str, Any]) -> str:
    return phrase(
        "image {number} of {table} {key}", number=row["seq"], table=row["table_name"], key=row["row_key"]
    )


def _triggers(ask: Asking) -> Iterator[str]:
    """Triggers that are missing, altered or off."""
    if ask.driver == "sqlite3":
        tables = _shapes(ask, images.SQLITE_SHAPES)
        there = _texts(ask, images.SQLITE_TRIGGERS)
        unique = images.unique(tuple(row.values()) for row in ask.run(images.SQLITE_UNIQUE, {}))
        wanted = images.sqlite_all(tables, unique)
        works = dict.fromkeys(there, True)
    else:
        tables = _shapes(ask, images.POSTGRESQL_SHAPES)
        functions = _texts(ask, images.POSTGRESQL_FUNCTIONS)
        for name, body in images.postgresql_functions(tables).items():
            if name not in functions:
                yield phrase("the function {function} is missing", function=name)
            elif functions[name] != body:
                yield phrase("the function {function} is altered", function=name)
        works = {row["name"]: row["works"] for row in ask.run(images.POSTGRESQL_TRIGGERS, {})}
        wanted = dict.fromkeys(images.postgresql_triggers(tables), "")
        there = dict.fromkeys(works, "")
    for name, text in wanted.items():
        if name not in there:
            yield phrase("{trigger} is missing", trigger=name)
        elif there[name] != text:
            yield phrase("{trigger} is altered", trigger=name)
        elif not works[name]:
            yield phrase("{trigger} is off", trigger=name)


def _shapes(ask: Asking, question: str) -> list[images.Shape]:
    return images.shapes(tuple(row.values()) for row in ask.run(question, {}))


def _texts(ask: Asking, question: str) -> dict[str, str]:
    return {row["name"]: row["text"] for row in ask.run(question, {})}


def _at_rest(ask: Asking) -> Iterator[str]:
    """The row that speaks to the triggers of SQLite, as a change leaves it."""
    rows = list(ask.rows("history", "context"))
    if len(rows) != 1:
        yield phrase("the history context is missing")
    for row in rows:
        for column, rest in (("change_id", None), ("set_wise", 0), ("erasing", 0)):
            if row[column] != rest:
                yield phrase("the history context has {column} set", column=column)


def _chain(ask: Asking, links: list[dict[str, Any]], key: sealing.HistoryKey) -> Iterator[str]:
    """Every link computed anew over the images it covers."""
    if not links:
        return
    if key.secret is None:
        yield phrases(
            "the history key {path} is missing: {n} link cannot be computed",
            "the history key {path} is missing: {n} links cannot be computed",
            len(links),
            path=key.path,
        )
        return
    own = sealing.key_id(key.secret)
    foreign = sum(link["key_id"] != own for link in links)
    if foreign:
        yield phrases(
            "{n} link is sealed with another key than {key}",
            "{n} links are sealed with another key than {key}",
            foreign,
            key=own,
        )
    engine = "sqlite" if ask.driver == "sqlite3" else "postgresql"
    place = 0 if engine == "sqlite" else 1
    blanked = {row["image_seq"]: bytes.fromhex(row["digest"]) for row in ask.rows("history", "blankings")}
    last = links[-1]["horizon"]
    covered = sealing.streamed(ask.connection, engine, sealing.between(engine, 0, last))
    image = next(covered, None)
    before = sealing.FIRST_MAC
    for number, link in enumerate(links, 1):
        if link["seq"] != number:
            yield phrase("link {number} is missing", number=number)
            return
        mac = sealing.LinkMac(
            key.secret, seq=number, made_at=link["made_at"], outside=link["outside"], before=before
        )
        while image is not None and image[place] < link["horizon"]:
            content = blanked.get(image[0]) if image[8] is None and image[9] is None else None
            mac.add(sealing.image_digest(key.secret, image, content))
            image = next(covered, None)
        if link["key_id"] == own and mac.closed(link["horizon"]) != link["mac"]:
            yield _unfit(number, link, mac.images)
        before = link["mac"]


def _unfit(number: int, link: dict[str, Any], images: int) -> str:
    """A link that its images do not give; where they are more or fewer than it covered, how many."""
    moment = f"{link['made_at'][:19]}Z"
    if images == link["images"]:
        return phrase("link {number} of {moment} does not fit its images", number=number, moment=moment)
    return phrase(
        "link {number} of {moment} does not fit its images ({found} images, not {sealed})",
        number=number,
        moment=moment,
        found=images,
        sealed=link["images"],
    )


def _not_sealed(ask: Asking, links: list[dict[str, Any]]) -> Iterator[str]:
    """Changes that lie behind the newest link, or were sealed by another command than their own.

    On PostgreSQL the newest change may wait for the next command, so only SQLite's are findings.
    """
    if ask.driver != "sqlite3":
        return
    yield from _behind(ask, links[-1] if links else None)
    accepted = _accepted(ask)
    for row in ask.rows("history", "sealed_late_sqlite"):
        if accepted.get(row["code"], 0) < row["seq"]:
            yield phrase("{code} was not sealed by its own command", code=row["code"])


def _behind(ask: Asking, last: dict[str, Any] | None) -> Iterator[str]:
    """Images behind the newest link that say they are of a change of Ayala's; SQLite's only."""
    if ask.driver != "sqlite3":
        return
    rest = ask.row("history", "unsealed", horizon=last["horizon"] if last else 0)
    assert rest is not None
    if rest["images"] > rest["outside"]:
        yield phrases(
            "{n} image that says it is of a change",
            "{n} images that say they are of a change",
            rest["images"] - rest["outside"],
        )


def _accepted(ask: Asking) -> dict[str, int]:
    """Entry -> the image of the latest change that said of it that it was meant, or took it back."""
    found: dict[str, int] = {}
    for row in ask.rows("history", "accepted"):
        code = row["command"].split()[2]
        found[code] = max(found.get(code, 0), row["seq"])
    return found


def _head(links: list[dict[str, Any]], head: str) -> Iterator[str]:
    """Whether a head that was kept elsewhere is still in the chain."""
    number, _, mac = head.strip().partition(":")
    if not number.isdigit() or len(mac) < 8:
        raise WrongUsage(
            phrase("'{head}' is no head", head=head[:40]),
            phrase("one that `ayala history head` printed: 12:9f3a…"),
        )
    if not any(link["seq"] == int(number) and link["mac"].startswith(mac) for link in links):
        yield phrase(
            "the link {head} is not in the chain: what was sealed then was cut or sealed anew",
            head=head.strip()[:40],
        )


def _outside(ask: Asking) -> Iterator[str]:
    """What was changed by something else than Ayala, and accepted by nobody."""
    accepted = _accepted(ask)
    for row in ask.run(ask.text("history", "outside").replace("{entries}", entries(ask)), {}):
        if accepted.get(row["code"], 0) > int(row["code"].removeprefix("X-")):
            continue
        code, rows = row["code"], row["records"]
        if row["user"]:
            yield phrases(
                "{code}: {n} row by {user}", "{code}: {n} rows by {user}", rows, code=code, user=row["user"]
            )
        else:
            yield phrases("{code}: {n} row", "{code}: {n} rows", rows, code=code)


def _replayed(ask: Asking) -> Iterator[str]:
    """Each table against the last image of each of its rows."""
    sqlite = ask.driver == "sqlite3"
    if not sqlite:
        ask.connection.execute("SET LOCAL timezone = 'UTC'")  # as the trigger functions wrote moments
    for shape in _shapes(ask, images.SQLITE_SHAPES if sqlite else images.POSTGRESQL_SHAPES):
        key = images.row_key(shape, "r") if sqlite else images.postgresql_key(shape, "r")

        def asked(question: str, shape: images.Shape = shape, key: str = key) -> Iterator[dict[str, Any]]:
            sql = ask.text("history", question).replace("{table}", shape.name).replace("{key}", key)
            return ask.run(sql.replace("{json}", images.row_json(shape, "r") if sqlite else ""), {})

        for row in asked("differing"):
            now = json.loads(row["now"])
            then = json.loads(row["then_"]) if row["then_"] else {}
            name = f"{shape.name} {label(row['row_key'], now)}"
            if row["op"] is None or row["op"] == "D":
                yield phrase("{record} is in no image", record=name)
            elif fields := [field for field in now if now[field] != then.get(field)]:
                yield phrases(
                    "{record}: {fields} is altered",
                    "{record}: {fields} are altered",
                    len(fields),
                    record=name,
                    fields=", ".join(fields),
                )
        for row in asked("vanished"):
            then = json.loads(row["then_"]) if row["then_"] else {}
            yield phrase("{record} is gone", record=f"{shape.name} {label(row['row_key'], then)}")
