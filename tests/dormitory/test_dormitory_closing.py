"""Beds out of service, beds that are free, and the picture of a house."""

from __future__ import annotations

import os
import re
import struct
import sys
from pathlib import Path

import pytest

from tests.program import ROOT, Ayala, environment


def states(house: Ayala, day: str) -> str:
    """The beds of the women's and the men's room on a day, as letters."""
    rows = house("dormitory", "map", "--as-of", day, "--format", "json").json()
    return "".join(row["state"][0] for row in rows if row["floor"] == 1)


# --- close and open --------------------------------------------------------------------------------


def test_a_room_is_closed_for_some_days(house: Ayala, office_db: str) -> None:
    done = house(
        "dormitory",
        "close",
        "zu-1/101",
        "--from",
        "2026-12-01",
        "--until",
        "2026-12-15",
        "--reason",
        "repairs",
    )
    assert (done.out, done.err) == (
        "", "2 beds (ZU-1/101/1, ZU-1/101/2) are out of service from 2026-12-01 until 2026-12-15\n"
    )  # fmt: skip
    days = ("2026-11-30", "2026-12-01", "2026-12-14", "2026-12-15")
    assert [states(house, day) for day in days] == ["ffff", "ccff", "ccff", "ffff"]
    assert house("dormitory", "show", "ZU-1/101", "--as-of", "2026-12-01").out.endswith(
        "Out of service\n"
        "Bed         From        Until       Reason\n"
        "----------  ----------  ----------  --------\n"
        "ZU-1/101/1  2026-12-01  2026-12-15  repairs\n"
        "ZU-1/101/2  2026-12-01  2026-12-15  repairs\n"
    )


def test_a_place_that_is_lived_in_is_not_closed(house: Ayala, office_db: str) -> None:
    house("dormitory", "place", "G-1", "ZU-1/101/1", "--on", "2026-11-01")
    house("dormitory", "place", "G-2", "ZU-1/101/2", "--on", "2026-12-14", "--until", "2026-12-20")
    days = ("--from", "2026-12-01", "--until", "2026-12-15", "--reason", "repairs")
    assert house("dormitory", "close", "ZU-1/101", *days, ok=5).err == (
        "ayala: ZU-1/101 is lived in on these days: G-1 on ZU-1/101/1 from 2026-11-01;"
        " G-2 on ZU-1/101/2 from 2026-12-14 until 2026-12-20\n"
        "try: ayala dormitory move G-1 BED --on 2026-12-01 --reason …\n"
    )
    assert states(house, "2026-12-01") == "tfff"
    house(
        "dormitory",
        "close",
        "ZU-1/101/2",
        "--from",
        "2026-12-01",
        "--until",
        "2026-12-14",
        "--reason",
        "repairs",
    )
    assert states(house, "2026-12-01") == "tcff"


def test_a_bed_moved_for_repairs_and_its_room_closed(house: Ayala, office_db: str) -> None:
    house("dormitory", "place", "G-1", "ZU-1/101/1", "--on", "2026-11-01")
    house("dormitory", "move", "G-1", "ZU-1/201/1", "--reason", "repairs")
    house("dormitory", "close", "ZU-1/101", "--from", "2026-11-23", "--reason", "repairs")
    assert states(house, "2026-11-23") == "ccff"
    house("dormitory", "move", "G-1", "ZU-1/101/1", "--reason", "back", "--on", "2026-12-24", ok=5)
    house("dormitory", "open", "ZU-1/101", "--on", "2026-12-24")
    house("dormitory", "move", "G-1", "ZU-1/101/1", "--reason", "back", "--on", "2026-12-24")
    assert states(house, "2026-12-24") == "tfff"


