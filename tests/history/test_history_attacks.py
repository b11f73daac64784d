"""Attacks on the history, on both engines: each is refused, or named by ``history verify``.

They are done as someone would who has the database itself: with the engine's own shell, past everything that
Ayala does. The last two need the head of the chain, kept elsewhere before; without it they are not seen, which
``docs/history.md`` says.
"""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ayala.storage import opening, sealing
from ayala.storage.opening import address
from tests.figures import Figures
from tests.program import Ayala


class Shell:
    """The engine's own shell: plain SQL as ``sqlite3`` or ``psql`` would run it."""

    def __init__(self, url: str) -> None:
        self.path = address(url).path
        if self.path is not None:
            self.connection: Any = opening.sqlite().connect(str(self.path), isolation_level=None)
        else:
            import psycopg

            self.connection = psycopg.connect(url, autocommit=True)

    @property
    def is_sqlite(self) -> bool:
        return self.path is not None

    def run(self, *statements: str) -> list[Any]:
        for sql in statements:
            cursor = self.connection.execute(sql)
        return [tuple(row) for row in cursor.fetchall()] if cursor.description else []

    def refused(self, sql: str) -> bool:
        try:
            self.run(sql)
        except Exception as error:
            return any(word in str(error) for word in ("append", "no_replace", "uq_"))
        return False

    def without_triggers(self, table: str, *statements: str) -> None:
        """Run statements while no trigger fires, and leave no trace in the schema."""
        if self.path is not None:
            import apsw

            self.connection.close()
            quiet = apsw.Connection(str(self.path))
            quiet.config(apsw.SQLITE_DBCONFIG_ENABLE_TRIGGER, 0)
            for sql in statements:
                quiet.execute(sql)
            quiet.close()
            self.connection = opening.sqlite().connect(str(self.path), isolation_level=None)
        else:
            self.run(
                "SET session_replication_role = replica", *statements, "SET session_replication_role = origin"
            )

    def triggers_of(self, table: str) -> dict[str, str]:
        if self.is_sqlite:
            return dict(
                self.run(
                    f"SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = '{table}'"
                )
            )
        return dict(
            self.run(
                "SELECT tgname, pg_get_triggerdef(oid) FROM pg_trigger "
                f"WHERE NOT tgisinternal AND tgrelid = '{table}'::regclass"
            )
        )

    def drop(self, table: str, trigger: str) -> None:
        self.run(f"DROP TRIGGER {trigger}" + ("" if self.is_sqlite else f" ON {table}"))


@pytest.fixture
def office(ayala: Ayala, office_db: str) -> Ayala:
    for surname in ("Әбдіров", "Өтеген", "Кім"):
        ayala(
            "graduate",
            "add",
            "--surname",
            surname,
            "--given-name",
            "Ән",
            "--born",
            "1998-03-15",
            "--sex",
            "F",
        )
    ayala("appeal", "add", "G-1", "--topic", "housing", "--number", "ЗТ-1")
    ayala("appeal", "add", "G-2", "--topic", "legal", "--number", "ЗТ-2")
    return ayala


@pytest.fixture
def shell(office_db: str) -> Iterator[Shell]:
    found = Shell(office_db)
    yield found
    found.connection.close()


def found(ayala: Ayala, *words: str, ok: int = 1) -> dict[str, str]:
    """Every check of ``history verify`` that found something, with what it names."""
    rows = ayala("history", "verify", *words, "--format", "json", ok=ok).json()
    return {row["check"]: row["what"] for row in rows if row["found"]}


@pytest.fixture(scope="module")
def tally(figures: Figures) -> Iterator[Counter[str]]:
    """How many attacks were tried, and how many were refused or named, by engine."""
    counted: Counter[str] = Counter()
    yield counted
    for engine in ("SQLite", "PostgreSQL"):
        figures(
            f"attacks on the history, {engine}",
            tried=counted[f"{engine} tried"],
            refused_or_named=counted[f"{engine} seen"],
        )


@pytest.fixture(autouse=True)
def counted(request: pytest.FixtureRequest, tally: Counter[str]) -> Iterator[None]:
    """Count each numbered test that ends well as an attack that was seen."""
    number = re.match(r"test_\d+_", request.node.name)
    engine = "SQLite" if "sqlite" in request.node.name else "PostgreSQL"
    tally[f"{engine} tried"] += bool(number)
    failed = request.session.testsfailed
    yield
    tally[f"{engine} seen"] += bool(number) and request.session.testsfailed == failed


