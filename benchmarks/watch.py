"""What the watch takes beside its own questions put by the ``sqlite3`` shell, and how it grows.

``python benchmarks/watch.py [--graduates 100000] [--rounds 3]``. What is measured is in README.md.
"""

from __future__ import annotations

import argparse
import csv
import json
import random
import shutil
import sys
import tempfile
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from pathlib import Path
from statistics import median

import harness
import people

TODAY = date(2026, 11, 23)


def sheet(path: Path, headings: str, rows: Iterable[Sequence[object]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(headings.split())
        writer.writerows(rows)
    return path


def case_load(folder: Path, graduates: int) -> list[Path]:
    """Sheets of an office: graduates, two appeals each, most of them queued and heard of lately."""
    chance = random.Random(20261123)

    def day(back: int) -> date:
        return TODAY - timedelta(days=chance.randrange(back))

    rows = [row for row, broken in people.graduates(graduates + graduates // 50) if not broken][:graduates]
    codes = range(1, graduates + 1)
    for number, row in enumerate(rows, 1):
        row["code"] = f"G-{number}"
    headings = " ".join(rows[0])
    appeals = []
    for _ in range(2 * graduates):
        received = day(1800)
        ended = chance.random() < 0.97 or received < TODAY - timedelta(days=60)
        answered = min(received + timedelta(days=chance.randrange(2, 30)), TODAY) if ended else ""
        appeals.append((f"G-{chance.choice(codes)}", received, chance.choice(("housing", "legal", "medical")),
                        "visit", "answered" if ended else "in_progress", answered))  # fmt: skip
    appeals.sort(key=lambda appeal: appeal[1])
    queued = [code for code in codes if code % 20]
    return [
        sheet(folder / "graduates.csv", headings, (row.values() for row in rows)),
        sheet(folder / "appeals.csv", "graduate received_on category channel status answered_on", appeals),
        sheet(folder / "queue.csv", "code graduate registrar registered_on",
              ((f"Q-{n}", f"G-{n}", "akimat", rows[n - 1]["left_care_on"]) for n in queued)),
        sheet(folder / "positions.csv", "queue registrar position position_on",
              ((f"Q-{n}", "akimat", n + 1000 - 500 * year, f"{2024 + year}-03-01")
               for year in range(3) for n in queued)),
        sheet(folder / "services.csv", "graduate kind mode provided_on",
              ((f"G-{n}", "legal", "remote", day(150)) for n in codes if n % 10)),
        sheet(folder / "beds.csv", "building room bed", (("ZU-1", n, 1) for n in range(1, graduates // 50))),
        sheet(folder / "stays.csv", "graduate building room bed from_date planned_end",
              ((f"G-{n}", "ZU-1", n, 1, day(700), day(1) + timedelta(days=chance.randrange(-30, 400)))
               for n in range(1, graduates // 50))),
    ]  # fmt: skip


def questions(path: Path) -> int:
    """Write the watch's questions as a script for the shell, each with its days; how many there are."""
    sys.path.insert(0, str(harness.ROOT))
    from ayala.rules.book import book_of
    from ayala.rules.calendar import Calendar
    from ayala.watch import watching

    watch = watching.Watch(None, book_of(None), Calendar(), TODAY)  # type: ignore[arg-type]
    asked = {}
    for rule in watching.rules().values():
        sql = rule.sql
        for name, value in {"as_of": TODAY, **watch.bound(rule)}.items():
            sql = sql.replace(f":{name}", str(value) if isinstance(value, int) else f"'{value}'")
        asked[sql] = rule.name
    path.write_text(".mode csv\n" + "".join(f"{sql};\n" for sql in asked), encoding="utf-8")
    return len(asked)


def measured(graduates: int, rounds: int, shell: str) -> tuple[float, float]:
    """Median seconds of the watch on so many graduates, and the median of the rounds' ratios to the shell."""
    ayala = harness.ayala()
    with tempfile.TemporaryDirectory(prefix="ayala-bench-") as name:
        folder = Path(name)
        database = folder / "office.db"
        more = {"HOME": name, "AYALA_DATABASE": str(database), "AYALA_LANG": "en", "AYALA_TODAY": str(TODAY)}
        env = harness.environment(more)
        harness.run([*ayala, "init"], env)
        harness.run([*ayala, "import", *case_load(folder, graduates), "--quiet"], env)
        asked = questions(folder / "questions.sql")
        out = folder / "answer"
        ours: list[float] = []
        theirs: list[float] = []
        for number in range(rounds + 1):
            one = harness.run([*ayala, "watch", "--format", "csv", "--output", out], env, ok=(1,))
            two = harness.run(
                [shell, "-readonly", database, f".output {out}", f".read {folder}/questions.sql"], env
            )
            if number:  # the first fills the disk's cache for both
                ours.append(one.seconds)
                theirs.append(two.seconds)
        found = json.loads(harness.run([*ayala, "watch", "--format", "json"], env, ok=(1,)).out)
        ratio = median(a / b for a, b in zip(ours, theirs, strict=True))
        print(
            f"{graduates:7} graduates, {2 * graduates:7} appeals, {len(found):6} rows: watch"
            f" {median(ours):.2f} s, {asked} questions in the shell {median(theirs):.2f} s, ratio {ratio:.2f}"
        )
        return median(ours), ratio


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--graduates", type=int, default=100_000)
    options.add_argument("--rounds", type=int, default=3)
    chosen = options.parse_args()
    shell = shutil.which("sqlite3")
    if shell is None:
        sys.exit("not measured: no sqlite3 on the PATH")
    small, _ = measured(chosen.graduates // 10, chosen.rounds, shell)
    large, ratio = measured(chosen.graduates, chosen.rounds, shell)
    print(f"ayala watch / the shell      {ratio:6.2f}   {harness.verdict(ratio, 1.5)}")
    growth = large / small
    print(f"ten times the data takes     {growth:6.2f} times as long   {harness.verdict(growth, 12)}")


if __name__ == "__main__":
    main()