def test_open_ends_what_is_closed_and_takes_back_what_has_not_begun(house: Ayala, office_db: str) -> None:
    house("dormitory", "close", "ZU-1/101", "--from", "2026-11-01", "--reason", "repairs")
    assert house("dormitory", "open", "ZU-1/101/2").err == "ZU-1/101/2 is in service from 2026-11-23\n"
    assert [states(house, day) for day in ("2026-11-22", "2026-11-23")] == ["ccff", "cfff"]
    assert house("dormitory", "open", "ZU-1/101/2", ok=5).err.startswith(
        "ayala: ZU-1/101/2 is not closed on 2026-11-23\n"
    )
    house(
        "dormitory", "close", "ZU-1/102", "--from", "2026-12-01", "--until", "2026-12-05", "--reason", "paint"
    )
    assert house("dormitory", "open", "ZU-1/102", ok=5).err == (
        "ayala: ZU-1/102 is not closed on 2026-11-23; it will be from 2026-12-01\n"
        "try: ayala dormitory open ZU-1/102 --on 2026-12-01\n"
    )
    house("dormitory", "open", "ZU-1/102", "--on", "2026-12-01")
    assert states(house, "2026-12-01") == "cfff"
    assert "paint" not in house("dormitory", "show", "ZU-1").out


def test_closing_twice(house: Ayala, office_db: str) -> None:
    house("dormitory", "close", "ZU-1/101/1", "--from", "2026-11-01", "--reason", "broken")
    assert house(
        "dormitory", "close", "ZU-1/101/1", "--from", "2026-12-01", "--reason", "again", ok=5
    ).err == ("ayala: ZU-1/101/1 is closed on all these days already\ntry: ayala dormitory show ZU-1/101/1\n")
    done = house("dormitory", "close", "ZU-1/101", "--from", "2026-12-01", "--reason", "repairs")
    assert done.err == "ZU-1/101/2 is out of service from 2026-12-01\n"


@pytest.mark.parametrize(
    ("args", "code", "sentence"),
    [
        (("ZU-1/101", "--reason", "x"), 2, "--from is missing"),
        (("ZU-1/101", "--from", "2026-12-01"), 2, "closing needs --reason"),
        (
            ("ZU-1/101", "--from", "2026-12-01", "--until", "2026-12-01", "--reason", "x"),
            2,
            "the closing would end (2026-12-01) before a day has passed (2026-12-01)",
        ),
        (("ZU-1/999", "--from", "2026-12-01", "--reason", "x"), 3, "there is no room ZU-1/999"),
    ],
)
def test_closings_that_cannot_be(house: Ayala, args: tuple[str, ...], code: int, sentence: str) -> None:
    assert house("dormitory", "close", *args, ok=code).err.splitlines()[0] == f"ayala: {sentence}"


def test_a_dry_run_closes_nothing(house: Ayala) -> None:
    house("dormitory", "close", "ZU-1", "--from", "2026-11-01", "--reason", "x", "--dry-run")
    assert states(house, "2026-11-23") == "ffff"
    house("dormitory", "close", "ZU-1", "--from", "2026-11-01", "--reason", "x")
    house("dormitory", "open", "ZU-1", "--dry-run")
    assert states(house, "2026-11-23") == "cccc"


# --- free ------------------------------------------------------------------------------------------


def free(house: Ayala, *args: str) -> list[str]:
    return [
        row["code"].removeprefix("ZU-1/")
        for row in house("dormitory", "free", *args, "--format", "json").json()
    ]


