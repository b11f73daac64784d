"""A real office and its model side by side: whatever is done, both do it or both refuse it.

After every change the records of both are the same, and at the end of an office's life its history is whole and
``check`` finds nothing. The program is driven where commands meet records (``office.change``).

A run that fails prints its seed and, in short, what was done; the same seed does the same again.
"""

from __future__ import annotations

import csv
import os
import random
import re
import shutil
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, Phase, note, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import StaticPool, exc

from ayala.errors import AyalaError, RowsRejected, RuleBroken
from ayala.history import reading, verifying
from ayala.history.commands import _undone
from ayala.history.undoing import Refused
from ayala.office import Office, Records
from ayala.report import checking
from ayala.settings import Settings
from ayala.sheets.taking import take_in
from ayala.storage import database, opening
from ayala.storage.asking import Asking
from tests.conftest import Templates
from tests.figures import SOAK, Figures, rounds
from tests.model.operations import (
    BORN,
    FIRST_DAY,
    LEAVING,
    OPERATION,
    PLACING,
    SHEETS,
    SURNAMES,
    TODAY,
    Operation,
    Told,
    rows_of,
    told,
)
from tests.model.paper import InTheWay, PaperOffice
from tests.postgres import Postgres

STEPS = 50
"""Changes in an office's life."""

AN_OFFICE = 250
"""Operations in an office's life, about."""

LIMITS = settings(
    stateful_step_count=STEPS,
    deadline=None,
    database=None,
    phases=(Phase.generate, Phase.shrink),
    suppress_health_check=list(HealthCheck),
    report_multiple_bugs=False,
)

# Each table as the model tells it.
QUESTIONS = {
    "graduate": "SELECT code, iin, surname, given_name, birth_date, sex, region, note, registered_on, archived_on"
    " FROM graduate",
    "building": "SELECT code, name FROM building",
    "room": "SELECT h.code, r.number, r.sex FROM room AS r JOIN building AS h ON h.id = r.building_id",
    "bed": "SELECT h.code || '/' || r.number || '/' || b.number FROM bed AS b"
    " JOIN room AS r ON r.id = b.room_id JOIN building AS h ON h.id = r.building_id",
    "stay": "SELECT b.place, g.code, s.from_date, s.until, s.planned_end, s.contract, s.reason, s.end_reason,"
    " s.destination FROM stay AS s JOIN bed AS b ON b.id = s.bed_id JOIN graduate AS g ON g.id = s.graduate_id",
    "companion": "SELECT b.place, g.code, s.from_date, c.kind, c.from_date, c.until FROM companion AS c"
    " JOIN stay AS s ON s.id = c.stay_id JOIN bed AS b ON b.id = s.bed_id"
    " JOIN graduate AS g ON g.id = s.graduate_id",
    "closing": "SELECT b.place, o.from_date, o.until, o.reason FROM out_of_service AS o"
    " JOIN bed AS b ON b.id = o.bed_id",
    "appeal": "SELECT a.code, a.number, g.code, a.caller, a.topic, a.received_on, a.region, a.status, a.assignee,"
    " a.decision, a.answered_on, a.ground, a.document, a.redirected_to, a.extended_until"
    " FROM appeal AS a LEFT JOIN graduate AS g ON g.id = a.graduate_id",
    "topic": "SELECT a.code, t.topic, t.position FROM appeal_topic AS t JOIN appeal AS a ON a.id = t.appeal_id",
    "event": "SELECT a.code, e.happened_on, e.event, e.reason, e.to_whom, e.until FROM appeal_event AS e"
    " JOIN appeal AS a ON a.id = e.appeal_id",
}
HISTORY = "SELECT code, command FROM change"

START = [
    Told("buildings", "add_building", {"code": "ZU-1", "name": "ZU-1"}),
    Told("buildings", "add_room", {"building": "ZU-1", "number": "1", "beds": 2, "sex": None}),
    Told("buildings", "add_room", {"building": "ZU-1", "number": "2", "beds": 2, "sex": "F"}),
    *(
        told((("graduates", "add"), (surname, "Мөлдір", born, sex, None, None)), PaperOffice(TODAY))
        for surname, born, sex in zip(SURNAMES, BORN, "FFM", strict=False)
    ),
    *(
        Told(
            "dormitories",
            "place",
            {
                "code": code,
                "place": place,
                "on": FIRST_DAY,
                "until": None,
                "planned_end": None,
                "reason": "known",
                "adults": 1,
                "children": 0,
            },
        )
        for code, place in (("G-1", "ZU-1/1/1"), ("G-2", "ZU-1/2/1"))
    ),
]
"""What an office has on its first day: four beds, three people, two of whom live there."""


class Enough(Exception):
    """A change breaks off at its end."""


