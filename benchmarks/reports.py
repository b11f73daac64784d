"""What each report takes beside its own questions put by the ``sqlite3`` shell, on an office of a million.

``python benchmarks/reports.py [--graduates 1000000] [--rounds 3] [--keep FILE]``; what is measured: README.
"""

from __future__ import annotations

import argparse
import random
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path
from statistics import median
from typing import Any

import harness

sys.path.insert(0, str(harness.ROOT))

TODAY = date(2026, 11, 23)
FIRST = date(2022, 1, 1)
DAYS = (TODAY - FIRST).days
SPAN = "2022..2026"

NAIVE = """
SELECT g.region, a.topic, substr(a.received_on, 1, 7) AS month, count(*) AS appeals
FROM appeal AS a NOT INDEXED JOIN graduate AS g ON g.id = a.graduate_id
GROUP BY 1, 2, 3;
"""

Values = Sequence[object]


# --- an office -----------------------------------------------------------------------------------------


def key(table: int, number: int) -> str:
    """A key in the order in which rows were made, as the office's own are."""
    return f"{table:02x}{number:06x}-0000-7000-8000-{number:012x}"


def day(number: int) -> str:
    return (FIRST + timedelta(days=number)).isoformat()


def case_load(graduates: int) -> Iterator[tuple[str, str, Iterable[Values]]]:
    """Tables of an office with their columns and rows: two appeals a graduate, and beds, stays, services,
    apartments and placements in the measure of a country's Youth Houses. The same at every run."""
    from ayala.language.catalogue import codes

    chance = random.Random(20261123)
    regions, topics, channels = codes("region"), codes("topic"), codes("channel")
    kinds, modes = codes("kind"), codes("mode")
    days = [day(number) for number in range(-9000, DAYS + 800)]

    def at(number: int) -> str:
        return days[number + 9000]

    def region(number: int) -> str:
        return regions[number * 7919 % 1009 % len(regions)]

    def people() -> Iterator[Values]:
        for n in range(graduates):
            yield (key(1, n), f"G-{n + 1}", "Әлиева", "Айгүл", at(-8900 + n % 5000), "FM"[n % 2], region(n),
                   at(n % DAYS), f"әлиева {n}", "алиева", "аигул", f"{n:07}")  # fmt: skip

    def appeals() -> Iterator[Values]:
        for n in range(2 * graduates):
            received = n * DAYS // (2 * graduates)
            of = chance.randrange(graduates)
            ended = received + chance.randrange(2, 35)
            roll = chance.random()
            status = "answered" if roll < 0.9 else "withdrawn" if roll < 0.93 else "redirected"
            if ended > DAYS or roll > 0.98:
                status = "in_progress"
            answered = status == "answered"
            refused = answered and roll < 0.1
            yield (key(2, n), f"A-{at(received)[:4]}-{n + 1:07}", key(1, of), chance.choice(topics),
                   chance.choice(channels), at(received), at(received + n % 3), region(of),
                   f"officer {n % 40}" if n % 9 else None, status,
                   ("refused" if refused else "satisfied") if answered else None,
                   at(ended) if answered else None, f"art. {n % 12}" if refused else None,
                   at(received + 45) if n % 50 == 0 else None)  # fmt: skip

    def steps() -> Iterator[Values]:
        for n in range(2 * graduates):
            received = n * DAYS // (2 * graduates)
            yield (key(3, 2 * n), key(2, n), at(received), "imported", "office")
            if n % 100 == 7:
                yield (key(3, 2 * n + 1), key(2, n), at(received + 1), "paused", "office")

    beds = graduates // 50
    yield "graduate", ("id code surname given_name birth_date sex region registered_on name_key surname_fold "
                       "given_fold sort_key"), people()  # fmt: skip
    yield "appeal", ("id code graduate_id topic channel received_on registered_on region assignee status "
                     "decision answered_on ground extended_until"), appeals()  # fmt: skip
    yield "appeal_event", "id appeal_id happened_on event made_by", steps()
    yield "service", "id code graduate_id kind mode provider provided_on", (
        (key(4, n), f"S-{n + 1}", key(1, n * 13 % graduates), kinds[n % 8], modes[n % 3],
         f"specialist {n % 60}", at(n * 31 % DAYS)) for n in range(graduates // 10))  # fmt: skip
    yield "session", "id code kind mode held_on provider region guests", (
        (key(5, n), f"E-{n + 1}", kinds[n % 8], modes[3 + n % 5], at(n * 17 % DAYS), f"specialist {n % 60}",
         region(n), n % 4) for n in range(graduates // 500))  # fmt: skip
    yield "attendance", "id session_id graduate_id", (
        (key(6, n * 20 + m), key(5, n), key(1, (n * 37 + m * 11) % graduates))
        for n in range(graduates // 500) for m in range(20))  # fmt: skip
    yield (
        "building",
        "id code name region sex_rule",
        ((key(7, n), f"ZU-{n + 1}", f"Youth House {n + 1}", regions[n % 20], "any") for n in range(100)),
    )
    yield (
        "room",
        "id building_id number floor",
        ((key(8, n), key(7, n % 100), f"{n // 100 + 1}", n // 100 % 5 + 1) for n in range(beds // 4)),
    )
    yield "bed", "id room_id number place", (
        (key(9, n), key(8, n // 4), f"{n % 4 + 1}", f"ZU-{n // 4 % 100 + 1}/{n // 400 + 1}/{n % 4 + 1}")
        for n in range(beds // 4 * 4))  # fmt: skip
    yield "stay", "id bed_id graduate_id from_date until end_reason destination", (
        (key(10, n * 3 + part), key(9, n), key(1, n * 3 + part), at(part * 600 + n % 40),
         at(part * 600 + 560 + n % 40) if part < 2 else None, "contract_end" if part < 2 else None,
         "own_home" if part < 2 else None)
        for n in range(beds // 4 * 4) for part in range(3))  # fmt: skip
    yield "queue_entry", "id code graduate_id registrar registered_on status", (
        (key(11, n), f"Q-{n + 1}", key(1, n), "akimat", at(n * 7 % DAYS), "waiting")
        for n in range(graduates // 4))  # fmt: skip
    yield "position", "id entry_id position position_on", (
        (key(12, n * 2 + year), key(11, n), n + 1000 - 500 * year, f"{2024 + year}-03-01")
        for n in range(graduates // 4) for year in range(2))  # fmt: skip
    yield (
        "apartment",
        "id graduate_id granted_on region rooms tenure",
        (
            (key(13, n), key(1, n * 5), at(n * 11 % DAYS), region(n), n % 3 + 1, "rent")
            for n in range(graduates // 50)
        ),
    )
    yield "partner", "id name sort_key kind region", (
        (key(14, n), f"Partner {n}", f"{n:05}", ("employer", "education", "ngo")[n % 3], regions[n % 20])
        for n in range(200))  # fmt: skip
    yield (
        "workplace",
        "id partner_id title opened_on places special",
        ((key(15, n), key(14, n % 200), f"job {n}", at(n % DAYS), n % 3 + 1, 0) for n in range(2000)),
    )
    yield "placement", "id code graduate_id partner_id title from_date until end_reason", (
        (key(16, n), f"P-{n + 1}", key(1, n), key(14, n % 200), "job", at(n * 19 % DAYS),
         at(n * 19 % DAYS + 30 + n % 700) if n % 2 else None, "own_wish" if n % 2 else None)
        for n in range(graduates // 20))  # fmt: skip


def fill(database: Path, graduates: int) -> None:
    """Write the case-load into an office that ``ayala init`` made, under its own constraints.

    No history is written of it, and columns that may not be empty get what the tables say.
    """
    from ayala.storage import opening

    connection = opening.sqlite().connect(str(database), isolation_level=None)
    for pragma in ("cache_size = -262144", "synchronous = OFF", "foreign_keys = OFF", "trusted_schema = ON"):
        connection.execute(f"PRAGMA {pragma}")
    connection.execute("BEGIN")
    connection.execute("UPDATE history_context SET set_wise = 1")
    for table, columns, rows in case_load(graduates):
        names = columns.split()
        defaults = _defaults(connection, table, names)
        names += defaults
        marks = ", ".join("?" * len(names))
        more = tuple(defaults.values())
        connection.executemany(
            f"INSERT INTO {table} ({', '.join(names)}) VALUES ({marks})", ((*row, *more) for row in rows)
        )
    connection.execute("UPDATE history_context SET set_wise = 0")
    connection.execute("COMMIT")
    connection.close()


def _defaults(connection: sqlite3.Connection, table: str, given: list[str]) -> dict[str, object]:
    known: dict[str, object] = {"kind": "application"} if table == "appeal" else {}
    return {
        name: known.get(name, 0)
        for _, name, _, needed, default, _ in connection.execute(f"PRAGMA table_info({table})")
        if needed and default is None and name not in given
    }


# --- measuring -----------------------------------------------------------------------------------------


def asked_for() -> Any:
    from ayala.dates import Span
    from ayala.report.asked import Asked

    return Asked(Span(FIRST, date(2026, 12, 31)), TODAY)


def reports() -> list[str]:
    """The reports there are, by name."""
    from ayala.report.asked import REPORTS

    return list(REPORTS)


def questions(report: str, database: Path, path: Path) -> int:
    """Write all that a report asks as a script for the shell; how many questions."""
    from ayala.report.asked import tables_of
    from ayala.storage.asking import Asking, for_psycopg
    from ayala.storage.opening import address

    put: list[str] = []

    class Listening(Asking):
        def run(self, sql: str, values: Any) -> Iterator[dict[str, Any]]:
            shown = for_psycopg(sql)
            literals = {name: _literal(value) for name, value in values.items()}
            put.append(shown % literals)
            return super().run(sql, values)

    ask = Listening(address(str(database)))
    for table in tables_of(report)(ask, asked_for()):
        for _ in table.rows:
            pass
    ask.close()
    path.write_text(".mode csv\nPRAGMA cache_size = -65536;\n" + "".join(f"{sql};\n" for sql in put), "utf-8")
    return len(put)


def _literal(value: object) -> str:
    if value is None:
        return "NULL"
    return str(value) if isinstance(value, int) else "'" + str(value).replace("'", "''") + "'"


def measured(
    name: str, ours: harness.Program, theirs: harness.Program, rounds: int, env: dict[str, str], note: str
) -> tuple[float, float, float]:
    """Print what both take; the median seconds of each, and our peak memory in MiB."""
    pairs = []
    peak = 0.0
    for number in range(rounds + 1):
        one = harness.run(ours.args(number), env)
        two = harness.run(theirs.args(number), env)
        peak = max(peak, one.peak_mib)
        if number:  # the first fills the disk's cache for both
            pairs.append((one.seconds, two.seconds))
    mine, other = median(a for a, _ in pairs), median(b for _, b in pairs)
    ratio = median(a / b for a, b in pairs)
    print(f"{name:22} {mine:7.2f} s {peak:5.0f} MiB   {note} {other:6.2f} s   ratio {ratio:5.2f}", flush=True)
    return mine, other, peak


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--graduates", type=int, default=1_000_000)
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--keep", type=Path, help="the office, made if it is not there, and left there")
    options.add_argument("--only", help="one report")
    # What is done in processes of their own, so that this one stays small: see harness.run.
    options.add_argument("--fill", help=argparse.SUPPRESS)
    options.add_argument("--script", nargs=3, help=argparse.SUPPRESS)
    chosen = options.parse_args()
    if chosen.fill:
        fill(Path(chosen.fill), chosen.graduates)
        return
    if chosen.script:
        report, office, script = chosen.script
        print(questions(report, Path(office), Path(script)))
        return
    shell = shutil.which("sqlite3")
    if shell is None:
        sys.exit("not measured: no sqlite3 on the PATH")
    ayala = harness.ayala()
    with tempfile.TemporaryDirectory(prefix="ayala-bench-") as name:
        folder = Path(name)
        database = chosen.keep or folder / "office.db"
        more = {"HOME": name, "AYALA_DATABASE": str(database), "AYALA_LANG": "en", "AYALA_TODAY": str(TODAY)}
        env = harness.environment(more)
        if not database.exists():
            harness.run([*ayala, "init"], env)
            here = [sys.executable, Path(__file__), "--graduates", str(chosen.graduates)]
            harness.run([*here, "--fill", database], env)
        version = subprocess.run([shell, "--version"], capture_output=True, text=True, check=True).stdout
        print(
            f"{chosen.graduates} graduates, {2 * chosen.graduates} appeals; the shell: {version.split()[0]}"
        )
        empty = folder / "empty.db"
        harness.run([*ayala, "init"], {**env, "AYALA_DATABASE": str(empty)})
        worst, most, ours, theirs = 0.0, 0.0, 0.0, 0.0
        out = folder / "answer"
        for report in [chosen.only] if chosen.only else reports():
            script = folder / f"{report}.sql"
            here = [sys.executable, Path(__file__)]
            number = int(harness.run([*here, "--script", report, database, script], env).out)
            words = [
                *ayala,
                "report",
                report,
                SPAN,
                "--as-of",
                str(TODAY),
                "--format",
                "json",
                "--output",
                out,
            ]
            nobody = {**env, "AYALA_DATABASE": str(empty)}
            start = median(harness.run(words, nobody).seconds for _ in range(chosen.rounds))
            took, asking, peak = measured(
                report,
                harness.Program(report, harness.always(*words)),
                harness.Program(
                    "shell", harness.always(shell, "-readonly", database, f".output {out}", f".read {script}")
                ),
                chosen.rounds,
                env,
                f"{number:2} questions in the shell",
            )
            ours, theirs, most = ours + took, theirs + asking, max(most, peak)
            worst = max(worst, (took - start) / asking)
            print(f"  without the {start:.2f} s on an empty office: ratio {(took - start) / asking:.2f}")
        print(f"all reports / the shell      {ours / theirs:6.2f}   {harness.verdict(ours / theirs, 1.2)}")
        print(f"the slowest, without start   {worst:6.2f}   {harness.verdict(worst, 1.2)}")
        print(f"the most memory, MiB         {most:6.0f}   {harness.verdict(most, 150)}")
        naive = folder / "naive.sql"
        naive.write_text(".mode csv\n" + NAIVE, "utf-8")
        took, asking, _ = measured(
            "region x topic x month",
            harness.Program(
                "count",
                harness.always(
                    *ayala, "report", "appeals", SPAN, "--by", "region,topic,month",
                    "--format", "csv", "--output", out,
                ),
            ),
            harness.Program(
                "naive", harness.always(shell, "-readonly", database, f".output {out}", f".read {naive}")
            ),
            chosen.rounds,
            env,
            "the naive GROUP BY",
        )  # fmt: skip
        print(f"beside the naive question    {took / asking:6.2f}   {harness.verdict(took / asking, 0.1)}")


if __name__ == "__main__":
    main()
