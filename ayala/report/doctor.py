"""``ayala doctor``: whether the office is in order, and for each fault the command that mends it.

It asks and never changes anything, so it may run at any time, on a database that is missing, damaged, older
or newer too. What others know already is asked of them: ``check`` of the database, ``history verify`` of the
history, ``rules check`` of the rulebook.
"""

from __future__ import annotations

import re
import shlex
import shutil
import stat
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

from ayala.errors import (
    AyalaError,
    DatabaseBehind,
    DatabaseDamaged,
    DatabaseNewer,
    NoSuchRecord,
)
from ayala.language.phrases import phrase, phrases
from ayala.office import Office
from ayala.options import Format, Output, Quiet, read_text, the_office
from ayala.output.emit import emit
from ayala.output.saying import say
from ayala.output.table import Table, columns
from ayala.settings import data_folder
from ayala.watch import runs

if TYPE_CHECKING:
    from ayala.storage.asking import Asking

BACKUP_DAYS = 8
"""A backup older than this is a fault, however seldom one is scheduled: a week's work, and a day."""

LEAST_ROOM = 100_000_000
"""Bytes that must be free beside the database; more, where three copies of it would need more."""


class Line(NamedTuple):
    """One answer: the check, its ``state`` (``ok``, ``note`` or ``fault``), and what mends it."""

    check: str
    state: str
    what: str
    next_step: str = ""


def doctor(
    ctx: typer.Context,
    full: Annotated[
        bool, typer.Option("--full", help="Also all of `check` and `history verify`, which take longer.")
    ] = False,
    forget: Annotated[
        str | None,
        typer.Option(
            "--forget",
            parser=read_text,
            metavar="JOB",
            help="A command that cron runs no longer; do not miss it.",
            show_default=False,
        ),
    ] = None,
    format: Format = None,
    output: Output = None,
    quiet: Quiet = False,
) -> None:
    """Look whether the office is in order, and say what mends it.

    Example: ayala doctor

    Exit code 1 at any fault. With --quiet a table is printed only then, as cron wants it.
    """
    office = the_office(ctx)
    if forget is not None:
        _forget(office, forget)
        return
    found = list(lines(office, full=full))
    ill = any(line.state == "fault" for line in found)
    if ill or not quiet or output:
        table = columns("check:doctor_check", "state:doctor_state", "what", "next_step")
        rows = [line._asdict() for line in found]
        emit(Table("doctor", table, rows), format=format, output=output)
    if ill:
        raise typer.Exit(1)


def _forget(office: Office, typed: str) -> None:
    job = re.sub(r" --once (?:day|week|month)$", "", typed.removeprefix("ayala "))
    retired = 0
    for attempt in office.change(f"doctor --forget {job}"):
        with attempt as records:
            retired = records.runs.retire(job)
    if not retired:
        raise NoSuchRecord(
            phrase("cron has run no '{job}'", job=job),
            phrase("{command}, which names them", command="ayala doctor"),
        )
    say(phrase("not missed any more: {job}", job=job))


def lines(office: Office, *, full: bool = False) -> Iterator[Line]:
    """Every check in order; those that need the database only where it can be asked."""
    told: set[str] = set()
    yield from _held("settings", _settings(office), told)
    usable = True
    for line in _held("database", _database(office), told):
        usable = usable and line.state != "fault"
        yield line
    parts: list[tuple[str, Callable[[Office], Iterator[Line]]]] = [("history_key", _history_key)]
    if usable:
        parts = [
            ("integrity", _whole if full else _quickly_whole),
            ("history", _history if full else _history_quickly),
            *parts,
            ("rules", _rules),
            ("calendar", _calendar),
            ("job", _jobs),
            ("backup", _backups),
        ]
    else:
        parts.append(("rules", _rules))
    for check, look in (*parts, ("disk", _disk), ("access", _access)):
        yield from _held(check, look(office), told)


