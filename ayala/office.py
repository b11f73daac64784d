"""One office: its database, its day, its author; each opened on first use.

This is the only lazy seam of the package. A command reads through :attr:`Office.ask`, which never
loads SQLAlchemy, and writes inside :meth:`Office.change`, which does. Nothing is imported here
until a command really asks or changes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from ayala.settings import Settings

if TYPE_CHECKING:
    from ayala.appeal.records import Appeals
    from ayala.dormitory.records import Dormitories
    from ayala.graduate.records import Graduates
    from ayala.housing.records import Housing
    from ayala.service.records import Services
    from ayala.storage.asking import Asking
    from ayala.storage.database import Writing
    from ayala.storage.opening import Address
    from ayala.work.records import Work


@dataclass
class Office:
    """What a command works with."""

    settings: Settings
    notes: list[str] = field(default_factory=list)
    saved: bool = False
    """Whether a change was saved already, should the command fail after it."""

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

    @contextmanager
    def change(self, command: str, *, reason: str | None = None, dry_run: bool = False) -> Iterator[Records]:
        """One transaction and one entry in the ledger; saved at the end of the block.

        What the records noticed on the way (``notes``) is kept for the command to say after the
        commit, never before.
        """
        changing = _load_changing()
        self.close()
        with changing(
            self.address,
            today=self.today,
            author=self.settings.value("user"),
            command=command,
            reason=reason,
            dry_run=dry_run,
        ) as writing:
            yield Records(writing)
        self.saved = self.saved or not dry_run
        self.notes.extend(writing.notes)

    def make(self) -> bool:
        """Make the database; False if it is there already."""
        from ayala.storage.making import make

        return make(self.address)

    def bring_up(self) -> tuple[int, Path | None] | None:
        """Upgrade an older database: the schema it had and the copy made; nothing if up to date."""
        from ayala.storage.making import bring_up

        return bring_up(self.address)

    def close(self) -> None:
        """Let go of the snapshot, so that the next question sees what was changed since."""
        if "ask" in self.__dict__:
            self.ask.close()


def _load_changing() -> Callable[..., AbstractContextManager[Writing]]:
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
        from ayala.storage.database import changing
    finally:
        gc.freeze()
        if collecting:
            gc.enable()
    return changing


class Records:
    """The records of all nouns inside one change; each noun's class loads on first use."""

    def __init__(self, writing: Writing) -> None:
        self.writing = writing

    @cached_property
    def graduates(self) -> Graduates:
        from ayala.graduate.records import Graduates

        return Graduates(self)

    @cached_property
    def appeals(self) -> Appeals:
        from ayala.appeal.records import Appeals

        return Appeals(self)

    @cached_property
    def services(self) -> Services:
        from ayala.service.records import Services

        return Services(self)

    @cached_property
    def dormitories(self) -> Dormitories:
        from ayala.dormitory.records import Dormitories

        return Dormitories(self)

    @cached_property
    def housing(self) -> Housing:
        from ayala.housing.records import Housing

        return Housing(self)

    @cached_property
    def work(self) -> Work:
        from ayala.work.records import Work

        return Work(self)
