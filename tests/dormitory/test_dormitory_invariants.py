"""No bed-day is given twice, whoever writes: plain SQL, sixteen commands at once, any row of deeds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ayala.errors import NotNow, Taken, WrongUsage
from ayala.office import Office
from ayala.settings import Settings
from ayala.storage import opening
from ayala.storage.asking import Asking
from ayala.storage.opening import address
from ayala.storage.tables import new_key
from tests.dormitory.conftest import sheet
from tests.program import Ayala, AyalaProcess

# --- plain SQL ---------------------------------------------------------------------------------------


@dataclass
class Sql:
    """Someone with a shell of the database itself."""

    connection: Any
    error: type[Exception]
    is_sqlite: bool

    def rows(self, text: str) -> list[tuple[Any, ...]]:
        return [tuple(map(str, row)) for row in self.connection.execute(text).fetchall()]

    def stays(self) -> list[tuple[Any, ...]]:
        return self.rows("SELECT id, bed_id, graduate_id, from_date, until FROM stay ORDER BY id")

    def refused(self, text: str) -> bool:
        """Whether the database refuses the statement, or at least does nothing of it."""
        before = self.stays()
        try:
            self.connection.execute(text)
        except self.error:
            return self.stays() == before
        return self.stays() == before


@pytest.fixture
def sql(house: Ayala, office_db: str) -> Iterator[Sql]:
    """A house where G-1 has ZU-1/101/1 in March and again from May, and G-2 has ZU-1/101/2 from April."""
    for person, bed, *days in (
        ("G-1", "ZU-1/101/1", "--on", "2026-03-01", "--until", "2026-04-01"),
        ("G-1", "ZU-1/101/1", "--on", "2026-05-01"),
        ("G-2", "ZU-1/101/2", "--on", "2026-04-01"),
    ):
        house("dormitory", "place", person, bed, *days)
    where = address(office_db)
    if where.path is not None:
        shell = Sql(opening.open_sqlite(where.path, reading=False), opening.sqlite().Error, True)
    else:
        psycopg = pytest.importorskip("psycopg")
        shell = Sql(psycopg.connect(office_db, autocommit=True), psycopg.Error, False)
    yield shell
    shell.connection.close()


def insert(person: str, bed: str, start: str, until: str | None, how: str = "INSERT") -> str:
    end = f"'{until}'" if until else "NULL"
    return (
        f"{how} INTO stay (id, bed_id, graduate_id, from_date, until)"
        f" SELECT '{new_key()}', b.id, g.id, '{start}', {end}"
        f" FROM bed AS b, graduate AS g WHERE b.place = 'ZU-1/{bed}' AND g.code = '{person}'"
    )


OVERLAPS = [
    ("G-3", "101/1", "2026-03-31", "2026-04-01"),
    ("G-3", "101/1", "2026-01-01", "2026-03-02"),
    ("G-3", "101/1", "2026-01-01", "2027-01-01"),
    ("G-3", "101/1", "2026-01-01", None),
    ("G-3", "101/1", "2030-01-01", None),
    ("G-3", "101/1", "2030-01-01", "2030-01-02"),
    ("G-3", "101/1", "2026-03-01", "2026-04-01"),
    ("G-1", "102/1", "2026-03-31", "2026-04-01"),
    ("G-1", "102/1", "2026-01-01", None),
    ("G-1", "102/1", "2030-01-01", "2030-01-02"),
]


@pytest.mark.parametrize(("person", "bed", "start", "until"), OVERLAPS)
def test_sql_cannot_insert_an_overlap(sql: Sql, person: str, bed: str, start: str, until: str | None) -> None:
    ways = ["INSERT"]
    if sql.is_sqlite:
        ways += [f"INSERT OR {how}" for how in ("REPLACE", "IGNORE", "FAIL", "ABORT", "ROLLBACK")] + [
            "REPLACE"
        ]
    for how in ways:
        statement = insert(person, bed, start, until, how)
        assert sql.refused(statement), how
    assert sql.refused(
        insert(person, bed, start, until) + (" ON CONFLICT DO NOTHING" if not sql.is_sqlite else "")
    )


def test_sql_can_insert_what_touches(sql: Sql) -> None:
    for statement in (
        insert("G-3", "101/1", "2026-04-01", "2026-05-01"),
        insert("G-3", "101/1", "2026-01-01", "2026-03-01"),
        insert("G-2", "102/1", "2026-03-01", "2026-04-01"),
    ):
        assert not sql.refused(statement)


@pytest.mark.parametrize(
    "change",
    [
        "until = NULL WHERE until IS NOT NULL",
        "until = '2026-05-02' WHERE until IS NOT NULL",
        "from_date = '2026-03-31' WHERE from_date = '2026-05-01'",
        "from_date = '2026-02-01', until = '2026-02-01' WHERE until IS NOT NULL",
        "until = from_date WHERE from_date = '2026-05-01'",
        "bed_id = (SELECT id FROM bed WHERE place = 'ZU-1/101/1') WHERE from_date = '2026-04-01'",
        "bed_id = (SELECT id FROM bed WHERE place = 'ZU-1/101/1')",
        "graduate_id = (SELECT id FROM graduate WHERE code = 'G-1') WHERE from_date = '2026-04-01'",
        "graduate_id = (SELECT id FROM graduate WHERE code = 'G-1')",
        "bed_id = (SELECT id FROM bed WHERE place = 'ZU-1/102/1'),"
        " graduate_id = (SELECT id FROM graduate WHERE code = 'G-1') WHERE from_date = '2026-04-01'",
        "from_date = '2026-01-01', until = NULL WHERE from_date = '2026-05-01'",
    ],
)
def test_sql_cannot_update_into_an_overlap(sql: Sql, change: str) -> None:
    ways = ["UPDATE stay SET"]
    if sql.is_sqlite:
        ways += [f"UPDATE OR {how} stay SET" for how in ("REPLACE", "IGNORE", "FAIL")]
    for how in ways:
        assert sql.refused(f"{how} {change}"), how


def test_sql_can_update_to_what_touches(sql: Sql) -> None:
    for change in (
        "until = '2026-05-01' WHERE until IS NOT NULL",
        "from_date = '2026-06-01' WHERE from_date = '2026-05-01'",
        "bed_id = (SELECT id FROM bed WHERE place = 'ZU-1/102/1') WHERE from_date = '2026-04-01'",
    ):
        assert not sql.refused(f"UPDATE stay SET {change}")


def test_a_day_that_does_not_exist_is_no_way_round(sql: Sql) -> None:
    wrong = ["2026-02-30", "2026-13-01", ""]
    if sql.is_sqlite:  # which keeps days as text; PostgreSQL reads these two as the days they mean
        wrong += ["2026-5-1", "tomorrow"]
    for start in wrong:
        assert sql.refused(insert("G-3", "102/1", start, None))


# --- sixteen commands at once ------------------------------------------------------------------------


def test_sixteen_want_one_bed_and_one_gets_it(
    ayala: Ayala, ayala_process: AyalaProcess, office_db: str
) -> None:
    people = "code,surname,given_name,birth_date,sex\n" + "".join(
        f"G-{n},Арманова,Айгүл{n},2006-01-{n:02d},F\n" for n in range(1, 17)
    )
    ayala("import", "--as", "graduates", sheet(ayala, "graduates", people))
    ayala("dormitory", "add", "ZU-1", "--name", "Үй")
    ayala("dormitory", "add", "ZU-1/101", "--beds", "1")
    running = [
        ayala_process.start("dormitory", "place", f"G-{n}", "ZU-1/101/1", "--reason", "race")
        for n in range(1, 17)
    ]
    done = [one.finish(ok=(0, 5)) for one in running]
    assert sorted(one.code for one in done) == [0] + [5] * 15
    (winner,) = (one for one in done if one.code == 0)
    (resident,) = ayala("dormitory", "stays", "--format", "json").json()
    assert (winner.out, resident["graduate"]) == ("ZU-1/101/1\n", winner.args[2])
    for loser in done:
        if loser is not winner:
            said = loser.err.removeprefix("waiting for another writer…\n")
            assert said.startswith(f"ayala: ZU-1/101/1 is taken by {winner.args[2]} from 2026-11-23\n")


# --- any row of deeds, compared with a model ---------------------------------------------------------

FIRST = date(2026, 12, 1)
PEOPLE = [f"G-{n}" for n in range(1, 5)]
PLACES = ["ZU-1/101/1", "ZU-1/101/2", "ZU-1/102/1"]
FAR = date(9999, 12, 31)


@dataclass(frozen=True)
class ModelStay:
    person: str
    bed: str
    start: date
    until: date | None = None
    has_left: bool = False

    @property
    def end(self) -> date:
        return self.until or FAR

    def shares(self, start: date, end: date) -> bool:
        return self.start < end and start < self.end


@dataclass
class Model:
    """The office on paper: a list of stays and the rules in their simplest words."""

    stays: list[ModelStay] = field(default_factory=list)

    def place(self, person: str, bed: str, on: date, until: date | None) -> None:
        if until is not None and until <= on:
            raise WrongUsage("no day")
        if any(s.shares(on, until or FAR) for s in self.stays if s.person == person or s.bed == bed):
            raise Taken("a bed-day is taken")
        self.stays.append(ModelStay(person, bed, on, until))

    def on(self, person: str, on: date, *, ending: bool = False) -> ModelStay:
        own = sorted((s for s in self.stays if s.person == person), key=lambda s: s.start)
        if not own:
            raise NotNow("never")
        begun = [s for s in own if s.start <= on]
        if not begun:
            raise WrongUsage("before")
        last = begun[-1]
        if on < last.end or (ending and on == last.end):
            return last
        raise NotNow("over")

    def move(self, person: str, bed: str, on: date) -> None:
        stay = self.on(person, on)
        if stay.bed == bed:
            raise NotNow("there")
        if any(s.shares(on, stay.end) for s in self.stays if s.bed == bed):
            raise Taken("taken")
        self.stays.remove(stay)
        if stay.start < on:
            self.stays.append(replace(stay, until=on, has_left=True))
        self.stays.append(replace(stay, bed=bed, start=on))

    def leave(self, person: str, on: date) -> None:
        stay = self.on(person, on, ending=True)
        until = on + timedelta(days=1) if stay.start == on else on
        if stay.until == until and stay.has_left:
            raise NotNow("left")
        self.stays.remove(stay)
        self.stays.append(replace(stay, until=until, has_left=True))


DAY = st.integers(0, 14).map(lambda n: FIRST + timedelta(days=n))
DEEDS = st.lists(
    st.one_of(
        st.tuples(st.just("place"), st.sampled_from(PEOPLE), st.sampled_from(PLACES), DAY, st.none() | DAY),
        st.tuples(st.just("move"), st.sampled_from(PEOPLE), st.sampled_from(PLACES), DAY),
        st.tuples(st.just("leave"), st.sampled_from(PEOPLE), DAY),
    ),
    min_size=3,
    max_size=14,
)


def deed_on(model: Model, deed: tuple[Any, ...]) -> None:
    verb, *values = deed
    getattr(model, verb)(*values)


def deed_in(office: Office, deed: tuple[Any, ...]) -> None:
    for attempt in office.change("test"):
        with attempt as records:
            dormitories = records.dormitories
            match deed:
                case ("place", person, bed, on, until):
                    dormitories.place(person, bed, on=on, until=until, reason="test")
                case ("move", person, bed, on):
                    dormitories.move(person, bed, on=on, reason="test")
                case ("leave", person, on):
                    dormitories.leave(person, destination="unknown", end_reason="other", on=on)


def outcome(act: Callable[[], None]) -> str:
    try:
        act()
    except (Taken, NotNow, WrongUsage) as error:
        return type(error).__name__
    return "done"


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(DEEDS)
def test_any_row_of_deeds_ends_as_on_paper(
    house: Ayala, office_db: str, monkeypatch_today: None, deeds: list[tuple[Any, ...]]
) -> None:
    office = Office(Settings({"database": office_db, "user": "tester"}))
    forget(office_db)
    model = Model()
    for deed in deeds:
        wanted = outcome(lambda deed=deed: deed_on(model, deed))  # type: ignore[misc]
        assert outcome(lambda deed=deed: deed_in(office, deed)) == wanted, deed  # type: ignore[misc]
        assert stored(office) == sorted(
            (s.person, s.bed, s.start.isoformat(), s.until.isoformat() if s.until else None)
            for s in model.stays
        ), deed
    office.close()


@pytest.fixture
def monkeypatch_today(monkeypatch: pytest.MonkeyPatch) -> None:
    """A day before all deeds, so that no stay is history yet."""
    monkeypatch.setenv("AYALA_TODAY", "2026-11-23")


def stored(office: Office) -> list[tuple[Any, ...]]:
    asking = Asking(office.address)
    rows = asking.rows(
        "dormitory", "stays", building=None, graduate=None, bed=None, day=None, counted="2026-11-23"
    )
    found = sorted((row["graduate"], row["bed"], row["from_date"], row["until"]) for row in rows)
    asking.close()
    return found


def forget(database: str) -> None:
    where = address(database)
    if where.path is not None:
        connection = opening.open_sqlite(where.path, reading=False)
    else:
        connection = opening.connect_postgresql(database, reading=False)
    connection.execute("DELETE FROM companion")
    connection.execute("DELETE FROM stay")
    connection.close()


# --- the questions -----------------------------------------------------------------------------------


def test_the_plan_of_occupancy_is_pinned(house: Ayala) -> None:
    """Stays, closings and companions grow with the years: each is searched by its index, never scanned."""
    asking = Asking(address(house.database))
    sql = "EXPLAIN QUERY PLAN " + asking.text("dormitory", "occupancy")
    plan = [row[3] for row in asking.connection.execute(sql, {"day": "2026-11-23", "building": None})]
    asking.close()
    assert "SEARCH s USING INDEX ix_stay_bed_id_from_date (bed_id=? AND from_date<?) LEFT-JOIN" in plan
    assert "SEARCH o USING INDEX ix_out_of_service_bed_id (bed_id=?)" in plan
    assert "SEARCH c USING INDEX ix_companion_stay_id (stay_id=?)" in plan
    assert not [step for step in plan if step in ("SCAN s", "SCAN o", "SCAN c")]


def test_occupancy_adds_up_on_every_day(house: Ayala, office_db: str) -> None:
    """A closed bed with somebody in it (an old sheet may say so) is taken, not out of service."""
    house("dormitory", "close", "ZU-1/101", "--from", "2026-11-01", "--until", "2026-11-20", "--reason", "x")
    text = "graduate,building,room,bed,from_date,until\nG-1,ZU-1,101,1,2026-11-10,2026-11-15\n"
    house("import", "--as", "stays", sheet(house, "stays", text))
    seen = []
    for day in ("2026-10-31", "2026-11-09", "2026-11-10", "2026-11-14", "2026-11-15", "2026-11-20"):
        asking = Asking(address(office_db))
        (row,) = asking.rows("dormitory", "occupancy", day=day, building=None)
        asking.close()
        assert list(row) == [
            "building", "name", "beds", "residents", "companions", "out_of_service", "free", "region",
        ]  # fmt: skip
        assert all(type(row[key]) is int for key in list(row)[2:7])
        assert row["free"] == row["beds"] - row["out_of_service"] - row["residents"]
        seen.append((row["residents"], row["out_of_service"], row["free"]))
    assert seen == [(0, 0, 7), (0, 2, 5), (1, 1, 5), (1, 1, 5), (0, 2, 5), (0, 0, 7)]
