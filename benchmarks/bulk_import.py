"""How fast a large sheet comes in, beside loaders that check nothing.

``python benchmarks/bulk_import.py [--rows 1000000] [--rounds 1]``. What is measured is in README.md.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sqlite3
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

import harness
import people

# The rows as the peers store them: text, one unique number, the two indexes that reports need.
SCHEMA = f"""
create table graduates ({", ".join(f"{name} text" for name in people.HEADINGS)});
create unique index graduates_iin on graduates (iin);
create index graduates_region on graduates (region);
create index graduates_birth_date on graduates (birth_date);
"""
OURS = "ayala import --keep-good"
SHELL = "sqlite3 .import"
UTILS = "sqlite-utils insert --csv"
COPY = "psql \\copy"


@dataclass
class Loader:
    """A way to load a sheet; ``load`` gets a name that no other round has."""

    name: str
    load: Callable[[str], harness.Run]
    once: bool = False
    """Too slow to be run every round."""
    runs: list[harness.Run] = field(default_factory=list)

    @property
    def seconds(self) -> float:
        return median(run.seconds for run in self.runs)

    @property
    def peak(self) -> float:
        return max(run.peak_mib for run in self.runs)


@dataclass
class Bench:
    """A folder with sheets, and what is run in it."""

    folder: Path
    rows: int
    rounds: int

    def __post_init__(self) -> None:
        self.ayala = harness.ayala()
        self.shell = shutil.which("sqlite3")
        self.env = harness.environment(
            {"HOME": str(self.folder), "AYALA_LANG": "en", "AYALA_TODAY": "2026-11-23"}
        )
        self.sheet = self.folder / "graduates.csv"
        self.more = self.folder / "more.csv"
        self.broken = people.write(self.sheet, self.rows)
        self.more_broken = people.write(self.more, self.rows // 10, seed=people.SEED + 1)
        size = self.sheet.stat().st_size / 2**20
        print(f"{self.rows} rows, {self.broken} of them broken, {size:.1f} MiB")

    # --- ways to load ------------------------------------------------------------------------------

    def office(self, url: str) -> dict[str, str]:
        env = self.env | {"AYALA_DATABASE": url}
        harness.run([*self.ayala, "init"], env)
        return env

    def by_ayala(self, url: str, sheet: Path, rows: int, broken: int, env: dict[str, str]) -> harness.Run:
        done = harness.run(
            [*self.ayala, "import", sheet, "--keep-good", "--quiet", "--format", "json"], env, ok=(4,)
        )
        [counts] = json.loads(done.out)
        # A number that the first sheet had already is its record's, so the second sheet may add fewer.
        if counts["rejected"] < broken or (url and counts["added"] + counts["rejected"] != rows):
            print(f"ayala took other rows than expected: {counts}")
        return done

    def by_shell(self, database: Path, sheet: Path) -> harness.Run:
        assert self.shell is not None
        words = [self.shell, database, ".mode csv", f".import --skip 1 {sheet} graduates"]
        return harness.run(words, self.env, ok=(0, 1))

    # --- rounds ------------------------------------------------------------------------------------

    def taken(self, loaders: Sequence[Loader]) -> None:
        """Let the loaders take turns and print what each took; the first is ours."""
        for number in range(self.rounds):
            for loader in loaders:
                if not number or not loader.once:
                    loader.runs.append(loader.load(f"{number}-{loaders.index(loader)}"))
        ours = loaders[0]
        for loader in loaders:
            print(
                f"{loader.name:<26} {loader.seconds:7.2f} s {self.rows / loader.seconds:9.0f} rows/s"
                f" {loader.peak:6.0f} MiB   ayala takes {self.ratio(ours, loader):.2f} of its time"
            )

    def ratio(self, ours: Loader, other: Loader) -> float:
        return median(a.seconds / b.seconds for a, b in zip(ours.runs, other.runs, strict=False))

    def into_an_empty_table(self) -> None:
        utils = harness.peer("sqlite-utils", "sqlite-utils") / "sqlite-utils"

        def ayala(name: str) -> harness.Run:
            url = str(self.folder / f"{name}.db")
            done = self.by_ayala(url, self.sheet, self.rows, self.broken, self.office(url))
            self.gone(name)
            return done

        def shell(name: str) -> harness.Run:
            done = self.by_shell(bare(self.folder / f"{name}.db"), self.sheet)
            self.gone(name)
            return done

        def insert(name: str) -> harness.Run:
            database = bare(self.folder / f"{name}.db")
            words = [utils, "insert", database, "graduates", self.sheet, "--csv", "--ignore"]
            done = harness.run(words, self.env)
            self.gone(name)
            return done

        ours, theirs = Loader(OURS, ayala), Loader(UTILS, insert, once=True)
        loaders = [ours, *([Loader(SHELL, shell)] if self.shell else []), theirs]
        self.taken(loaders)
        if self.shell:
            ratio = self.ratio(ours, loaders[1])
            print(f"ayala / {SHELL:<20} {ratio:6.2f}   {harness.verdict(ratio, 2.0)}")
        else:
            print(f"{SHELL:<26} not measured: no sqlite3 on the PATH")
        faster = 1 / self.ratio(ours, theirs)
        print(f"sqlite-utils insert / ayala  {faster:6.2f}   {harness.verdict(faster, 5, at_least=True)}")
        print(f"ayala's peak memory, MiB     {ours.peak:6.0f}   {harness.verdict(ours.peak, 150)}")

    def into_a_full_table(self) -> None:
        """A tenth as many rows into a table that has them all already."""
        if not self.shell:
            return
        office, peers = self.folder / "full-office.db", bare(self.folder / "full.db")
        env = self.office(str(office))
        self.by_ayala(str(office), self.sheet, self.rows, self.broken, env)
        self.by_shell(peers, self.sheet)

        def ayala(name: str) -> harness.Run:
            shutil.copy(office, self.folder / f"{name}.db")
            there = env | {"AYALA_DATABASE": str(self.folder / f"{name}.db")}
            done = self.by_ayala("", self.more, self.rows // 10, self.more_broken, there)
            self.gone(name)
            return done

        def shell(name: str) -> harness.Run:
            shutil.copy(peers, self.folder / f"{name}.db")
            done = self.by_shell(self.folder / f"{name}.db", self.more)
            self.gone(name)
            return done

        print(f"{self.rows // 10} more rows into those {self.rows}:")
        loaders = [Loader(OURS, ayala), Loader(SHELL, shell)]
        self.taken(loaders)
        ratio = self.ratio(*loaders)
        print(f"ayala / {SHELL:<20} {ratio:6.2f}   {harness.verdict(ratio, 2.0)}")
        office.unlink()
        peers.unlink()

    def into_a_server(self) -> None:
        """The same on PostgreSQL: its own program copies the sheet into a bare table with the indexes."""
        sys.path.insert(0, str(harness.ROOT))
        from tests.postgres import NoPostgres, Postgres

        try:
            server = Postgres()
        except NoPostgres as why:
            print(f"{COPY:<26} not measured: {why}")
            return
        psql = server.ground.binaries / "psql"
        with server.database() as office, server.database() as peers:
            env = self.office(office)
            harness.run([psql, peers, "--quiet", "-c", SCHEMA], self.env)

            def ayala(name: str) -> harness.Run:
                return self.by_ayala(office, self.sheet, self.rows, self.broken, env)

            def copy(name: str) -> harness.Run:
                words = f"\\copy graduates from '{self.sheet}' with (format csv, header)"
                return harness.run([psql, peers, "--quiet", "-c", words], self.env)

            self.rounds, kept = 1, self.rounds
            loaders = [Loader(f"{OURS}, PostgreSQL", ayala), Loader(COPY, copy)]
            self.taken(loaders)
            self.rounds = kept
            ratio = self.ratio(*loaders)
            print(f"ayala / {COPY:<20} {ratio:6.2f}   {harness.verdict(ratio, 2.0)}")
        server.stop()

    def gone(self, name: str) -> None:
        for path in self.folder.glob(f"{name}.db*"):
            path.unlink()


def bare(database: Path) -> Path:
    connection = sqlite3.connect(database)
    connection.executescript(SCHEMA)
    connection.close()
    return database


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rows", type=int, default=1_000_000)
    options.add_argument("--rounds", type=int, default=1)
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="ayala-bench-") as name:
        bench = Bench(Path(name), chosen.rows, chosen.rounds)
        bench.into_an_empty_table()
        bench.into_a_full_table()
        bench.into_a_server()


if __name__ == "__main__":
    main()
