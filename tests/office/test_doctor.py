"""``ayala doctor``: each fault there is, provoked once, with what mends it; and that what mends it does."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import date, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from ayala.storage import guards, opening
from ayala.storage.opening import SCHEMA, address
from tests.program import Ayala

ONE = ("--surname", "Ким", "--given-name", "Олег", "--born", "2004-05-06", "--sex", "M")
BACKUP = ("backup", "copy-{date}.db", "--once", "day")
RESTORE = "then ayala restore BACKUP"


def told(ayala: Ayala, *words: str, ok: int = 1, env: dict[str, str] | None = None) -> list[dict[str, str]]:
    rows: list[dict[str, str]] = ayala("doctor", *words, "--format", "json", ok=ok, env=env).json()
    assert all(row["next_step"] for row in rows if row["state"] == "fault")
    return rows


def faults(ayala: Ayala, *words: str, env: dict[str, str] | None = None) -> list[tuple[str, str, str]]:
    """Check, what and next step of the faults; the exit code says whether there are any."""
    rows = told(ayala, *words, env=env)
    return [(row["check"], row["what"], row["next_step"]) for row in rows if row["state"] == "fault"]


def line(ayala: Ayala, check: str, ok: int = 0, env: dict[str, str] | None = None) -> dict[str, str]:
    (row,) = (row for row in told(ayala, ok=ok, env=env) if row["check"] == check)
    return row


@contextmanager
def shell(url: str) -> Iterator[Any]:
    path = address(url).path
    opened = (
        opening.connect_postgresql(url, reading=False)
        if path is None
        else opening.open_sqlite(path, reading=False)
    )
    with closing(opened) as connection:
        yield connection


def is_sqlite(url: str) -> bool:
    return address(url).path is not None


@pytest.fixture
def office(ayala: Ayala, office_db: str) -> Ayala:
    """An office with a person, and in a file with a backup of the month."""
    ayala("graduate", "add", *ONE)
    if is_sqlite(office_db):
        ayala("backup", "copy.db", "--once", "month")
    return ayala


# --- in order --------------------------------------------------------------------------------------


def test_an_office_in_order(ayala: Ayala, tmp_path: Path) -> None:
    ayala("init")
    ayala("graduate", "add", *ONE)
    ayala(*BACKUP)
    rows = told(ayala, ok=0)
    found = [tuple(row.values()) for row in rows if row["check"] not in ("engine", "disk")]
    key = tmp_path / "home/.local/share/ayala/history.key"
    assert found == [
        ("settings", "ok", "no file of settings", ""),
        ("database", "ok", str(tmp_path / "office.db"), ""),
        ("schema", "ok", f"schema {SCHEMA}, as this Ayala needs it", ""),
        ("integrity", "ok", "quick look", ""),
        ("history", "ok", "quick look", ""),
        ("history_key", "ok", f"{key}; keep a copy of it apart from the backups", ""),
        ("rules", "ok", "no gaps, no overlaps", ""),
        next(tuple(row.values()) for row in rows if row["check"] == "calendar"),
        ("job", "ok", "backup 'copy-{date}.db' --once day: last done 2026-11-23", ""),
        ("backup", "ok", "last one 2026-11-23", ""),
        ("access", "ok", f"{tmp_path / 'office.db'} is its owner's alone", ""),
    ]
    assert [row["state"] for row in rows if row["check"] in ("engine", "disk")] == ["ok", "ok"]


def test_both_engines_are_looked_at_and_nothing_is_changed(office: Ayala, office_db: str) -> None:
    before = office("history", "list").out
    for words in ((), ("--full",)):
        rows = told(office, *words, ok=0)
        engine = next(row["what"] for row in rows if row["check"] == "engine")
        assert engine.startswith("SQLite " if is_sqlite(office_db) else "PostgreSQL ")
        looked = {row["check"]: row["what"] for row in rows}
        assert looked["integrity"] == looked["history"] == ("all checks" if words else "quick look")
    assert office("history", "list").out == before


def test_quiet_it_prints_a_table_only_for_a_fault(office: Ayala, office_db: str) -> None:
    office(*PEOPLE, "day")
    done = office("doctor", "--quiet")
    assert (done.out, done.err) == ("", "")
    late = office("doctor", "--quiet", ok=1, env={"AYALA_TODAY": "2026-11-25"})
    assert "late; last done 2026-11-23" in late.out


@pytest.mark.parametrize(("lang", "words"), [("kk", "дерекқор"), ("ru", "база данных"), ("en", "database")])
def test_it_speaks_three_languages(ayala: Ayala, lang: str, words: str) -> None:
    ayala("init")
    assert words in ayala("doctor", env={"AYALA_LANG": lang}).out


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        (
            "kk",
            {
                "settings": "баптаулар файлы жоқ",
                "schema": f"құрылым {SCHEMA}, Ayala-ның осы нұсқасына сай",
                "integrity": "жылдам тексеру",
                "history_key": "KEY; көшірмесін сақтық көшірмелерден бөлек сақтаңыз",
                "rules": "үзіліс те, қабаттасу да жоқ",
                "job": "cron мұнда әлі ештеңе орындамаған",
                "backup": "cron мұнда сақтық көшірме жасамайды",
                "access": "OFFICE тек иесіне қолжетімді",
            },
        ),
        (
            "ru",
            {
                "settings": "файла настроек нет",
                "schema": f"схема {SCHEMA}, как нужно этой версии Ayala",
                "integrity": "быстрая проверка",
                "history_key": "KEY; храните его копию отдельно от резервных копий",
                "rules": "нет ни пропусков, ни пересечений",
                "job": "cron здесь ещё ничего не выполнял",
                "backup": "cron здесь копий не делает",
                "access": "OFFICE доступен только владельцу",
            },
        ),
    ],
)
def test_what_it_finds_in_kazakh_and_russian(
    ayala: Ayala, tmp_path: Path, lang: str, words: dict[str, str]
) -> None:
    ayala("init")
    ayala("graduate", "add", *ONE)
    places = {"KEY": tmp_path / "home/.local/share/ayala/history.key", "OFFICE": tmp_path / "office.db"}
    rows = told(ayala, env={"AYALA_LANG": lang})
    looked = {row["check"]: row["what"] for row in rows if row["check"] in words}
    for name, path in places.items():
        looked = {check: what.replace(str(path), name) for check, what in looked.items()}
    assert looked == words
    steps = {row["check"]: row["next_step"] for row in rows}
    crontab = {"kk": "crontab ішінде", "ru": "в crontab"}[lang]
    assert steps["job"] == f"ayala watch --once day, {crontab}"


@pytest.mark.parametrize(
    ("days", "ru"),
    [
        (9, "последняя 2026-11-23, 9 дней назад"),
        (21, "последняя 2026-11-23, 21 день назад"),
        (22, "последняя 2026-11-23, 22 дня назад"),
        (25, "последняя 2026-11-23, 25 дней назад"),
    ],
)
def test_days_since_a_backup_have_the_form_of_their_number(ayala: Ayala, days: int, ru: str) -> None:
    ayala("init")
    ayala("graduate", "add", *ONE)
    ayala(*BACKUP)
    later = {"AYALA_TODAY": (date(2026, 11, 23) + timedelta(days=days)).isoformat()}
    assert line(ayala, "backup", 1, later | {"AYALA_LANG": "ru"})["what"] == ru
    kk = line(ayala, "backup", 1, later | {"AYALA_LANG": "kk"})["what"]
    assert kk == f"соңғысы 2026-11-23, {days} күн бұрын"


@pytest.mark.parametrize("lang", ["kk", "ru", "en"])
def test_a_file_open_to_others_is_mended_alike_in_every_language(
    ayala: Ayala, tmp_path: Path, lang: str
) -> None:
    ayala("init")
    path = tmp_path / "office.db"
    path.chmod(0o644)
    row = line(ayala, "access", 1, {"AYALA_LANG": lang})
    assert str(path) in row["what"]
    assert row["next_step"] == f"chmod go= {path}*"


@pytest.mark.parametrize(
    ("lang", "named"),
    [
        ("kk", ["дерекқордың қорғаныс тетіктері", "нөмірлер есептегіші: Түлек", "Жастар үйі: Төсек-орындар"]),
        ("ru", ["защита базы данных", "счётчик номеров: Выпускник", "Дом юношества: Койко-места"]),
        ("en", ["guards of the database", "counter of graduate", "dormitory: beds"]),
    ],
)
def test_checks_are_named_in_three_languages_and_alike_for_programs(
    ayala: Ayala, lang: str, named: list[str]
) -> None:
    ayala("init")
    shown = ayala("--lang", lang, "check").out
    assert [name in shown for name in named] == [True] * 3
    for_programs = [row["check"] for row in ayala("--lang", lang, "check", "--format", "json").json()]
    assert {"guards of the database", "counter of graduate", "dormitory: beds"} <= set(for_programs)


# --- the database ----------------------------------------------------------------------------------


def test_a_missing_database_and_its_mending(ayala: Ayala, tmp_path: Path) -> None:
    path = tmp_path / "office.db"
    assert faults(ayala) == [("database", f"there is no database at {path}", "ayala init")]
    ayala("init")
    told(ayala, ok=0)


def test_files_that_are_no_office(ayala: Ayala, tmp_path: Path) -> None:
    path = tmp_path / "office.db"
    path.touch(0o600)
    assert faults(ayala) == [("database", f"{path} is an empty database", "ayala init")]
    path.write_text("a letter to the akim, some hundred characters long, and no database at all" * 9)
    assert faults(ayala) == [("database", f"{path} is not a database", "ayala settings")]
    path.unlink()
    with closing(opening.sqlite().connect(str(path))) as connection:
        connection.execute("CREATE TABLE cakes (name TEXT)")
    path.chmod(0o600)
    assert faults(ayala) == [("database", f"{path} is a database of another program", "ayala settings")]
    path.unlink()
    path.mkdir()
    assert faults(ayala) == [("database", f"{path} is not a file", "ayala settings")]


def test_a_database_of_another_schema(office: Ayala, office_db: str) -> None:
    shown = address(office_db).shown
    for number, sentence, step in (
        (SCHEMA - 1, f"an older Ayala (schema {SCHEMA - 1}; this one needs {SCHEMA})", "ayala upgrade"),
        (99, f"a newer Ayala (schema 99; this one knows {SCHEMA})", "install the newer ayala"),
    ):
        with shell(office_db) as connection:
            if is_sqlite(office_db):
                connection.execute(f"PRAGMA user_version = {number}")
            connection.execute(f"UPDATE alembic_version SET version_num = '{number:04d}'")
        assert faults(office) == [("schema", f"{shown} was made by {sentence}", step)]


def test_a_server_that_does_not_answer(ayala: Ayala) -> None:
    url = "postgresql://nobody:secret@127.0.0.1:1/office?connect_timeout=1"
    done = ayala("--database", url, "doctor", "--format", "json", ok=1)
    (row,) = (row for row in done.json() if row["state"] == "fault")
    assert row["check"] == "database"
    assert "does not let us in" in row["what"]
    assert "secret" not in done.out + done.err


def test_a_damaged_file(office_on_file: Ayala, tmp_path: Path) -> None:
    path = tmp_path / "office.db"
    office_on_file("backup", "by-hand.db")
    whole = path.read_bytes()
    path.write_bytes(whole[:4096] + b"\xff" * (len(whole) - 4096))
    damaged = path.read_bytes()
    assert faults(office_on_file)[0] == ("database", f"{path} is damaged", "ayala restore BACKUP")
    assert path.read_bytes() == damaged
    # What mends it.
    path.rename(tmp_path / "damaged.db")
    office_on_file("restore", "by-hand.db")
    told(office_on_file, ok=0)


def test_a_page_that_is_damaged_where_nobody_looked_yet(office_on_file: Ayala, tmp_path: Path) -> None:
    path = tmp_path / "office.db"
    with closing(opening.sqlite().connect(str(path))) as connection:
        (size,) = connection.execute("PRAGMA page_size").fetchone()
        (page,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'companion'").fetchone()
    with path.open("r+b") as stream:
        stream.seek((page - 1) * size)
        stream.write(b"\xff" * 100)
    ((_, what, step),) = (row for row in faults(office_on_file) if row[0] == "integrity")
    assert (what, step) == (f"{path} is damaged", "ayala restore BACKUP")


@pytest.fixture
def office_on_file(ayala: Ayala, tmp_path: Path) -> Ayala:
    """An office in a file that is whole by itself, and a backup of it."""
    ayala("init")
    ayala("graduate", "add", *ONE)
    ayala(*BACKUP)
    with closing(opening.sqlite().connect(str(tmp_path / "office.db"))) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return ayala


def test_a_sqlite_with_the_bug_of_its_log(
    office_on_file: Ayala, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opening, "wal_is_safe", lambda: False)
    mend = "python3 -m pip install 'pysqlite3>=0.6.1'"
    ((check, what, step),) = faults(office_on_file)
    assert (check, step) == ("engine", mend)
    assert what.endswith("journal: wal: this SQLite can damage the file (WAL-reset bug)")
    with closing(opening.sqlite().connect(str(tmp_path / "office.db"))) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
    row = line(office_on_file, "engine")
    assert (row["state"], row["next_step"]) == ("note", mend)


def test_a_guard_of_the_schema_that_is_gone(office: Ayala, office_db: str) -> None:
    if is_sqlite(office_db):
        name = next(name for name in guards.SQLITE if name.startswith("uq_stay"))
        drop = f"DROP INDEX {name}"
    else:
        name = next(name for name in guards.POSTGRESQL if name.startswith("stay_bed"))
        drop = f"ALTER TABLE stay DROP CONSTRAINT {name}"
    with shell(office_db) as connection:
        connection.execute(drop)
    assert faults(office) == [("integrity", f"guards of the database: {name}", f"ayala check; {RESTORE}")]


def test_a_table_that_is_gone_is_a_fault_and_no_crash(office: Ayala, office_db: str) -> None:
    with shell(office_db) as connection:
        connection.execute("DROP TABLE said")
        connection.execute("DROP TABLE run")
    assert "job" in {check for check, _, _ in faults(office)}


# --- the history -----------------------------------------------------------------------------------


def test_a_trigger_of_the_history_that_is_gone(office: Ayala, office_db: str) -> None:
    name = "history_graduate_insert"
    with shell(office_db) as connection:
        connection.execute(f"DROP TRIGGER {name}" + ("" if is_sqlite(office_db) else " ON graduate"))
    assert faults(office) == [("history", f"triggers: {name} is missing", f"ayala history verify; {RESTORE}")]


def test_full_finds_what_a_quick_look_does_not(office: Ayala, office_db: str) -> None:
    with shell(office_db) as connection:
        connection.execute("UPDATE graduate SET note = 'changed past Ayala'")
    told(office, ok=0)
    ((check, what, _),) = faults(office, "--full")
    assert check == "history"
    assert what.startswith("outside of Ayala: X-")


def test_the_key_of_the_history(office: Ayala, office_db: str, tmp_path: Path) -> None:
    key = tmp_path / "home/.local/share/ayala/history.key"
    kept = key.read_text()
    back = f"put {key} back from where it is kept"
    key.chmod(0o644)
    assert faults(office) == [("history_key", f"others can read {key} (mode 0644)", f"chmod 600 {key}")]
    key.chmod(0o600)
    key.write_text("00" * 32 + "\n")
    assert faults(office) == [("history_key", f"{key} is not the key that sealed the history", back)]
    key.write_text("no key\n")
    assert faults(office) == [
        ("history_key", f"{key} holds no history key", "put the key back from where it is kept")
    ]
    key.unlink()
    assert faults(office) == [("history_key", f"{key} is missing: nothing is sealed", back)]
    key.write_text(kept)
    key.chmod(0o600)
    told(office, ok=0)


# --- settings, law and days ------------------------------------------------------------------------


def test_settings_that_cannot_be_read(office_on_file: Ayala, tmp_path: Path) -> None:
    config = tmp_path / "home/.config/ayala/config.toml"
    config.parent.mkdir(parents=True)
    config.write_text("language = 'kk'\n")
    env = {"AYALA_LANG": ""}
    ((check, what, step),) = faults(office_on_file, env=env)
    assert (check, step) == ("settings", "ayala settings --help")
    assert what == f"{config}: 'language' is no setting Ayala knows"
    # Any other command stops there.
    assert office_on_file("graduate", "list", ok=2, env=env).err.startswith(f"ayala: {config}: ")
    config.write_text("lang = 'en'\n")
    assert line(office_on_file, "settings", env=env)["what"] == f"read from {config}"
    for name, value in (("WAIT", "soon"), ("ORGANISATION", "bank"), ("LANG", "fr")):
        assert [row[0] for row in faults(office_on_file, env={f"AYALA_{name}": value})] == ["settings"]


def test_a_rulebook_that_cannot_be_right(office_on_file: Ayala, tmp_path: Path) -> None:
    own = tmp_path / "rules.toml"
    own.write_text(
        '[[rule]]\nid = "ours"\nwhat = "our_term"\nvalue = 0\nunit = "days"\n'
        'valid_from = 2026-01-01\nsource = "order 7"\n'
    )
    assert faults(office_on_file, env={"AYALA_RULES": str(own)}) == [
        ("rules", "rules.toml ours: the value 0 is not more than 0", "ayala rules check")
    ]
    own.write_text("no toml")
    assert "rules" in [row[0] for row in faults(office_on_file, env={"AYALA_RULES": str(own)})]


def test_days_that_are_estimated_or_not_known(office_on_file: Ayala, monkeypatch: pytest.MonkeyPatch) -> None:
    from ayala.rules import calendar, checking

    row = line(office_on_file, "calendar")
    assert (row["state"], row["what"]) == ("note", "estimated: 2027-05-16")
    monkeypatch.setattr(checking, "unsure_days", lambda *_: [])
    assert line(office_on_file, "calendar")["what"] == "holidays are known up to 2027-11-24"
    monkeypatch.setattr(calendar, "last_year_known", lambda: 2026)
    newer = "python3 -m pip install --upgrade holidays"
    assert faults(office_on_file) == [("calendar", "holidays are known up to 2026 only", newer)]


# --- cron ------------------------------------------------------------------------------------------

PEOPLE = ("report", "graduates", "--once")
RUN = (
    "INSERT INTO run (id, command, period_kind, period, started_at, result) VALUES "
    "('01a2089b-4775-77b9-b146-ab4f227a5fe1', 'report graduates', 'day', '2026-11-23', '{began}', {result})"
)


@pytest.mark.parametrize(
    ("kind", "in_time", "late", "done"),
    [
        ("day", "2026-11-24", "2026-11-25", "2026-11-23"),
        ("week", "2026-12-06", "2026-12-07", "2026-W48"),
        ("month", "2026-12-31", "2027-01-01", "2026-11"),
    ],
)
def test_a_command_that_cron_missed(
    ayala: Ayala, office_db: str, kind: str, in_time: str, late: str, done: str
) -> None:
    ayala(*PEOPLE, kind)
    name = f"report graduates --once {kind}"
    assert line(ayala, "job", env={"AYALA_TODAY": in_time})["what"] == f"{name}: last done {done}"
    env = {"AYALA_TODAY": late}
    assert faults(ayala, env=env) == [("job", f"{name}: late; last done {done}", f"ayala {name}")]
    ayala(*PEOPLE, kind, env=env)  # what mends it
    assert line(ayala, "job", env=env)["what"].startswith(f"{name}: last done ")


def test_a_command_that_failed(office_on_file: Ayala) -> None:
    words = ("report", "graduates", "--output", "out/people.md", "--once", "week")
    office_on_file(*words, ok=7)
    assert faults(office_on_file) == [
        (
            "job",
            "report graduates --output out/people.md --once week: "
            "failed with exit code 7 in 2026-W48; never done",
            "ayala report graduates --output out/people.md --once week",
        )
    ]


def test_runs_that_were_killed_and_runs_under_way(office: Ayala, office_db: str) -> None:
    from datetime import UTC, datetime

    began = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%S.%f}Z"
    with shell(office_db) as connection:
        connection.execute(RUN.format(began=began, result="'running another-machine 17 4'"))
    job = next(row for row in told(office, ok=0) if row["what"].startswith("report"))
    assert job["state"] == "note"
    assert job["what"] == f"report graduates --once day: under way since {began[:16]}Z; never done"
    with shell(office_db) as connection:
        connection.execute("UPDATE run SET started_at = '2026-11-22T01:00:00.000000Z' WHERE result <> 'done'")
    assert faults(office) == [
        (
            "job",
            "report graduates --once day: did not come to its end in 2026-11-23; never done",
            "ayala report graduates --once day",
        )
    ]
    office(*PEOPLE, "day")
    told(office, ok=0)


def test_a_job_with_a_name_is_looked_for_in_the_crontab(office: Ayala, office_db: str) -> None:
    office(*PEOPLE, "day", "--job", "people")
    ((_, _, step), *_) = (
        row for row in faults(office, env={"AYALA_TODAY": "2026-11-26"}) if "people" in row[1]
    )
    assert step == "the line of the crontab with report graduates --job people --once day"


def jobs(office: Ayala, env: dict[str, str]) -> list[str]:
    """The scheduled reports, none of them with a fault."""
    named = [row["what"].split(":")[0] for row in told(office, ok=0, env=env) if row["check"] == "job"]
    return [name for name in named if name.startswith("report")]


def test_a_job_that_is_no_more_is_forgotten_and_comes_back_when_it_runs(
    office: Ayala, office_db: str
) -> None:
    env = {"AYALA_TODAY": "2026-11-26"}
    other = ("report", "work", "--once", "day")
    office(*PEOPLE, "day")
    office(*other, env=env)
    assert [row[0] for row in faults(office, env=env)] == ["job"]
    done = office("doctor", "--forget", "ayala report graduates --once day", env=env)
    assert (done.out, done.err) == ("", "not missed any more: report graduates\n")
    assert jobs(office, env) == ["report work --once day"]
    office(*PEOPLE, "day", env=env)
    assert jobs(office, env) == ["report graduates --once day", "report work --once day"]
    missing = office("doctor", "--forget", "report housing", ok=3)
    assert missing.err == "ayala: cron has run no 'report housing'\ntry: ayala doctor, which names them\n"


def test_backups_that_stay_out(ayala: Ayala, office_db: str) -> None:
    night = "ayala backup 'office-{date}.db' --once day, in a crontab"
    assert line(ayala, "backup")["state"] == "note"  # nothing to lose yet
    ayala("graduate", "add", *ONE)
    if is_sqlite(office_db):
        assert faults(ayala) == [("backup", "cron takes none here", night)]
    else:
        assert line(ayala, "backup")["what"] == "cron takes none here, as far as Ayala knows"
        return
    ayala("backup", "copy.db", "--once", "month")
    assert line(ayala, "backup")["what"] == "last one 2026-11-23"
    assert line(ayala, "backup", env={"AYALA_TODAY": "2026-12-08"})["state"] == "ok"
    assert faults(ayala, env={"AYALA_TODAY": "2026-12-09"}) == [
        ("backup", "last one 2026-11-30, 9 days ago", night)
    ]


# --- the machine -----------------------------------------------------------------------------------


def test_a_disk_that_is_nearly_full(
    office: Ayala, office_db: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: SimpleNamespace(free=90_000_000))
    folder = tmp_path if is_sqlite(office_db) else tmp_path / "home/.local/share/ayala"
    mend = f"du -ah {folder} | sort -h | tail"
    assert faults(office) == [("disk", f"0.1 GB free in {folder}", mend)]

    def gone(folder: Path) -> Any:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(shutil, "disk_usage", gone)
    assert faults(office) == [
        ("disk", f"{folder} cannot be looked at: Permission denied", f"ls -ld {folder}")
    ]


def by_file(path: Path) -> None:
    path.chmod(0o644)


def by_folder(path: Path) -> None:
    path.parent.chmod(0o777)


@pytest.mark.parametrize(
    ("opened", "what", "mend"),
    [
        (by_file, "others on this machine can read {path}", "chmod go= {path}*"),
        (by_folder, "everybody on this machine can replace {path}", "chmod o-w {path.parent}"),
    ],
)
def test_a_file_that_others_can_reach(
    office_on_file: Ayala, tmp_path: Path, opened: Callable[[Path], None], what: str, mend: str
) -> None:
    path = tmp_path / "office.db"
    before = stat.S_IMODE(tmp_path.stat().st_mode)
    opened(path)
    try:
        assert faults(office_on_file) == [("access", what.format(path=path), mend.format(path=path))]
    finally:
        tmp_path.chmod(before)


def test_a_file_that_cannot_be_written(
    office_on_file: Ayala, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "access", lambda path, mode: mode != os.W_OK)
    path = tmp_path / "office.db"
    assert faults(office_on_file) == [("access", f"{path} cannot be written by tester", f"ls -l {path}")]