@dataclass
class Tally:
    """What was done, over all offices of a test."""

    operations: int = 0
    refused: int = 0
    changes: int = 0
    undone: int = 0
    undo_refused: int = 0
    undo_on_the_way: int = 0
    sheets: int = 0
    offices: int = 0


class Desk:
    """One fresh office after the other on one engine."""

    def __init__(self, folder: Path, make: Callable[[ExitStack], str], key: Path) -> None:
        self.folder = folder
        self.make = make
        self.key = key
        self.tally = Tally()
        self.life = ExitStack()
        self.database = ""

    def open(self) -> None:
        """A fresh office, with a connection to look at it that sees what is saved and nothing else."""
        self.database = self.make(self.life)
        address = self.office().address
        if address.path is not None:
            self.eyes: Any = opening.open_sqlite(address.path, reading=True)
        else:
            self.eyes = opening.connect_postgresql(address.url, reading=True)
        self.life.callback(self.eyes.close)
        self.questions = Asking(address)
        self.questions.connection = self.eyes
        self.tally.offices += 1

    def close(self) -> None:
        self.life.close()

    def office(self) -> Office:
        """The office as a command gets it, its settings typed."""
        typed = {"user": "tester", "wait": "60", "request_key": "", "history_key": str(self.key)}
        return Office(Settings({"database": self.database, **typed}))

    def records(self) -> dict[str, Counter[tuple[Any, ...]]]:
        return {table: self.ask(question) for table, question in QUESTIONS.items()}

    def ask(self, question: str) -> Counter[tuple[Any, ...]]:
        return Counter(map(tuple, self.eyes.execute(question).fetchall()))


