"""One office: its database, its day, its author; each opened on first use.

This is the only lazy seam of the package. A command reads through :attr:`Office.ask`, which never
loads SQLAlchemy, and writes inside :meth:`Office.change`, which does. Nothing is imported here
until a command really asks or changes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ayala.errors import AlreadyThere, BadSetting, DoneAlready
from ayala.language.phrases import phrase
from ayala.output.harmless import BadText, clean_in, term
from ayala.paths import typed_path
from ayala.settings import Settings, data_folder

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from ayala.appeal.records import Appeals
    from ayala.dormitory.records import Dormitories
    from ayala.graduate.records import Graduates
    from ayala.history.undoing import Undoing
    from ayala.housing.records import Housing
    from ayala.personal.records import PersonalData
    from ayala.rules.book import Book
    from ayala.rules.calendar import Calendar
    from ayala.rules.records import OwnDays
    from ayala.service.records import Services
    from ayala.storage.asking import Asking
    from ayala.storage.database import Attempt, Unit, Writing
    from ayala.storage.opening import Address
    from ayala.storage.restoring import Restoring
    from ayala.storage.sealing import HistoryKey
    from ayala.watch.run_records import Runs
    from ayala.work.records import Work


def digest(*texts: str) -> str:
    """A short hash of texts, by which they are known again and not read."""
    from hashlib import sha256

    return sha256("\x1f".join(texts).encode("utf-8", "surrogateescape")).hexdigest()[:32]


@dataclass
class Office:
    """What a command works with."""

    settings: Settings
    notes: list[str] = field(default_factory=list)
    saved: bool = False
    """Whether a change was saved already, should the command fail after it."""
    behind: bool = False
    """Whether a change was saved on one server, and perhaps not yet on the second."""
    words: tuple[str, ...] = ()
    """What was typed, without what says which database, author, language and request key are meant."""
    changes: int = 0
    """How many changes the command has asked for."""
    tell: Callable[[str], None] = lambda sentence: None
    """Hears that the command waits for another one."""

    @cached_property
    def address(self) -> Address:
        from ayala.storage.opening import address

        return address(self.settings.value("database"))

    @cached_property
    def today(self) -> date:
        """The office's day: ``AYALA_TODAY``, else today in Almaty."""
        import os

        from ayala.dates import BadDay, clock_today
        from ayala.errors import BadSetting

        try:
            return clock_today(os.environ)
        except BadDay as error:
            raise BadSetting(str(error)) from None

    @cached_property
    def ask(self) -> Asking:
        """Questions to the database, in one snapshot."""
        from ayala.storage.asking import Asking

        return Asking(self.address)

    @cached_property
    def book(self) -> Book:
        """The rulebook, with the office's own rows in it."""
        from ayala.rules import book

        return book.current()

    @cached_property
    def calendar(self) -> Calendar:
        """Days of work and of rest, with the office's own."""
        from ayala.rules.calendar import Calendar, own_days

        return Calendar(own_days(self.ask.rows("rules", "calendar_days")))

    def change(
        self,
        command: str,
        *,
        reason: str | None = None,
        dry_run: bool = False,
        today: date | None = None,
    ) -> Iterator[AbstractContextManager[Records]]:
        """Tries of one change, until it is saved: one transaction and one entry in the history.

        ``for attempt in office.change("graduate add"): with attempt as records: …``. The block runs
        again where the database asks for it (a deadlock, a server that changed places), so it holds
        nothing but records. What they noticed on the way (``notes``) is kept for the command to say
        after the commit, never before. ``today``: done as on that day, where it was planned earlier.
        """
        attempts, unit = _load_changing()
        self.close()
        for attempt in attempts(
            unit(
                self.address,
                today=today or self.today,
                author=self.author,
                command=term(command),
                key=self.history_key,
                reason=reason,
                dry_run=dry_run,
                wait=self.wait,
                tell=self.tell,
                saved=partial(self._saved, dry_run),
                **self._request_key(command),
            )
        ):
            yield _Opened(attempt)

    def _saved(self, dry_run: bool, writing: Writing) -> None:
        self.saved = self.saved or not dry_run
        self.behind = self.behind or writing.behind
        self.notes.extend(writing.notes)

    def _request_key(self, command: str) -> dict[str, str]:
        """The key of this change as it is stored, and as a person would give it to ask again.

        Stored are two hashes, of the key and of the words of the command: a key may hold what is personal,
        and a repetition is the same words. Further changes of one command get keys that follow from it.
        Raises :class:`DoneAlready` if the first of them is saved, since the command's answer was lost, and
        :class:`AlreadyThere` if other words were saved under the key.
        """
        import secrets

        from ayala.storage.database import recorded

        given = self.settings.value("request_key")
        # Letters only: a message hides long numbers, and this has to be read from one.
        typed = given or "".join(secrets.choice("bcdfghjkmnpqrstvwxz") for _ in range(24))
        self.changes += 1
        key = digest("request", typed, str(self.changes))
        stored = f"{key}-{digest('words', *self.words)}"
        if given and (found := recorded(self.address, key, "with_request_key")):
            # Asked in this order, since another run of the same command may save between two questions.
            if same := recorded(self.address, stored):
                raise DoneAlready(*same)
            code, done = found
            raise AlreadyThere(
                phrase(
                    "this request key is that of {code}, another command: {command}",
                    code=code,
                    command=done,
                ),
                phrase("a key of this command's own"),
            )
        return {"request_key": stored, "repeat_with": typed}

    def check_done(self) -> None:
        """Raise :class:`DoneAlready` if another run of the command has saved its first change meanwhile."""
        from ayala.storage.database import recorded

        given = self.settings.value("request_key")
        stored = f"{digest('request', given, '1')}-{digest('words', *self.words)}"
        if given and (found := recorded(self.address, stored)):
            raise DoneAlready(*found)

    @cached_property
    def author(self) -> str:
        """Who works here, as it is kept with every change."""
        try:
            return clean_in(self.settings.value("user")) or "unknown"
        except BadText as error:
            raise BadSetting(phrase("the user's name {error}", error=error), "--user NAME") from None

    @cached_property
    def history_key(self) -> HistoryKey:
        """The key that seals the history."""
        from ayala.storage.sealing import HistoryKey

        return HistoryKey(typed_path(self.settings.value("history_key")))

    @cached_property
    def wait(self) -> float:
        """How many seconds a change may wait for others."""
        text = self.settings.value("wait")
        try:
            seconds = float(text)
        except ValueError:
            seconds = -1.0
        if not 0 < seconds <= 3600:
            raise BadSetting(phrase("'{typed}' is no number of seconds to wait", typed=text), "AYALA_WAIT=60")
        return seconds

    def empty_the_wal(self) -> bool:
        """Make the file beside SQLite's empty, after an erasing; False if somebody is reading."""
        from ayala.personal.erasing import empty_the_wal

        self.close()
        return empty_the_wal(self.address)

    def blocked(self) -> frozenset[str]:
        """The codes of the graduates whose data are not used now."""
        return frozenset(row["code"] for row in self.ask.rows("personal", "blocked"))

    def make(self) -> bool:
        """Make the database; False if it is there already."""
        from ayala.storage.making import make

        return make(self.address, self.author, self._engine)

    def make_roles(self) -> list[str]:
        """Give the roles on a server their rights on this office; those that were made."""
        from ayala.storage.roles import make_roles

        return make_roles(self.address, self._engine(self.address))

    def _engine(self, address: Address) -> Engine:
        """The engine of who makes or upgrades tables; it waits, and is saved, as changes are."""
        from ayala.storage.database import engine_for

        return engine_for(address, wait=self.wait, tell=self.tell, tell_behind=self._is_behind)

    def _is_behind(self) -> None:
        self.behind = True

    def bring_up(self, sure: Callable[[str], None]) -> tuple[int, Path | None] | None:
        """Upgrade an older database, backed up first: the schema it had and the backup, if it was behind.

        ``sure`` is asked where a server cannot be backed up from here.
        """
        from ayala.storage.backup import before_upgrade
        from ayala.storage.making import bring_up

        return bring_up(
            self.address,
            self.author,
            self.history_key,
            engine=self._engine,
            backed_up=lambda schema: before_upgrade(self.address, schema, data_folder() / "backups", sure),
        )

    def restoring(
        self, file: Path, *, identity: str | None, reason: str | None
    ) -> AbstractContextManager[Restoring]:
        """A backup, proven and ready to take the place of the database."""
        _, unit = _load_changing()
        from ayala.storage.restoring import restoring, shown_name

        self.close()
        return restoring(
            file,
            identity,
            unit(
                self.address,
                today=self.today,
                author=self.author,
                command=f"restore {shown_name(file)}",
                key=self.history_key,
                reason=reason,
                wait=self.wait,
                tell=self.tell,
                saved=partial(self._saved, False),
            ),
            data_folder() / "backups",
        )

    def close(self) -> None:
        """Let go of the snapshot, so that the next question sees what was changed since."""
        self.__dict__.pop("calendar", None)
        if "ask" in self.__dict__:
            self.ask.close()