def _held(check: str, part: Iterator[Line], told: set[str]) -> Iterator[Line]:
    """The lines of a part; what keeps it from its work is a fault of its check, and told once."""
    try:
        yield from part
    except AyalaError as error:
        if str(error) not in told:
            told.add(str(error))
            damaged = isinstance(error, DatabaseDamaged)
            step = "ayala restore BACKUP" if damaged else error.hint or "ayala settings"
            yield Line(check, "fault", str(error), step)


def _settings(office: Office) -> Iterator[Line]:
    from ayala.settings import checked_language

    office.settings.rows()
    checked_language(*office.settings.found("lang"))
    office.settings.rulebook()
    _ = office.today, office.author, office.wait
    files = office.settings.files()
    read = phrase("read from {files}", files=", ".join(files)) if files else phrase("no file of settings")
    yield Line("settings", "ok", read)


def _database(office: Office) -> Iterator[Line]:
    """Whether the database is reached, is an office's, of this schema, and on a sound engine."""
    from ayala.storage.opening import SCHEMA

    shown = office.address.shown
    try:
        _ = office.ask.connection
    except (DatabaseBehind, DatabaseNewer) as error:
        yield Line("database", "ok", shown)
        yield Line("schema", "fault", str(error), error.hint)
        return
    yield Line("database", "ok", shown)
    yield Line("schema", "ok", phrase("schema {number}, as this Ayala needs it", number=SCHEMA))
    yield _engine(office.ask)


def _engine(ask: Asking) -> Line:
    """Whether the engine keeps what it is given: see ``wal_is_safe``."""
    from ayala.storage.opening import sqlite, wal_is_safe

    if ask.driver != "sqlite3":
        (row,) = ask.run("SELECT current_setting('server_version') AS version", {})
        return Line("engine", "ok", f"PostgreSQL {row['version'].split()[0]}")
    (row,) = ask.run("PRAGMA journal_mode", {})
    journal = row["journal_mode"]
    what = phrase("SQLite {version}, journal: {journal}", version=sqlite().sqlite_version, journal=journal)
    if wal_is_safe():
        return Line("engine", "ok", what)
    better = "python3 -m pip install 'pysqlite3>=0.6.1'"
    if journal == "wal":
        return Line(
            "engine",
            "fault",
            phrase("{engine}: this SQLite can damage the file (WAL-reset bug)", engine=what),
            better,
        )
    return Line("engine", "note", phrase("{engine}: slower than it need be", engine=what), better)


# --- the database and its history ------------------------------------------------------------------


def _quickly_whole(office: Office) -> Iterator[Line]:
    from ayala.report import checking

    yield _findings("integrity", checking.quick_findings(office.ask), "ayala check", phrase("quick look"))


def _whole(office: Office) -> Iterator[Line]:
    from ayala.report import checking

    yield _findings(
        "integrity", checking.findings(office.ask, office.today), "ayala check", phrase("all checks")
    )


def _history_quickly(office: Office) -> Iterator[Line]:
    from ayala.history import verifying

    yield _findings(
        "history", verifying.quick_findings(office.ask), "ayala history verify", phrase("quick look")
    )


def _history(office: Office) -> Iterator[Line]:
    from ayala.history import verifying

    found = verifying.findings(office.ask, office.history_key)
    yield _findings("history", found, "ayala history verify", phrase("all checks"))


def _findings(check: str, found: Iterator[tuple[str, int, str]], names: str, how: str) -> Line:
    """A line for what another command finds, by whose names it is looked into."""
    from ayala.report.checking import in_words

    wrong = [f"{in_words(name)}: {what or count}" for name, count, what in found if count]
    if not wrong:
        return Line(check, "ok", how)
    step = phrase("{command}; then {next}", command=names, next="ayala restore BACKUP")
    return Line(check, "fault", _first(wrong, 3), step)