def test_nothing_is_found_where_nothing_was_done(office: Ayala) -> None:
    assert found(office, ok=0) == {}


def test_1_an_update_in_the_shell_is_an_entry_and_named(office: Ayala, shell: Shell) -> None:
    shell.run("UPDATE graduate SET surname = 'Басқа' WHERE code = 'G-2'")
    (told,) = found(office).values()
    entry = told.partition(":")[0]
    assert entry.startswith("X-")
    shown = office("history", "show", entry, "--format", "json").json()
    assert shown["history_entry"][0]["command"] == "outside of Ayala"
    assert shown["changes"] == [
        {
            "record": "G-2",
            "table": "graduate",
            "op": "U",
            "field": "surname",
            "before": "Өтеген",
            "after": "Басқа",
        }
    ]
    # It stays named, sealed or not, until somebody says that it was meant, or takes it back.
    office("graduate", "edit", "G-3", "--note", "x")
    assert list(found(office)) == ["outside of Ayala"]
    office("history", "accept", entry, ok=2)
    office("history", "accept", entry, "--reason", "a name put right by the provider")
    assert found(office, ok=0) == {}
    office("history", "undo", entry)
    assert office("graduate", "find", "Өтеген", "--format", "json").json()[0]["code"] == "G-2"


def test_taking_it_back_settles_it_too(office: Ayala, shell: Shell) -> None:
    shell.run("UPDATE graduate SET surname = 'Басқа' WHERE code = 'G-2'")
    entry = found(office)["outside of Ayala"].partition(":")[0]
    office("history", "undo", entry)
    assert found(office, ok=0) == {}


@pytest.mark.parametrize("table", ["row_image", "seal", "change"])
def test_2_removing_from_the_history_is_refused(office: Ayala, shell: Shell, table: str) -> None:
    assert shell.refused(f"DELETE FROM {table}")
    if not shell.is_sqlite:
        assert shell.refused(f"TRUNCATE {table}")
    assert found(office, ok=0) == {}


@pytest.mark.parametrize(
    "update",
    [
        "row_image SET after = before",
        "row_image SET change_id = NULL",
        "seal SET mac = 'x'",
        "change SET made_by = 'nobody'",
        "change SET reason = NULL",
    ],
)
def test_3_rewriting_the_history_is_refused(office: Ayala, shell: Shell, update: str) -> None:
    assert shell.refused(f"UPDATE {update}")
    assert found(office, ok=0) == {}


def test_4_a_trigger_dropped_for_a_while_is_seen(office: Ayala, shell: Shell) -> None:
    kept = shell.triggers_of("graduate")
    shell.drop("graduate", "history_graduate_update")
    assert found(office) == {"triggers": "history_graduate_update is missing"}
    shell.run(
        "UPDATE graduate SET note = 'changed in the dark' WHERE code = 'G-2'",
        kept["history_graduate_update"],
    )
    assert found(office) == {"rows against images": "graduate G-2: note is altered"}


def test_5_triggers_switched_off_are_seen(office: Ayala, shell: Shell) -> None:
    shell.without_triggers(
        "graduate",
        "UPDATE graduate SET note = 'x', region = '75' WHERE code = 'G-2'",
        "DELETE FROM appeal_event WHERE appeal_id = (SELECT id FROM appeal WHERE number = 'ЗТ-2')",
        "DELETE FROM appeal WHERE number = 'ЗТ-2'",
    )
    told = found(office)["rows against images"]
    assert re.search("graduate G-2: (region, note|note, region) are altered", told)
    assert "appeal A-2026-0002 is gone" in told


def test_6_a_row_replaced_by_its_key_is_seen(office: Ayala, shell: Shell) -> None:
    columns = "id, code, graduate_id, kind, topic, received_on, registered_on, status"
    taken = "id, 'A-2026-0009', graduate_id, kind, topic, received_on, registered_on, status"
    if shell.is_sqlite:
        replaced = (
            f"INSERT OR REPLACE INTO appeal ({columns}) SELECT {taken} FROM appeal WHERE number = 'ЗТ-2'"
        )
        assert shell.refused(replaced)
        shell.without_triggers("appeal", replaced)
        assert "appeal A-2026-0009" in found(office)["rows against images"]
    else:
        # What comes nearest: the table's triggers disabled for the removal only.
        shell.run(
            "ALTER TABLE appeal DISABLE TRIGGER history_appeal_update",
            "UPDATE appeal SET code = 'A-2026-0009' WHERE number = 'ЗТ-2'",
            "ALTER TABLE appeal ENABLE TRIGGER history_appeal_update",
        )
        assert found(office) == {"rows against images": "appeal A-2026-0009: code is altered"}