def test_free_beds(house: Ayala, office_db: str) -> None:
    house("dormitory", "place", "G-1", "ZU-1/101/1", "--on", "2026-11-01", "--until", "2026-12-01")
    house("dormitory", "place", "G-3", "ZU-1/201/1", "--on", "2026-12-10")
    house(
        "dormitory", "close", "ZU-1/102/1", "--from", "2026-11-20", "--until", "2026-11-30", "--reason", "x"
    )
    house("dormitory", "edit", "ZU-1/202", "--accessible")
    everything = ["101/1", "101/2", "102/1", "102/2", "201/1", "201/2", "202/1"]
    assert free(house) == ["101/2", "102/2", "201/1", "201/2", "202/1"]
    assert free(house, "--on", "2026-12-01") == everything
    assert free(house, "--on", "2026-12-10") == ["101/1", "101/2", "102/1", "102/2", "201/2", "202/1"]
    assert free(house, "--from", "2026-12-01", "--until", "2026-12-10") == everything
    assert free(house, "--from", "2026-12-01") == ["101/1", "101/2", "102/1", "102/2", "201/2", "202/1"]
    assert free(house, "--until", "2026-11-24") == free(house)
    assert free(house, "--sex", "F") == ["101/2", "201/1", "201/2", "202/1"]
    assert free(house, "--sex", "F", "--from", "2026-12-01", "--until", "2026-12-11") == [
        "101/1",
        "101/2",
        "202/1",
    ]
    assert free(house, "--sex", "M", "--on", "2026-12-10") == ["102/1", "102/2", "201/2", "202/1"]
    assert free(house, "--accessible") == ["202/1"]
    rows = house("dormitory", "free", "--format", "json").json()
    assert {row["code"]: row["free_until"] for row in rows if row["free_until"]} == {
        "ZU-1/201/1": "2026-12-10"
    }


def test_free_in_a_house_for_one_sex(house: Ayala) -> None:
    house("dormitory", "edit", "ZU-1", "--sex-rule", "F")
    assert free(house, "--sex", "M") == ["202/1"]


def test_days_that_do_not_fit_together(house: Ayala) -> None:
    assert (
        "give --on DAY, or --from DAY and --until DAY"
        in house("dormitory", "free", "--on", "2026-12-01", "--until", "2026-12-02", ok=2).err
    )
    assert (
        "--until (2026-12-01) must be after --from (2026-12-01)"
        in house("dormitory", "free", "--from", "2026-12-01", "--until", "2026-12-01", ok=2).err
    )


def test_no_free_bed_is_no_failure(house: Ayala) -> None:
    house("dormitory", "close", "ZU-1", "--from", "2026-11-01", "--reason", "x")
    assert house("dormitory", "free").out == "nothing found\n"


# --- map -------------------------------------------------------------------------------------------


@pytest.fixture
def lived_in(house: Ayala) -> Ayala:
    house("dormitory", "place", "G-1", "ZU-1/101/1")
    house("dormitory", "place", "G-3", "ZU-1/202/1")
    house("dormitory", "close", "ZU-1/102/2", "--from", "2026-11-01", "--reason", "x")
    return house


def test_the_map_in_a_pipe_has_a_line_a_room(lived_in: Ayala, office_db: str) -> None:
    done = lived_in("dormitory", "map")
    assert done.out == (
        "Building      Floor  Room    Room for    Beds      Taken    Closed    Free  Who\n"
        "----------  -------  ------  ----------  ------  -------  --------  ------  -----\n"
        "ZU-1              1  101     female      ●○            1         0       1  G-1\n"
        "ZU-1              1  102     male        ○×            0         1       1\n"
        "ZU-1              2  201                 ○○            0         0       2\n"
        "ZU-1              2  202                 ●             1         0       0  G-3\n"
        "----------  -------  ------  ----------  ------  -------  --------  ------  -----\n"
        "total                                                  2         1       4\n"
    )
    assert done.err == "● taken   ○ free   × out of service\n"


def test_the_map_for_programs_has_a_row_a_bed(lived_in: Ayala, office_db: str) -> None:
    assert lived_in("dormitory", "map", "zu-1", "--format", "csv").out == (
        "code,building,floor,room,room_sex,bed,state,graduate\n"
        "ZU-1/101/1,ZU-1,1,101,F,1,taken,G-1\n"
        "ZU-1/101/2,ZU-1,1,101,F,2,free,\n"
        "ZU-1/102/1,ZU-1,1,102,M,1,free,\n"
        "ZU-1/102/2,ZU-1,1,102,M,2,closed,\n"
        "ZU-1/201/1,ZU-1,2,201,,1,free,\n"
        "ZU-1/201/2,ZU-1,2,201,,2,free,\n"
        "ZU-1/202/1,ZU-1,2,202,,1,taken,G-3\n"
    )


