"""How long a workbook of many rows takes, beside XlsxWriter's own loop in constant memory.

``python benchmarks/xlsx.py [--rows 100000] [--rounds 5]``. What is measured is in README.md.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

import harness
from harness import Program, always

# Both take these rows from the same generator, so that what making them costs is in both.
ROWS = """
import sys
from datetime import date, timedelta

NAMES = ("Әбдіров", "Өтеген", "Қасым", "Ыбырай", "Іңкәр", "Ұлықбек", "Жүнісова")
TOPICS = ("housing", "employment", "grant", "financial", "legal")

def rows(count):
    first = date(2019, 1, 1)
    for n in range(count):
        yield {
            "code": f"A-2026-{n:06}", "graduate": f"G-{n % 9973}",
            "surname": NAMES[n % 7], "name": NAMES[n % 5],
            "topic": TOPICS[n % 5], "region": "75", "appeals": n % 97, "share": (n % 1000) / 1000,
            "on": (first + timedelta(days=n % 2000)).isoformat(),
            "note": f"Қабылданды, {n} бет, жауабы почтамен",
        }
"""

OURS = f"""{ROWS}
from ayala.language import catalogue
from ayala.output.table import Column, Table, columns
from ayala.output.emit import replacing_bytes
from ayala.output.xlsx import write
from pathlib import Path

catalogue.choose("kk")
shown = [*columns("code", "graduate", "surname", "name", "topic:topic", "region:region", "appeals#"),
         Column("share", "share"), *columns("on@", "note")]
with replacing_bytes(Path(sys.argv[1])) as stream:
    write([Table("appeals", shown, rows(int(sys.argv[2])))], stream, single=True)
"""

PEER = f"""{ROWS}
import xlsxwriter

book = xlsxwriter.Workbook(sys.argv[1], {{"constant_memory": True}})
sheet = book.add_worksheet()
day, share = book.add_format({{"num_format": "yyyy-mm-dd"}}), book.add_format({{"num_format": "0.00 %"}})
for line, row in enumerate(rows(int(sys.argv[2])), 1):
    for at, (key, value) in enumerate(row.items()):
        if key == "on":
            sheet.write_datetime(line, at, date.fromisoformat(value), day)
        else:
            sheet.write(line, at, value, share if key == "share" else None)
book.close()
"""


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rows", type=int, default=100_000)
    options.add_argument("--rounds", type=int, default=5)
    chosen = options.parse_args()
    harness.ayala()
    with tempfile.TemporaryDirectory(prefix="ayala-bench-") as name:
        folder = Path(name)
        env = harness.environment({"HOME": name})
        python = sys.executable
        ours = Program("ayala", always(python, "-c", OURS, folder / "ours.xlsx", str(chosen.rows)))
        peer = Program("XlsxWriter", always(python, "-c", PEER, folder / "peer.xlsx", str(chosen.rows)))
        a, b, ratio = harness.compare(ours, peer, rounds=chosen.rounds, env=env)
        print(f"{chosen.rows} rows of ten columns as XLSX")
        print(f"  ayala       {a:6.2f} s")
        print(f"  XlsxWriter  {b:6.2f} s   ratio {ratio:.2f}, {harness.verdict(ratio, 1.2)}")
        small = harness.run([python, "-c", OURS, folder / "small.xlsx", str(chosen.rows // 10)], env)
        large = harness.run(ours.args(0), env)
        theirs = harness.run(peer.args(0), env)
        print(f"  peak memory {large.peak_mib:.0f} MiB, XlsxWriter's own loop {theirs.peak_mib:.0f} MiB")
        growth = large.peak_mib - small.peak_mib
        print(f"  ten times as many rows take {growth:+.0f} MiB, {harness.verdict(growth, 10)}")


if __name__ == "__main__":
    main()