class Life(RuleBasedStateMachine):
    """The life of one office, beside the model's."""

    desk: ClassVar[Desk]
    environ: ClassVar[pytest.MonkeyPatch]

    def __init__(self) -> None:
        super().__init__()
        self.desk.open()
        self.tally = self.desk.tally
        self.same = True
        self.paper = PaperOffice(TODAY)
        self.day_is(0)

    def day_is(self, days: int) -> None:
        self.paper.today += timedelta(days)
        self.environ.setenv("AYALA_TODAY", self.paper.today.isoformat())

    # --- what is done to both ----------------------------------------------------------------------

    @initialize(ops=st.lists(OPERATION, min_size=6, max_size=6))
    def begin(self, ops: list[Operation]) -> None:
        self.change("a first day", [*START, *ops], "saved")

    @rule(op=OPERATION)
    def one(self, op: Operation) -> None:
        """A command of its own: what is refused ends it."""
        self.change(None, [op], "saved", alone=True)

    @rule(ops=st.lists(OPERATION, min_size=2, max_size=8))
    def some(self, ops: list[Operation]) -> None:
        """Some in one change, each refused for itself."""
        self.change("some", ops, "saved")

    @rule(
        ops=st.lists(OPERATION, min_size=20, max_size=36),
        end=st.sampled_from(("saved", "saved", "saved", "dry run", "breaks off")),
    )
    def many(self, ops: list[Operation], end: str) -> None:
        """Many in one change; the whole saved, tried only, or broken off at its end."""
        self.change("many", ops, end)

    @rule(sheets=SHEETS, end=st.sampled_from(("saved", "saved", "dry run")))
    def sheets(self, sheets: dict[str, list[tuple[Any, ...]]], end: str) -> None:
        """An import: all sheets or none."""
        rows = rows_of(sheets, self.paper)
        files = [self.write_sheet(kind, rows[kind]) for kind in rows]
        self.tally.sheets += len(files)

        def take() -> None:
            for attempt in self.desk.office().change("import", dry_run=end == "dry run"):
                with attempt as records:
                    taken = take_in(records, files, tell=note)
                    if not all(file.is_whole for file in taken):
                        raise RowsRejected("rows are rejected")

        self.both("import", end, take, lambda: self.paper.take_in(rows))

    @rule(
        back=st.sampled_from((0, 0, 0, 1, 1, 2, 3, 5)),
        end=st.sampled_from(("saved", "saved", "saved", "dry run")),
    )
    def undo_a_late_one(self, back: int, end: str) -> None:
        self.undo(len(self.paper.history) - 1 - back, end)

    @rule(which=st.integers(0, 40))
    def undo_any(self, which: int) -> None:
        self.undo(which % max(1, len(self.paper.history)), "saved")

    @precondition(lambda self: not self.paper.history[-1].command.startswith("history undo"))
    @rule()
    def undo_twice(self) -> None:
        """Take the last entry back, and then take that back."""
        self.undo(len(self.paper.history) - 1, "saved")
        self.undo(len(self.paper.history) - 1, "saved")

    @rule(leaving=LEAVING, placing=PLACING, same=st.booleans())
    def give_away(self, leaving: Operation, placing: Operation, same: bool) -> None:
        """Somebody leaves a bed, and another one gets it, or the same one another; then the leaving is taken back."""
        first, second = told(leaving, self.paper), told(placing, self.paper)
        beds = self.paper.beds_of(first.values["code"])
        entries = len(self.paper.history)
        self.change(None, [first], "saved", alone=True)
        if len(self.paper.history) > entries:
            given = second.values | {"on": first.values["on"], "planned_end": None, "reason": "known"}
            if given["until"] is not None:
                given["until"] += first.values["on"] - second.values["on"]
            given |= {"code": first.values["code"]} if same else {"place": beds[-1]}
            self.change(None, [second._replace(values=given)], "saved", alone=True)
            self.undo(entries, "saved")

    @rule(days=st.integers(1, 6))
    def days_pass(self, days: int) -> None:
        self.day_is(days)

    # --- how it is done ----------------------------------------------------------------------------

    def change(
        self, command: str | None, ops: Sequence[Operation | Told], end: str, *, alone: bool = False
    ) -> None:
        first = ops[0] if isinstance(ops[0], Told) else told(ops[0], self.paper)
        command = command or first.command
        self.same = False
        self.paper.begin(command)
        failed = None
        try:
            for attempt in self.desk.office().change(command, dry_run=end == "dry run"):
                with attempt as records:
                    for op in ops:
                        self.operation(records, op if isinstance(op, Told) else told(op, self.paper), alone)
                    if end == "breaks off":
                        raise Enough
        except (AyalaError, Enough) as error:
            failed = error
        assert failed is None or alone or end == "breaks off", repr(failed)
        self.end("refused" if failed else end)

    def operation(self, records: Records, op: Told, alone: bool) -> None:
        """One operation on both; alone its refusal ends the change, otherwise only what it did is taken out."""
        self.tally.operations += 1
        expected = self.paper.do(lambda: getattr(self.paper, f"{op.noun}_{op.verb}")(**op.values))
        owner = records.dormitories.buildings if op.noun == "buildings" else getattr(records, op.noun)
        work = getattr(owner, op.verb)
        session = records.writing.session
        counted = records.writing.records
        refusal: AyalaError | None = None
        mark = None if alone else session.begin_nested()
        try:
            work(**op.values)
            session.flush()
            if mark:
                mark.commit()
        except (AyalaError, exc.IntegrityError) as error:
            refusal = error if isinstance(error, AyalaError) else database.refused_by(error)
            if mark:
                mark.rollback()
                records.writing.records = counted
        self.agreed(f"{op.command} {op.values}", refusal, expected)
        if alone and refusal:
            raise refusal

    def both(self, command: str, end: str, work: Callable[[], None], on_paper: Callable[[], None]) -> None:
        """A whole command of one operation on both."""
        self.tally.operations += 1
        self.same = False
        self.paper.begin(command)
        expected = self.paper.do(on_paper)
        refusal = None
        try:
            work()
        except AyalaError as error:
            refusal = error
        if isinstance(refusal, Refused) and expected is None and self.paper.open.twice:
            # A row was something else within the entry, and what it was then does not get on with what is there
            # now: on its way back the program may meet that.
            expected = RuleBroken("on the way")
            self.tally.undo_on_the_way += 1
        self.agreed(command, refusal, expected)
        self.end("refused" if refusal else end)

    def agreed(self, what: str, refusal: AyalaError | None, expected: AyalaError | None) -> None:
        """Both did it, or both refused it, for a reason of the same kind."""
        note(f"{what} -> {type(refusal).__name__ if refusal else 'done'}")
        self.tally.refused += refusal is not None
        if isinstance(expected, InTheWay):
            named = set(re.findall(r"(H-\d+) \(", str(refusal).partition(": ")[2]))
            assert named, (what, refusal, expected.entries)
            assert named <= expected.entries, (what, refusal, expected.entries)
            return
        kind = RuleBroken if isinstance(refusal, Refused) else type(refusal)
        assert kind is type(expected), (what, refusal, expected)

    def end(self, end: str) -> None:
        """The change is over: saved on both or on neither, and the records are the same."""
        if end == "saved":
            self.paper.save()
            self.tally.changes += 1
        else:
            self.paper.give_up()
        theirs, ours = self.desk.records(), self.paper.told()
        for table in QUESTIONS:
            more, less = theirs[table] - ours[table], ours[table] - theirs[table]
            assert not more | less, f"{table}: the program has {[*more]}, the model {[*less]}"
        entries = Counter((f"H-{n}", entry.command) for n, entry in enumerate(self.paper.history, 1))
        assert self.desk.ask(HISTORY) == entries
        self.same = True

    def undo(self, which: int, end: str) -> None:
        """Take an entry back on both, or refuse it on both and name what is in the way."""
        if not 0 <= which < len(self.paper.history):
            return
        code = f"H-{which + 1}"
        found = reading.entry(self.desk.questions, code, self.paper.today)
        lines: list[dict[str, Any]] = []
        refused = self.tally.refused
        self.both(
            f"history undo {code}",
            end,
            lambda: lines.extend(_undone(self.desk.office(), found, None, end == "dry run")),
            lambda: self.paper.undo(which),
        )
        if self.tally.refused > refused:
            self.tally.undo_refused += 1
            return
        self.tally.undone += end == "saved"
        rows = self.paper.history[which].rows.values()
        assert +Counter(
            {kind: sum(line[kind] for line in lines) for kind in ("removed", "brought_back", "restored")}
        ) == Counter(
            "removed" if before is None else "brought_back" if after is None else "restored"
            for before, after in rows
            if before or after
        )

    def write_sheet(self, kind: str, rows: list[dict[str, Any]]) -> str:
        path = self.desk.folder / f"{kind}.csv"
        with path.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.writer(stream)
            writer.writerow(rows[0])
            writer.writerows([["" if value is None else value for value in row.values()] for row in rows])
        return str(path)

    def teardown(self) -> None:
        """The history is whole, and nothing is found but the beds that the model knows of."""
        try:
            if self.same:
                office = self.desk.office()
                found = [
                    finding for finding in verifying.findings(office.ask, office.history_key) if finding[1]
                ]
                assert not found
                found = [finding for finding in checking.findings(office.ask, office.today) if finding[1]]
                beds = self.paper.closed_and_lived_in()
                assert [(name, count) for name, count, _ in found] == (
                    [("closed beds with residents", beds)] if beds else []
                )
                office.close()
        finally:
            self.desk.close()