def test_the_map_of_another_day_and_of_a_file(lived_in: Ayala, tmp_path: Path) -> None:
    lived_in("dormitory", "map", "--as-of", "2026-10-31", "--output", tmp_path / "map.md")
    text = (tmp_path / "map.md").read_text(encoding="utf-8")
    assert "| ZU-1 | 1 | 101 | female | ○○ | 0 | 0 | 2 |" in text


def on_a_terminal(house: Ayala, width: int, *args: str, typed: str = "") -> str:
    """What the command writes on a terminal of that width, without bold and colours."""
    fcntl = pytest.importorskip("fcntl")
    import pty
    import subprocess
    import termios

    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 60, width, 0, 0))
    env = environment(house.folder / "home", house.database) | {"TERM": "xterm", "PYTHONPATH": str(ROOT)}
    del env["COLUMNS"]
    with subprocess.Popen(
        [sys.executable, "-m", "ayala", *args], stdin=slave, stdout=slave, stderr=slave, env=env
    ) as process:
        os.close(slave)
        os.write(master, typed.encode())
        said = b""
        while True:
            try:
                read = os.read(master, 65536)
            except OSError:
                break
            if not read:
                break
            said += read
    os.close(master)
    assert process.returncode == 0
    return re.sub(r"\x1b\[[0-9;]*m", "", said.decode().replace("\r\n", "\n"))


def test_the_picture_on_a_terminal(lived_in: Ayala) -> None:
    assert on_a_terminal(lived_in, 80, "dormitory", "map") == (
        "● taken   ○ free   × out of service\n"
        "\n"
        "ZU-1 Жастар үйі\n"
        "Beds 7: taken 2, free 4, out of service 1\n"
        "\n"
        "Floor 2\n"
        "┌───────────────┐ ┌───────────────┐\n"
        "│201            │ │202 Family flat│\n"
        "│1 ○            │ │1 ● G-3        │\n"
        "│2 ○            │ │               │\n"
        "└───────────────┘ └───────────────┘\n"
        "\n"
        "Floor 1\n"
        "┌──────────┐ ┌──────────┐\n"
        "│101 female│ │102 male  │\n"
        "│1 ● G-1   │ │1 ○       │\n"
        "│2 ○       │ │2 ×       │\n"
        "└──────────┘ └──────────┘\n"
    )


def test_a_narrow_terminal_shows_marks_only_and_nothing_is_wider(lived_in: Ayala) -> None:
    said = on_a_terminal(lived_in, 30, "dormitory", "map")
    assert max(len(line) for line in said.splitlines()) <= 30
    assert "│● ○       │ │○ ×       │\n" in said
    assert "G-1" not in said


def test_at_a_terminal_the_reason_is_asked_for(house: Ayala) -> None:
    said = on_a_terminal(house, 100, "dormitory", "place", "G-6", "ZU-1/102/1", typed="decision 4\n")
    assert "ayala: G-6 on ZU-1/102/1: 26 years old on 2026-11-23, ZU-1 admits until 23 is reached\n" in said
    assert "Reason: " in said
    (row,) = house("dormitory", "stays", "--graduate", "G-6", "--format", "json").json()
    assert (row["bed"], row["reason"]) == ("ZU-1/102/1", "decision 4")


def test_at_a_terminal_where_to_and_why_are_asked_for(house: Ayala) -> None:
    house("dormitory", "place", "G-1", "ZU-1/101/1", "--on", "2026-11-01")
    on_a_terminal(house, 100, "dormitory", "leave", "G-1", typed="nowhere\nrented\nwork\n")
    (row,) = house("dormitory", "stays", "--graduate", "G-1", "--format", "json").json()
    assert (row["destination"], row["end_reason"]) == ("rented", "work")
