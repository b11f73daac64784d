"""Cron's ledger: a scheduled command is done once in a day, a week or a month, however often cron calls it.

``--once day`` looks whether the command came to its end in the office's today already, and then does nothing.
Otherwise the run is written down as begun, the work is done and its answer written, and only then, in one
transaction, that it is done. So a run that failed, or was killed, is done again by the next one, and a run
whose periods before were missed is done once for all of them: what Ayala answers is computed from the records
of today, so nothing more would come of a run for each missed day.

Two that begin at the same moment meet at a unique key. A run that is under way keeps others away, while its
process may be alive and for :data:`LONGEST` hours at most.
"""

from __future__ import annotations

import os
import shlex
import socket
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from ayala.errors import AyalaError, WrongUsage
from ayala.language.phrases import phrase
from ayala.office import Office, Records
from ayala.options import the_office
from ayala.output.harmless import hidden, term
from ayala.output.saying import say

if TYPE_CHECKING:
    from ayala.storage.asking import Asking

LONGEST = 6
"""Hours after which a run that has not come to its end counts as lost, if nobody can look at its process."""

UNTOLD = frozenset({"once", "job", "quiet", "reason", "dry_run", "yes"})
"""Options that make no other job of a command."""

Remember = Callable[[Records, str], None]
"""What a command keeps about its run, in the transaction that says it is done: the records, the run's key."""


# --- periods ---------------------------------------------------------------------------------------


def period_of(day: date, kind: str) -> str:
    """The period that a day is in: ``2026-11-23``, ``2026-W48`` (ISO) or ``2026-11``."""
    if kind == "day":
        return day.isoformat()
    if kind == "month":
        return f"{day:%Y-%m}"
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02d}"


def first_day(period: str, kind: str) -> date:
    """The first day of a period."""
    if kind == "day":
        return date.fromisoformat(period)
    if kind == "month":
        return date.fromisoformat(f"{period}-01")
    return date.fromisocalendar(int(period[:4]), int(period[6:]), 1)


def after(period: str, kind: str) -> str:
    """The period that follows."""
    days = {"day": 1, "week": 7, "month": 31}[kind]
    return period_of(first_day(period, kind) + timedelta(days=days), kind)


def is_late(done: str | None, today: str, kind: str) -> bool:
    """Whether a whole period has gone by without a run: this one may still come, the last one may not."""
    return done is None or after(done, kind) < today


# --- one run ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Run:
    """A run that has begun; ``began`` tells it from any other of its period."""

    key: str
    command: str
    kind: str
    period: str
    began: str
    since: str | None = None
    """The newest period before in which the command came to its end, where others were missed after it."""
    missed: str | None = None
    """The first of those that were missed."""


def once(
    ctx: typer.Context,
    kind: str | None,
    job: str | None,
    work: Callable[[], int],
    remember: Remember | None = None,
) -> int | None:
    """Do a command's ``work``, at most once in a period; how many rows it answered with, or nothing.

    ``kind`` is the value of ``--once``: without it the work is simply done. ``work`` writes its answer and
    comes back; what it raises is written down as a failure, and raised. ``remember`` is called in the
    transaction that says the run is done, so it writes only what holds if all of it came out.
    """
    if kind is None:
        if job is not None:
            raise WrongUsage(phrase("--job names a scheduled command; it goes with --once"), "--once day")
        return work()
    office = the_office(ctx)
    run = _begin(office, job_of(ctx, job), kind)
    if run is None:
        return None
    try:
        rows = work()
    except BaseException as error:
        _end_badly(office, run, error)
        raise
    _end(office, run, rows, remember)
    if run.missed:
        say(
            phrase("caught up: no run since {period}", period=run.since)
            if run.since
            else phrase("caught up: not done since {period}", period=run.missed)
        )
    return rows