def live(desk: Desk, monkeypatch: pytest.MonkeyPatch, wanted: int) -> None:
    """Offices' lives until so many operations are done: the same ones in every run, others in a soak."""

    class Machine(Life):
        pass

    Machine.desk = desk
    Machine.environ = monkeypatch
    number = random.randrange(2**32) if os.environ.get(SOAK) else 0
    while desk.tally.operations < wanted:
        print(f"seed {number}")
        offices = min(20, max(2, (wanted - desk.tally.operations) // AN_OFFICE))
        seed(number)(Machine)
        run_state_machine_as_test(Machine, settings=settings(LIMITS, max_examples=offices))
        number += 1


@pytest.fixture
def memory(tmp_path: Path) -> Iterator[Path]:
    """A folder in memory, where the system has one."""
    shared = Path("/dev/shm")
    if not os.access(shared, os.W_OK):
        yield tmp_path
        return
    folder = shared / f"ayala-{os.getpid()}-{tmp_path.name}"
    folder.mkdir()
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def let_go(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], None]]:
    """Changes share an engine and its connection, and nobody looks at the file first: each statement is compiled
    once and the schema is read once an office, which halves the time. Gives what ends the connection.

    On PostgreSQL every change goes the whole way.
    """
    engines: list[Any] = []
    make = database.engine_for

    def engine_for(address: opening.Address, **options: Any) -> Any:
        if not engines:
            engines.append(make(address, **options))
            monkeypatch.setattr(engines[0], "dispose", lambda close=True: None)
        return engines[0]

    def end() -> None:
        for engine in engines:
            engine.pool.dispose()

    monkeypatch.setattr(database, "engine_for", engine_for)
    monkeypatch.setattr(database, "NullPool", StaticPool)
    monkeypatch.setattr(database, "check", lambda address: None)
    yield end
    end()


def test_an_office_on_sqlite_is_what_its_model_says(
    templates: Templates,
    memory: Path,
    let_go: Callable[[], None],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    figures: Figures,
) -> None:
    path = memory / "office.db"

    def make(life: ExitStack) -> str:
        shutil.copyfile(templates.sqlite / "office.db", path)
        for end in ("", "-wal", "-shm"):
            life.callback(Path(f"{path}{end}").unlink, missing_ok=True)
        life.callback(let_go)
        return str(path)

    desk = Desk(memory, make, tmp_path / "history.key")
    live(desk, monkeypatch, rounds(ci=19_000, soak=450_000))
    figures("operations held against a model (sqlite)", **vars(desk.tally))


def test_an_office_on_postgresql_is_what_its_model_says(
    templates: Templates,
    postgres: Postgres,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    figures: Figures,
) -> None:
    def make(life: ExitStack) -> str:
        _, template = templates.postgresql
        return life.enter_context(postgres.database(template))

    desk = Desk(tmp_path, make, tmp_path / "history.key")
    live(desk, monkeypatch, rounds(ci=1_000, soak=50_000))
    figures("operations held against a model (postgresql)", **vars(desk.tally))