class _Opened(AbstractContextManager["Records"]):
    """An attempt that hands out the records of its transaction."""

    def __init__(self, attempt: Attempt) -> None:
        self.attempt = attempt

    def __enter__(self) -> Records:
        return Records(self.attempt.__enter__())

    def __exit__(self, *error: Any) -> bool:
        return self.attempt.__exit__(*error)


def _load_changing() -> tuple[Callable[[Unit], Iterator[Attempt]], type[Unit]]:
    """Import what changes need, some 300 ms, as fast as it goes.

    The garbage collector finds nothing in hundreds of modules while they are imported, nor in later
    rounds if they are frozen; and pydantic would look through every installed package for plug-ins,
    of which Ayala has none. Together a fifth of the command's time.
    """
    import gc
    import os

    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "1")
    collecting = gc.isenabled()
    gc.disable()
    try:
        from ayala.storage.database import Unit, attempts
    finally:
        gc.freeze()
        if collecting:
            gc.enable()
    return attempts, Unit


class Records:
    """The records of all nouns inside one change; each noun's class loads on first use."""

    def __init__(self, writing: Writing) -> None:
        from ayala.personal.closed import keep_closed

        self.writing = writing
        keep_closed(writing)

    @cached_property
    def graduates(self) -> Graduates:
        from ayala.graduate.records import Graduates

        return Graduates(self)

    @cached_property
    def appeals(self) -> Appeals:
        from ayala.appeal.records import Appeals

        return Appeals(self)

    @cached_property
    def personal(self) -> PersonalData:
        from ayala.personal.records import PersonalData

        return PersonalData(self)

    @cached_property
    def services(self) -> Services:
        from ayala.service.records import Services

        return Services(self)

    @cached_property
    def dormitories(self) -> Dormitories:
        from ayala.dormitory.records import Dormitories

        return Dormitories(self)

    @cached_property
    def history(self) -> Undoing:
        from ayala.history.undoing import Undoing

        return Undoing(self)

    @cached_property
    def housing(self) -> Housing:
        from ayala.housing.records import Housing

        return Housing(self)

    @cached_property
    def own_days(self) -> OwnDays:
        from ayala.rules.records import OwnDays

        return OwnDays(self)

    @cached_property
    def work(self) -> Work:
        from ayala.work.records import Work

        return Work(self)

    @cached_property
    def runs(self) -> Runs:
        from ayala.watch.run_records import Runs

        return Runs(self)
