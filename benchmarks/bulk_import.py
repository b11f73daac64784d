"""How fast a large sheet comes in, beside loaders that check nothing.

``python benchmarks/bulk_import.py [--rows 1000000] [--rounds 1] [--only empty|full|server]``.
What is measured, and why in two tables, is in README.md.
"""

from __future__ import annotations

import argparse
import csv
import json
import re
import shutil
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from statistics import median

import harness
import people

# The bare table: text as the sheet has it, one unique number, the two indexes that reports need.
SCHEMA = f"""
create table graduates ({", ".join(f"{name} text" for name in people.HEADINGS)});
create unique index graduates_iin on graduates (iin);
create index graduates_region on graduates (region);
create index graduates_birth_date on graduates (birth_date);
"""
OWN_TABLE = """
SELECT sql FROM sqlite_master
WHERE tbl_name = 'graduate' AND type IN ('table', 'index') AND sql IS NOT NULL ORDER BY type DESC
"""
# The peers write '' for an empty cell, which a day's check and, in a column of numbers, STRICT refuse.
UNSATISFIED = re.compile(r"\s*CONSTRAINT ck_graduate_archived_on_day CHECK \(.*\),|STRICT\s*\Z")
OURS = "ayala import --keep-good"
SHELL = "sqlite3 .import"
UTILS = "sqlite-utils insert --csv"
COPY = "psql \\copy"
SAME = ", same table"
PEAK = "ayala's peak memory, MiB"


@dataclass
class Sheet:
    """A sheet, and what Ayala keeps of it: the good rows, with all columns of its table."""

    path: Path
    kept: Path
    rows: int
    broken: int
    kept_rows: int = 0


@dataclass
class Loader:
    """A way to load a sheet into a database made for it: the name of a file, or an address on a server."""

    name: str
    make: Callable[[str], object]
    load: Callable[[str, Sheet], harness.Run]
    same: bool = False
    """Whether it loads what Ayala keeps, and not the sheet."""
    slow: bool = False
    """Run once, and Ayala is to be five times as fast; beside others it may take twice as long."""
    filled: str = ""
    """A database that has the large sheet."""
    runs: list[harness.Run] = field(default_factory=list)
    size: float = 0
    """What the database takes on the disk afterwards, in MiB."""

    @property
    def seconds(self) -> float:
        return median(run.seconds for run in self.runs)

    @property
    def cpu(self) -> float:
        return median(run.cpu for run in self.runs)

    @property
    def peak(self) -> float:
        return max(run.peak_mib for run in self.runs)