def test_7_a_row_replaced_by_another_key_is_seen(office: Ayala, shell: Shell) -> None:
    if not shell.is_sqlite:
        shell.run("ALTER TABLE appeal DISABLE TRIGGER history_appeal_delete")
        assert found(office) == {"triggers": "history_appeal_delete is off"}
        shell.run("DELETE FROM appeal_event", "DELETE FROM appeal WHERE number = 'ЗТ-2'")
        shell.run("ALTER TABLE appeal ENABLE TRIGGER history_appeal_delete")
    else:
        replaced = (
            "INSERT OR REPLACE INTO appeal (id, code, number, caller, kind, topic, received_on, registered_on, status)"
            " SELECT '0190163d-8694-739b-aea5-966c26f8ad91', 'A-2026-0009', number, 'x', kind, topic, received_on,"
            " registered_on, status FROM appeal WHERE number = 'ЗТ-2'"
        )
        assert shell.refused(replaced)
        shell.without_triggers("appeal", replaced)
    assert "appeal A-2026-0002 is gone" in found(office)["rows against images"]


def test_8_an_image_rewritten_with_its_row_is_seen(office: Ayala, shell: Shell) -> None:
    shell.without_triggers(
        "graduate",
        "UPDATE graduate SET surname = 'Басқа' WHERE code = 'G-2'",
        "UPDATE row_image SET after = replace(after, 'Өтеген', 'Басқа') WHERE table_name = 'graduate'",
    )
    assert list(found(office)) == ["chain"]
    assert "does not fit its images" in found(office)["chain"]


def cut_the_tail(shell: Shell) -> None:
    """Remove the newest entry with its images, its link and what it did, as if it had never been."""
    (change,) = shell.run("SELECT CAST(id AS TEXT) FROM change ORDER BY made_at DESC LIMIT 1")[0]
    (last,) = shell.run("SELECT max(seq) FROM seal")[0]
    shell.without_triggers(
        "appeal",
        f"DELETE FROM row_image WHERE change_id = '{change}'",
        f"DELETE FROM change WHERE CAST(id AS TEXT) = '{change}'",
        f"DELETE FROM seal WHERE seq = {last}",
        "DELETE FROM appeal_event WHERE appeal_id = (SELECT id FROM appeal WHERE number = 'ЗТ-2')",
        "DELETE FROM appeal WHERE number = 'ЗТ-2'",
    )
    if shell.is_sqlite:
        shell.run(
            "UPDATE sqlite_sequence SET seq = (SELECT max(seq) FROM row_image) WHERE name = 'row_image'"
        )


def test_9_a_tail_that_was_cut_is_seen_by_a_head_kept_elsewhere(office: Ayala, shell: Shell) -> None:
    head = office("history", "head").out.strip()
    cut_the_tail(shell)
    assert found(office, ok=0) == {}
    assert list(found(office, "--head", head)) == ["head"]


def test_10_a_chain_sealed_anew_with_the_stolen_key_is_seen_by_a_head_kept_elsewhere(
    office: Ayala, shell: Shell, tmp_path: Path
) -> None:
    head = office("history", "head").out.strip()
    key = sealing.HistoryKey(tmp_path / "home/.local/share/ayala/history.key")
    shell.without_triggers(
        "graduate",
        "UPDATE graduate SET surname = 'Басқа' WHERE code = 'G-2'",
        "UPDATE row_image SET after = replace(after, 'Өтеген', 'Басқа') WHERE table_name = 'graduate'",
        "DELETE FROM seal",
    )
    if shell.is_sqlite:
        sealing.seal(shell.connection, "sqlite", key)
    else:
        with shell.connection.transaction():
            sealing.seal(shell.connection, "postgresql", key)
    assert found(office, ok=0) == {}
    assert list(found(office, "--head", head)) == ["head"]


