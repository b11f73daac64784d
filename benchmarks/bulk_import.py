"""How fast a large sheet comes in, beside loaders that check nothing.

``python benchmarks/bulk_import.py [--rows 100000] [--rounds 3]``. What is measured is in README.md.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sqlite3
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
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


@dataclass(frozen=True)
class Loader:
    name: str
    load: Callable[[Path], harness.Run]


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rows", type=int, default=100_000)
    options.add_argument("--rounds", type=int, default=3)
    chosen = options.parse_args()

    ayala = harness.ayala()
    utils = harness.peer("sqlite-utils", "sqlite-utils") / "sqlite-utils"
    shell = shutil.which("sqlite3")

    with tempfile.TemporaryDirectory(prefix="ayala-bench-") as name:
        folder = Path(name)
        env = harness.environment({"HOME": name, "AYALA_LANG": "en", "AYALA_TODAY": "2026-11-23"})
        sheet = folder / "graduates.csv"
        broken = people.write(sheet, chosen.rows)
        print(f"{chosen.rows} rows, {broken} of them broken, {sheet.stat().st_size / 2**20:.1f} MiB")

        def by_ayala(database: Path) -> harness.Run:
            office = env | {"AYALA_DATABASE": str(database)}
            harness.run([*ayala, "init"], office)
            done = harness.run([*ayala, "import", sheet, "--keep-good", "--format", "json"], office, ok=(4,))
            [counts] = json.loads(done.out)
            if (counts["added"], counts["rejected"]) != (chosen.rows - broken, broken):
                print(f"ayala took other rows than expected: {counts}")
            return done

        def by_shell(database: Path) -> harness.Run:
            assert shell is not None
            bare(database)
            return harness.run(
                [shell, database, ".mode csv", f".import --skip 1 {sheet} graduates"], env, ok=(0, 1)
            )

        def by_utils(database: Path) -> harness.Run:
            bare(database)
            return harness.run([utils, "insert", database, "graduates", sheet, "--csv", "--ignore"], env)

        loaders = [
            Loader("ayala import --keep-good", by_ayala),
            Loader("sqlite-utils insert --csv", by_utils),
        ]
        if shell:
            loaders.insert(1, Loader("sqlite3 .import", by_shell))
        runs: dict[str, list[harness.Run]] = {loader.name: [] for loader in loaders}
        for number in range(chosen.rounds):
            for loader in loaders:
                runs[loader.name].append(
                    loader.load(folder / f"{number}-{len(runs[loader.name])}-{id(loader)}.db")
                )

    ours = runs["ayala import --keep-good"]
    for loader in loaders:
        theirs = runs[loader.name]
        seconds = median(run.seconds for run in theirs)
        ratio = median(a.seconds / b.seconds for a, b in zip(ours, theirs, strict=True))
        print(
            f"{loader.name:<26} {seconds:7.2f} s {chosen.rows / seconds:9.0f} rows/s"
            f" {max(run.peak_mib for run in theirs):6.0f} MiB   ayala takes {ratio:.2f} of its time"
        )
    if shell is None:
        print("sqlite3 .import             not measured: no sqlite3 on the PATH")
    else:
        ratio = median(a.seconds / b.seconds for a, b in zip(ours, runs["sqlite3 .import"], strict=True))
        print(f"ayala / sqlite3 .import      {ratio:6.2f}   {harness.verdict(ratio, 2.0)}")
    faster = median(
        b.seconds / a.seconds for a, b in zip(ours, runs["sqlite-utils insert --csv"], strict=True)
    )
    print(f"sqlite-utils insert / ayala  {faster:6.2f}   {harness.verdict(faster, 5, at_least=True)}")
    peak = max(run.peak_mib for run in ours)
    print(f"ayala's peak memory, MiB     {peak:6.0f}   {harness.verdict(peak, 150)}")


def bare(database: Path) -> None:
    connection = sqlite3.connect(database)
    connection.executescript(SCHEMA)
    connection.close()


if __name__ == "__main__":
    main()