def job_of(ctx: typer.Context, job: str | None) -> str:
    """What a scheduled command is known by: the words as they were typed, so that two lines of a crontab
    that ask for different things are two jobs; or its name, ``--job``."""
    words = ctx.command_path.split()[1:]
    if job is not None:
        return hidden(term(shlex.join([*words, "--job", job])))
    if (lang := ctx.find_root().params.get("lang")) and words[0] != "backup":
        words = ["--lang", lang, *words]
    for param in ctx.command.params:
        source = ctx.get_parameter_source(str(param.name))
        if param.name in UNTOLD or source is None or source.name != "COMMANDLINE":
            continue
        value = ctx.params[str(param.name)]
        for each in value if isinstance(value, list | tuple) else [value]:
            if param.param_type_name == "option":
                words.append(max(param.opts, key=len))
            if not isinstance(each, bool):
                words.append(str(getattr(each, "label", each)))
    return hidden(term(shlex.join(words)))


def _begin(office: Office, command: str, kind: str) -> Run | None:
    """Write down that a run begins; nothing where it is done already, or another one is doing it."""
    from uuid_utils import uuid7  # here, so that a command without --once does without

    period = period_of(office.today, kind)
    of = {"command": command, "kind": kind, "period": period}
    seen = office.ask.row("watch", "run_of_period", **of)
    if seen and (is_done(seen["result"]) or is_under_way(seen)):
        return None
    before = office.ask.row("watch", "run_before", **of) or {}
    missed = after(before["done"], kind) if before["done"] else before["tried"]
    run = Run(
        key=seen["id"] if seen else str(uuid7()),
        began=_now(),
        since=before["done"],
        missed=missed if missed and missed < period else None,
        **of,
    )
    running = f"running {socket.gethostname()} {os.getpid()} {_born(os.getpid())}".rstrip()
    ours = False
    for attempt in _logging(office, run):
        with attempt as records:
            ours = records.runs.begin(run_id=run.key, started_at=run.began, running=running, seen=seen, **of)
    return run if ours else None


def _end(office: Office, run: Run, rows: int, remember: Remember | None) -> None:
    for attempt in _logging(office, run):
        with attempt as records:
            done = {"result": "done", "rows": rows, "caught_up_from": run.missed}
            if records.runs.end(run.key, run.began, ended_at=_now(), **done) and remember:
                remember(records, run.key)


def _end_badly(office: Office, run: Run, error: BaseException) -> None:
    """Write down a failure, if that can be written; what failed is said by whoever hears of the error."""
    code = 130 if isinstance(error, KeyboardInterrupt) else getattr(error, "exit_code", 7)
    try:
        for attempt in _logging(office, run):
            with attempt as records:
                records.runs.end(run.key, run.began, ended_at=_now(), result=f"failed {code}")
    except AyalaError:
        pass  # it counts as a run that never came to its end


def _logging(office: Office, run: Run) -> Iterator[AbstractContextManager[Records]]:
    """Tries of one writing of the ledger; should the command fail, it has changed nothing by that."""
    saved = office.saved
    yield from office.change(f"{run.command} --once {run.kind}")
    office.saved = saved


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


# --- what the ledger says ----------------------------------------------------------------------------


def jobs(ask: Asking) -> list[dict[str, Any]]:
    """Every scheduled command with its newest run, and the newest period in which it came to its end."""
    return list(ask.rows("watch", "jobs"))


def is_done(result: str | None) -> bool:
    """Whether a run came to its end; ``retired`` is that of a command which is scheduled no longer."""
    return result in ("done", "retired")


def is_under_way(run: Mapping[str, Any]) -> bool:
    """Whether a run is perhaps going on: begun not too long ago, by a process that may be alive.

    The process of another machine cannot be looked at; the clock decides.
    """
    state, _, rest = str(run["result"] or "").partition(" ")
    began = datetime.fromisoformat(run["started_at"])
    if state != "running" or datetime.now(UTC) - began > timedelta(hours=LONGEST):
        return False
    host, _, process = rest.partition(" ")
    pid, _, born = process.partition(" ")
    return host != socket.gethostname() or not pid.isdigit() or _is_alive(int(pid), born)


def _is_alive(pid: int, born: str) -> bool:
    """Whether the process is there and not another one that was given its number since."""
    if not Path("/proc/self/stat").exists():
        return os.name != "posix" or _answers(pid)
    return bool(born) and _born(pid) == born


def _answers(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


def _born(pid: int) -> str:
    """When a process began, in ticks since the machine did (Linux); empty for one that is gone or dead."""
    try:
        state, *fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    except OSError:
        return ""
    return "" if state in "ZX" else fields[18]