def test_forged_images_are_seen(office: Ayala, shell: Shell) -> None:
    """Images written by hand that claim a change which had ended long before."""
    shell.without_triggers("graduate", "UPDATE graduate SET note = 'x' WHERE code = 'G-2'")
    shell.run(
        "INSERT INTO row_image (change_id, made_at, table_name, op, row_key, before, after, txid) "
        "SELECT change_id, made_at, table_name, 'U', row_key, after, replace(after, '\"note\": null', '\"note\": \"x\"'), txid "
        "FROM row_image WHERE table_name = 'graduate' ORDER BY seq LIMIT 1"
    )
    assert "claimed images" in found(office)
    office("graduate", "edit", "G-3", "--note", "sealed since")
    assert "claimed images" in found(office)


def test_images_blanked_by_hand_are_seen(office: Ayala, shell: Shell) -> None:
    if shell.is_sqlite:
        shell.run("UPDATE history_context SET erasing = 1")
    else:
        shell.run("SET ayala.erasing = 'on'")
    shell.run("UPDATE row_image SET before = NULL, after = NULL WHERE seq = 1")
    told = found(office)
    assert "image 1 of graduate" in told["blank images"]
    assert "chain" in told
    if shell.is_sqlite:
        assert told["at rest"] == "the history context has erasing set"


FORGED = (
    "INSERT INTO change (id, code, made_at, made_by, command, request_key, reason, records) "
    "VALUES ('{id}', '{code}', '2026-11-23T13:00:00.000000Z', 'Айгүл', '{command}', '{id}', 'ok', 0)"
)
FIRST, SECOND = "0190163d-8694-739b-aea5-966c26f8ad01", "0190163d-8694-739b-aea5-966c26f8ad02"


def test_17_a_forged_entry_accepts_nothing(office: Ayala, shell: Shell) -> None:
    """The ledger takes a row from anybody, one that says of itself that it was meant, too."""
    ((newest,),) = shell.run("SELECT max(seq) FROM row_image")
    shell.run("UPDATE graduate SET surname = 'Басқа' WHERE code = 'G-1'")
    time.sleep(0.01)  # on SQLite what an author did in one millisecond is one entry
    shell.run(
        FORGED.format(id=FIRST, code="H-9901", command=f"history accept X-{newest + 1}"),
        FORGED.format(id=SECOND, code="H-9902", command=f"history accept X-{newest + 2}"),
    )
    for _ in range(2):
        assert f"X-{newest + 1}: 1 row" in found(office)["outside of Ayala"]
        office("graduate", "edit", "G-2", "--note", "sealed since")
    office("history", "accept", f"X-{newest + 1}", "--reason", "seen")
    assert f"X-{newest + 1}:" not in found(office)["outside of Ayala"]


def test_18_an_entry_forged_in_anothers_name_is_seen(office: Ayala, shell: Shell) -> None:
    if shell.is_sqlite:
        shell.run(f"UPDATE history_context SET change_id = '{FIRST}'")
    else:
        shell.run(f"SET ayala.change = '{FIRST}'")
    shell.run(
        "UPDATE graduate SET region = '71' WHERE code = 'G-1'",
        FORGED.format(id=FIRST, code="H-77", command="history accept H-77"),
    )
    if shell.is_sqlite:
        shell.run("UPDATE history_context SET change_id = NULL")
        assert "images that say they are of a change" in found(office)["not sealed"]
        office("graduate", "edit", "G-2", "--note", "sealed since")
        assert found(office) == {"not sealed": "H-77 was not sealed by its own command"}
        office("history", "accept", "H-77", "--reason", "seen")
        assert found(office, ok=0) == {}
    else:
        # Two statements of a shell are two transactions, and no entry is made in two.
        assert "claimed images" in found(office)


def test_19_the_history_is_not_replaced_either(office: Ayala, shell: Shell) -> None:
    columns = "seq, change_id, made_at, made_by, table_name, op, row_key, before, after"
    taken = "seq, change_id, made_at, 'x', table_name, op, row_key, before, after"
    if shell.is_sqlite:
        assert shell.refused(f"INSERT OR REPLACE INTO row_image ({columns}) SELECT {taken} FROM row_image")
        assert shell.refused("INSERT OR REPLACE INTO seal SELECT * FROM seal")
        assert shell.refused("INSERT OR REPLACE INTO change SELECT * FROM change")
        assert shell.refused("REPLACE INTO graduate SELECT * FROM graduate WHERE code = 'G-1'")
    else:
        for table, column in (("row_image", "made_by"), ("seal", "mac"), ("change", "made_by")):
            key = "id" if table == "change" else "seq"
            assert shell.refused(
                f"INSERT INTO {table} SELECT * FROM {table} ON CONFLICT ({key}) DO UPDATE SET {column} = 'x'"
            )
    assert found(office, ok=0) == {}


