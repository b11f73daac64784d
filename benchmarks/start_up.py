"""How long a person waits for a small command, beside programs that do the like.

``python benchmarks/start_up.py [--rounds 15]``. What is measured, and against what, is in README.md.
"""

from __future__ import annotations

import argparse
import csv
import io
import sqlite3
import tempfile
from datetime import date, timedelta
from pathlib import Path

import harness
import people
from harness import Program, always

COLUMNS = ("code", "surname", "given_name", "patronymic", "birth_date", "sex", "region", "phone")

# The least that a changing command can do with SQLModel: import it, open a file, insert one row.
ONE_ROW = """
import sys
from datetime import date
from sqlmodel import Field, Session, SQLModel, create_engine

class Graduate(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    surname: str
    given_name: str
    born: date
    sex: str

engine = create_engine(f"sqlite:///{sys.argv[1]}")
SQLModel.metadata.create_all(engine)
with Session(engine) as session:
    born = date.fromisoformat(sys.argv[2])
    session.add(Graduate(surname="Ахметова", given_name="Айгүл", born=born, sex="F"))
    session.commit()
"""


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rounds", type=int, default=15)
    options.add_argument("--rows", type=int, default=1000, help="graduates in the office")
    chosen = options.parse_args()

    ayala = harness.ayala()
    utils = harness.peer("sqlite-utils", "sqlite-utils") / "sqlite-utils"
    python = harness.peer("sqlmodel", "sqlmodel") / "python"

    with tempfile.TemporaryDirectory(prefix="ayala-bench-") as name:
        folder = Path(name)
        env = harness.environment({
            "HOME": name,
            "AYALA_DATABASE": str(folder / "office.db"),
            "AYALA_LANG": "en",
            "AYALA_TODAY": "2026-11-23",
        })  # fmt: skip
        sheet = folder / "graduates.csv"
        people.write(sheet, chosen.rows, broken=False)
        harness.run([*ayala, "init"], env)
        harness.run([*ayala, "import", sheet], env)
        listed = harness.run([*ayala, "graduate", "list", "--format", "csv"], env).out
        same_rows = folder / "same-rows.db"
        copy(listed, same_rows)
        script = folder / "one_row.py"
        script.write_text(ONE_ROW, encoding="utf-8")

        def born(number: int) -> str:
            return (date(1990, 1, 1) + timedelta(days=number)).isoformat()

        query = f"select {', '.join(COLUMNS)} from graduates order by code limit 20"
        add = (
            *ayala,
            "graduate",
            "add",
            "--surname",
            "Ахметова",
            "--given-name",
            "Айгүл",
            "--sex",
            "F",
            "--born",
        )
        utils_help = Program("sqlite-utils --help", always(utils, "--help"))
        pairs = [
            (Program("ayala --help", always(*ayala, "--help")), utils_help, 0.6),
            (Program("ayala --version", always(*ayala, "--version")), utils_help, 0.6),
            (
                Program(
                    "ayala graduate list --limit 20", always(*ayala, "graduate", "list", "--limit", "20")
                ),
                Program("sqlite-utils query, the same rows", always(utils, "query", same_rows, query)),
                0.9,
            ),
            (
                Program("ayala graduate add", lambda number: (*add, born(number))),
                Program(
                    "a script: SQLModel, one row",
                    lambda number: (python, script, folder / "one.db", born(number)),
                ),
                1.1,
            ),
        ]
        print(f"medians of {chosen.rounds} rounds, the two taking turns; ratio round by round")
        for ours, other, limit in pairs:
            a, b, ratio = harness.compare(ours, other, rounds=chosen.rounds, env=env)
            print(
                f"{ours.name:<31} {a * 1000:6.0f} ms   {other.name:<34} {b * 1000:6.0f} ms"
                f"   ratio {ratio:.2f}   {harness.verdict(ratio, limit)}"
            )


def copy(listed: str, path: Path) -> None:
    """The listed graduates in a plain SQLite table, for the peer to ask."""
    rows = list(csv.DictReader(io.StringIO(listed)))
    connection = sqlite3.connect(path)
    with connection:
        connection.execute(f"create table graduates ({', '.join(f'{name} text' for name in COLUMNS)})")
        connection.execute("create index by_code on graduates (code)")
        marks = ", ".join("?" * len(COLUMNS))
        values = ([row[name] for name in COLUMNS] for row in rows)
        connection.executemany(f"insert into graduates values ({marks})", values)
    connection.close()


if __name__ == "__main__":
    main()