def _history_key(office: Office) -> Iterator[Line]:
    """Whether the key that seals the history is there, is the one, and is read by its owner alone."""
    from ayala.storage.sealing import key_id

    key = office.history_key
    try:
        last = office.ask.row("history", "head")
    except AyalaError:
        last = None  # told of by the check of the database
    back = phrase("put {file} back from where it is kept", file=key.path)
    if key.secret is None:
        if last:
            yield Line(
                "history_key", "fault", phrase("{file} is missing: nothing is sealed", file=key.path), back
            )
        else:
            what = phrase("{file} will be made with the first change", file=key.path)
            yield Line("history_key", "note", what)
        return
    if last and last["key_id"] != key_id(key.secret):
        what = phrase("{file} is not the key that sealed the history", file=key.path)
        yield Line("history_key", "fault", what, back)
        return
    if (mode := _others(key.path)) is not None:
        mend = f"chmod 600 {shlex.quote(str(key.path))}"
        what = phrase("others can read {file} (mode {mode})", file=key.path, mode=mode)
        yield Line("history_key", "fault", what, mend)
        return
    kept = phrase("{file}; keep a copy of it apart from the backups", file=key.path)
    yield Line("history_key", "ok", kept)


def _others(path: Path) -> str | None:
    """The mode of a file that others than its owner can read or write; nothing if it is in order."""
    from ayala.storage.custody import NOBODY_ELSE

    try:
        mode = stat.S_IMODE(path.stat().st_mode)
    except OSError:
        return None
    return f"{mode:04o}" if mode & NOBODY_ELSE else None


# --- law and days ----------------------------------------------------------------------------------


def _rules(office: Office) -> Iterator[Line]:
    from ayala.rules.checking import problems

    found = [f"{p.file} {p.id}: {p.problem}" for p in problems(office.settings.rulebook()[0])]
    if found:
        yield Line("rules", "fault", _first(found), "ayala rules check")
    else:
        yield Line("rules", "ok", phrase("no gaps, no overlaps"))


def _calendar(office: Office) -> Iterator[Line]:
    """Whether the public calendar reaches over the coming year, and which of its days may still move."""
    from ayala.rules.calendar import last_year_known
    from ayala.rules.checking import unsure_days

    until = office.today + timedelta(days=366)
    last = last_year_known()
    if until.year > last:
        newer = "python3 -m pip install --upgrade holidays"
        yield Line("calendar", "fault", phrase("holidays are known up to {year} only", year=last), newer)
        return
    unsure = [day.isoformat() for day in unsure_days(office.calendar, office.today)]
    if unsure:
        what = phrase("estimated: {days}", days=", ".join(unsure))
        step = phrase(
            "once it is announced: {command}",
            command=f"ayala rules calendar add {unsure[0]} --off --reason …",
        )
        yield Line("calendar", "note", what, step)
    else:
        yield Line("calendar", "ok", phrase("holidays are known up to {day}", day=until))


def _first(found: list[str], most: int = 1) -> str:
    """The first of what was found, and how much more there is."""
    named, more = "; ".join(found[:most]), len(found) - most
    return phrase("{named}; and {count} more", named=named, count=more) if more > 0 else named


# --- what cron has run -----------------------------------------------------------------------------


def _jobs(office: Office) -> Iterator[Line]:
    found = runs.jobs(office.ask)
    for job in found:
        yield _job(job, office.today)
    if not found:
        step = phrase("{command}, in a crontab", command="ayala watch --once day")
        yield Line("job", "note", phrase("cron has run nothing here yet"), step)