def test_20_what_was_replaced_behind_the_triggers_is_not_taken_back_as_made(
    office: Ayala, shell: Shell
) -> None:
    """An image that says "made" of a row that was there would have the row removed."""
    if shell.is_sqlite:
        trigger = shell.triggers_of("graduate")["history_graduate_replace"]
        shell.drop("graduate", "history_graduate_replace")
        shell.run("REPLACE INTO graduate SELECT * FROM graduate WHERE code = 'G-1'", trigger)
    else:
        shell.run(
            "ALTER TABLE graduate DISABLE TRIGGER history_graduate_delete",
            "CREATE TEMP TABLE one AS TABLE graduate",
        )
        shell.run(
            "BEGIN",
            "DELETE FROM appeal_event",
            "DELETE FROM appeal",
            "DELETE FROM graduate WHERE code = 'G-1'",
            "COMMIT",
            "INSERT INTO graduate SELECT * FROM one WHERE code = 'G-1'",
            "ALTER TABLE graduate ENABLE TRIGGER history_graduate_delete",
        )
    entry = office("history", "list", "--format", "json").json()[0]["code"]
    assert entry.startswith("X-")
    refused = office("history", "undo", entry, "--reason", "oops", ok=5)
    assert "what stood there is not known" in refused.err
    assert office("graduate", "show", "G-1").code == 0


def test_bytes_that_are_no_text_stop_nothing(office: Ayala, shell: Shell) -> None:
    """SQLite takes them from other shells; they are sealed, named, and can be taken back or mended."""
    if not shell.is_sqlite:
        assert not shell.refused("UPDATE graduate SET note = E'\\xcf' WHERE code = 'G-2'")
        return
    shell.run("UPDATE graduate SET note = CAST(x'cfe5f2f0' AS TEXT) WHERE code = 'G-2'")
    entry = office("history", "list", "--format", "json").json()[0]["code"]
    office("graduate", "edit", "G-1", "--note", "sealed since")
    assert found(office) == {"outside of Ayala": f"{entry}: 1 row"}
    named = {
        row["check"]: row["what"] for row in office("check", "--format", "json", ok=1).json() if row["found"]
    }
    assert named == {"text that is no UTF-8": "graduate G-2 (note)"}
    assert "a text that is no UTF-8 stands in 'note'" in office("graduate", "show", "G-2", ok=6).err
    shown = office("history", "show", entry, "--format", "json").json()["changes"]
    assert [(row["field"], row["after"]) for row in shown] == [("note", "\\xcf\\xe5\\xf2\\xf0")]
    office("history", "accept", entry, "--reason", "seen")
    office("graduate", "edit", "G-2", "--note", "mended")
    back = office("history", "list", "--format", "json").json()[0]["code"]
    assert "what stood there before is no text" in office("history", "undo", back, ok=5).err
    assert office("check").code == 0
    assert found(office, ok=0) == {}


def test_another_key_seals_nothing_and_says_so(office: Ayala, office_db: str, tmp_path: Path) -> None:
    other = {"AYALA_HISTORY_KEY": str(tmp_path / "other.key")}
    key = tmp_path / "home/.local/share/ayala/history.key"
    said = office("graduate", "edit", "G-1", "--note", "x", env=other).err
    if address(office_db).path is not None:
        assert f"not sealed: the history key {tmp_path / 'other.key'} is missing" in said
        assert "not sealed" in found(office)
    else:
        office("graduate", "edit", "G-1", "--note", "y")
        assert found(office, ok=0) == {}
    (tmp_path / "other.key").write_text("ab" * 32 + "\n")
    office("graduate", "edit", "G-1", "--note", "z", env=other)
    told = office("history", "verify", "--format", "json", ok=1, env=other).json()
    assert "sealed with another key" in {row["check"]: row["what"] for row in told}["chain"]
    (tmp_path / "other.key").write_text("not a key")
    assert office("graduate", "edit", "G-1", "--note", "w", env=other, ok=(0, 2)).code in (0, 2)
    key.unlink()
    assert "is missing" in found(office)["chain"]


def test_the_key_is_for_its_owner_only(office: Ayala, tmp_path: Path) -> None:
    key = tmp_path / "home/.local/share/ayala/history.key"
    assert key.stat().st_mode & 0o777 == 0o600
    assert len(bytes.fromhex(key.read_text().strip())) == 32