class Bench:
    """A folder with sheets, and what is run in it."""

    def __init__(self, folder: Path, rows: int, rounds: int) -> None:
        self.folder, self.rounds = folder, rounds
        self.ayala = harness.ayala()
        self.shell = shutil.which("sqlite3")
        self.env = harness.environment({"HOME": str(folder), "AYALA_LANG": "en", "AYALA_TODAY": "2026-11-23"})
        self.sheet = self.written("graduates", rows, people.SEED)
        self.more = self.written("more", rows // 10, people.SEED + 1)
        size = self.sheet.path.stat().st_size / 2**20
        print(f"{rows} rows, {self.sheet.broken} of them broken, {size:.1f} MiB")

    def written(self, name: str, rows: int, seed: int) -> Sheet:
        path = self.folder / f"{name}.csv"
        # In a process of its own, so that this one stays small: see harness.run.
        words = [sys.executable, people.__file__, path, str(rows), str(seed)]
        broken = int(harness.run(words, self.env).out)
        return Sheet(path, path.with_name(f"{name}-kept.csv"), rows, broken)

    def database(self, name: str) -> str:
        return str(self.folder / f"{name}.db")

    # --- databases, empty ----------------------------------------------------------------------------

    def office(self, where: str) -> None:
        harness.run([*self.ayala, "init"], self.env | {"AYALA_DATABASE": where})

    def same(self, where: str) -> None:
        """Ayala's table of graduates with its keys and indexes, and nothing else."""
        office = self.database("empty")
        if not Path(office).exists():
            self.office(office)
        with closing(sqlite3.connect(office)) as there, closing(sqlite3.connect(where)) as new:
            for [sql] in there.execute(OWN_TABLE):
                new.execute(UNSATISFIED.sub("", sql))

    # --- ways to load ------------------------------------------------------------------------------

    def by_ayala(self, where: str, sheet: Sheet) -> harness.Run:
        words = [*self.ayala, "import", sheet.path, "--keep-good", "--quiet", "--format", "json"]
        done = harness.run(words, self.env | {"AYALA_DATABASE": where}, ok=(4,))
        [counts] = json.loads(done.out)
        sheet.kept_rows = counts["added"]
        # A number that the first sheet had already is its record's, so the second sheet may add fewer.
        fewer = sheet is not self.more and counts["added"] + counts["rejected"] != sheet.rows
        if fewer or counts["rejected"] < sheet.broken:
            print(f"ayala took other rows than expected: {counts}")
        return done

    def by_ayala_kept(self, where: str, sheet: Sheet) -> harness.Run:
        with closing(sqlite3.connect(where)) as office:
            [last] = office.execute("SELECT coalesce(max(rowid), 0) FROM graduate").fetchone()
        done = self.by_ayala(where, sheet)
        if not sheet.kept.exists():
            with closing(sqlite3.connect(where)) as office, sheet.kept.open("w", newline="") as file:
                kept = office.execute("SELECT * FROM graduate WHERE rowid > ?", (last,))
                csv.writer(file).writerow(name for name, *_ in kept.description)
                csv.writer(file).writerows(kept)
        return done

    def by_shell(self, where: str, sheet: Sheet) -> harness.Run:
        assert self.shell is not None
        words = [self.shell, where, ".mode csv", f".import --skip 1 {sheet.path} graduates"]
        return harness.run(words, self.env, ok=(0, 1))

    def by_shell_same(self, where: str, sheet: Sheet) -> harness.Run:
        assert self.shell is not None
        return harness.run(
            [self.shell, where, ".mode csv", f".import --skip 1 {sheet.kept} graduate"], self.env
        )

    def by_utils(self, where: str, sheet: Sheet) -> harness.Run:
        utils = harness.peer("sqlite-utils", "sqlite-utils") / "sqlite-utils"
        return harness.run([utils, "insert", where, "graduates", sheet.path, "--csv", "--ignore"], self.env)

    def by_utils_same(self, where: str, sheet: Sheet) -> harness.Run:
        utils = harness.peer("sqlite-utils", "sqlite-utils") / "sqlite-utils"
        return harness.run([utils, "insert", where, "graduate", sheet.kept, "--csv"], self.env)

    # --- rounds ------------------------------------------------------------------------------------

    def loaders(self) -> list[Loader]:
        """Those for SQLite. Ours is the first: what it keeps is what others load into the same table."""
        loaders = [Loader(OURS, self.office, self.by_ayala_kept)]
        if self.shell:
            loaders += [
                Loader(SHELL, bare, self.by_shell),
                Loader(SHELL + SAME, self.same, self.by_shell_same, same=True),
            ]
        else:
            print(f"{SHELL}: not measured, there is no sqlite3 on the PATH")
        return [
            *loaders,
            Loader(UTILS, bare, self.by_utils, slow=True),
            Loader(UTILS + SAME, self.same, self.by_utils_same, same=True, slow=True),
        ]

    def into_an_empty_table(self, loaders: Sequence[Loader]) -> None:
        for number in range(self.rounds):
            for place, loader in enumerate(loaders):
                if number and loader.slow:
                    continue
                where = self.database(f"{number}-{place}")
                loader.make(where)
                self.measure(loader, where, self.sheet)
                if loader.slow or number:
                    gone(where)
                else:
                    loader.filled = where
        tell(loaders, self.sheet)
        peak = loaders[0].peak
        print(f"{PEAK:<50} {peak:7.0f}   {harness.verdict(peak, 150)}")

    def into_a_full_table(self, loaders: Sequence[Loader]) -> None:
        """A tenth as many rows into a table that has them all already."""
        loaders = [loader for loader in loaders if not loader.slow]
        for place, loader in enumerate(loaders):
            if not loader.filled:
                loader.filled = self.database(f"filled-{place}")
                loader.make(loader.filled)
                loader.load(loader.filled, self.sheet)
            loader.runs = []
        for number in range(self.rounds):
            for place, loader in enumerate(loaders):
                where = self.database(f"more-{number}-{place}")
                shutil.copy(loader.filled, where)
                self.measure(loader, where, self.more)
                gone(where)
        print(f"\n{self.more.rows} more rows into those {self.sheet.rows}:")
        tell(loaders, self.more)

    def measure(self, loader: Loader, where: str, sheet: Sheet) -> None:
        loader.runs.append(loader.load(where, sheet))
        files = Path(where).parent.glob(f"{Path(where).name}*")
        loader.size = sum(path.stat().st_size for path in files) / 2**20
        if loader.same:
            with closing(sqlite3.connect(where)) as there:
                [rows] = there.execute("SELECT count(*) FROM graduate").fetchone()
            before = self.sheet.kept_rows if sheet is self.more else 0
            if rows != before + sheet.kept_rows:
                print(f"{loader.name} took other rows than ayala keeps: {rows}")

    def into_a_server(self) -> None:
        """The same on PostgreSQL, once: its own program copies into the bare table and into the same one."""
        sys.path.insert(0, str(harness.ROOT))
        from tests.postgres import NoPostgres, Postgres

        try:
            server = Postgres()
        except NoPostgres as why:
            print(f"\n{COPY}: not measured, {why}")
            return
        sheet = replace(self.sheet, kept=self.folder / "server-kept.csv")

        def psql(where: str, words: str) -> harness.Run:
            program = server.ground.binaries / "psql"
            return harness.run([program, where, "--quiet", "-X", "-A", "-t", "-c", words], self.env)

        def copy(where: str, sheet: Sheet) -> harness.Run:
            return psql(where, f"\\copy graduates from '{sheet.path}' with (format csv, header)")

        def copy_same(where: str, sheet: Sheet) -> harness.Run:
            return psql(where, f"\\copy graduate from '{sheet.kept}' with (format csv, header)")

        def same(where: str) -> None:
            self.office(where)
            psql(where, "ALTER TABLE graduate DISABLE TRIGGER USER")

        loaders = [
            Loader(f"{OURS}, PostgreSQL", self.office, self.by_ayala),
            Loader(COPY, lambda where: psql(where, SCHEMA), copy),
            Loader(COPY + SAME, same, copy_same, same=True),
        ]
        for loader in loaders:
            with server.database() as where:
                loader.make(where)
                before = harness.used_by(server.process.pid)
                done = loader.load(where, sheet)
                time.sleep(0.5)  # for the server to see that its process for this has ended
                served = harness.used_by(server.process.pid) - before
                loader.runs.append(replace(done, cpu=done.cpu + served))
                loader.size = int(psql(where, "SELECT pg_database_size(current_database())").out) / 2**20
                if loader is loaders[0]:
                    psql(where, f"\\copy graduate to '{sheet.kept}' with (format csv, header)")
        server.stop()
        print("\non PostgreSQL:")
        tell(loaders, sheet)


def tell(loaders: Sequence[Loader], sheet: Sheet) -> None:
    """Print what each took, then how ours, the first, compares with each of the others."""
    print(f"{'':<36} seconds    rows/s  CPU seconds  memory MiB  database MiB  ayala's time / its")
    ours = loaders[0]
    for loader in loaders:
        rows = sheet.kept_rows if loader.same else sheet.rows
        print(
            f"{loader.name:<36} {loader.seconds:7.2f} {rows / loader.seconds:9.0f} {loader.cpu:12.2f}"
            f" {loader.peak:11.0f} {loader.size:13.0f} {ratio(ours, loader):19.2f}"
        )
    for loader in loaders[1:]:
        found = ratio(ours, loader)
        if loader.slow:
            verdict = harness.verdict(1 / found, 5, at_least=True)
            print(f"{f'{loader.name} / ayala':<50} {1 / found:7.2f}   {verdict}")
        else:
            print(f"{f'ayala / {loader.name}':<50} {found:7.2f}   {harness.verdict(found, 2)}")


def ratio(ours: Loader, other: Loader) -> float:
    return median(a.seconds / b.seconds for a, b in zip(ours.runs, other.runs, strict=False))


def bare(where: str) -> None:
    with closing(sqlite3.connect(where)) as new:
        new.executescript(SCHEMA)


def gone(where: str) -> None:
    for path in Path(where).parent.glob(f"{Path(where).name}*"):
        path.unlink()


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rows", type=int, default=1_000_000)
    options.add_argument("--rounds", type=int, default=1)
    options.add_argument("--only", choices=("empty", "full", "server"), help="one part")
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="ayala-bench-") as name:
        bench = Bench(Path(name), chosen.rows, chosen.rounds)
        loaders = bench.loaders()
        if chosen.only in (None, "empty"):
            bench.into_an_empty_table(loaders)
        if chosen.only in (None, "full"):
            bench.into_a_full_table(loaders)
        if chosen.only in (None, "server"):
            bench.into_a_server()


if __name__ == "__main__":
    main()