def _job(job: dict[str, Any], today: date) -> Line:
    kind, done = job["period_kind"], job["done"]
    this = runs.period_of(today, kind)
    name = f"{job['command']} --once {kind}"
    last = phrase("last done {period}", period=done) if done else phrase("never done")
    named = "--job" in shlex.split(job["command"])
    again = phrase("the line of the crontab with {job}", job=name) if named else f"ayala {name}"
    if runs.is_under_way(job):
        began = f"{job['started_at'][:16]}Z"
        return Line(
            "job", "note", phrase("{job}: under way since {time}; {last}", job=name, time=began, last=last)
        )
    if not runs.is_done(job["result"]) and job["period"] != done:
        state = str(job["result"] or "")
        if state.startswith("failed"):
            what = phrase(
                "{job}: failed with exit code {code} in {period}; {last}",
                job=name,
                code=state[7:],
                period=job["period"],
                last=last,
            )
        else:
            what = phrase(
                "{job}: did not come to its end in {period}; {last}",
                job=name,
                period=job["period"],
                last=last,
            )
        return Line("job", "fault", what, again)
    if runs.is_late(done, this, kind):
        return Line("job", "fault", phrase("{job}: late; {last}", job=name, last=last), again)
    if caught := job["caught_up_from"]:
        what = phrase("{job}: {last}, made good from {period} on", job=name, last=last, period=caught)
        return Line("job", "ok", what)
    return Line("job", "ok", f"{name}: {last}")


def _backups(office: Office) -> Iterator[Line]:
    """Whether a backup that cron took is recent; one taken by hand leaves no trace in the office."""
    days = []
    for row in office.ask.rows("watch", "backups"):
        end = runs.first_day(runs.after(row["period"], row["period_kind"]), row["period_kind"])
        days.append(min(end - timedelta(days=1), office.today))
    night = phrase("{command}, in a crontab", command="ayala backup 'office-{date}.db' --once day")
    if not days:
        server, empty = office.address.path is None, not office.ask.value("watch", "people")
        state = "note" if server or empty else "fault"
        none = (
            phrase("cron takes none here, as far as Ayala knows")
            if server
            else phrase("cron takes none here")
        )
        yield Line("backup", state, none, night)
        return
    age = (office.today - max(days)).days
    if age > BACKUP_DAYS:
        what = phrases("last one {day}, {n} day ago", "last one {day}, {n} days ago", age, day=max(days))
        yield Line("backup", "fault", what, night)
    else:
        yield Line("backup", "ok", phrase("last one {day}", day=max(days)))


# --- the machine -----------------------------------------------------------------------------------


def _disk(office: Office) -> Iterator[Line]:
    """Room beside the database, or for a server's office where its copies are kept."""
    path = office.address.path
    folder = (path.resolve().parent if path else data_folder()).absolute()
    while not folder.exists():
        folder = folder.parent
    size = path.stat().st_size if path and path.is_file() else 0
    try:
        free = shutil.disk_usage(folder).free
    except OSError as error:
        what = phrase("{folder} cannot be looked at: {cause}", folder=folder, cause=error.strerror)
        yield Line("disk", "fault", what, f"ls -ld {folder}")
        return
    room = phrase("{gigabytes} GB free in {folder}", gigabytes=f"{free / 1_000_000_000:.1f}", folder=folder)
    if free < max(LEAST_ROOM, 3 * size):
        yield Line("disk", "fault", room, f"du -ah {shlex.quote(str(folder))} | sort -h | tail")
    else:
        yield Line("disk", "ok", room)


def _access(office: Office) -> Iterator[Line]:
    """Whether the office's file is its owner's alone, and can be written; a server guards itself."""
    import os

    from ayala.storage.custody import open_to_others

    path = office.address.path
    if path is None:
        yield Line("access", "ok", phrase("the server's roles say who may do what"))
        return
    if not path.is_file():
        return
    if sentence := open_to_others(path):
        # In every language "note: WHAT; try: chmod …".
        told, _, mend = sentence.rpartition(": chmod ")
        what = told.partition(": ")[2].rpartition("; ")[0]
        yield Line("access", "fault", what, f"chmod {mend}")
    elif not os.access(path, os.W_OK):
        what = phrase("{file} cannot be written by {user}", file=path, user=office.author)
        yield Line("access", "fault", what, f"ls -l {path}")
    else:
        yield Line("access", "ok", phrase("{file} is its owner's alone", file=path))
