"""Making small case-loads for the watch, and what it tells of them."""

from __future__ import annotations

from typing import Any

from tests.program import Ayala

PERSON = "code,surname,given_name,birth_date,sex,left_care_on,registered_on,conscript_months,region\n"


def take(ayala: Ayala, **sheets: str) -> None:
    """Import sheets, each by the name of its kind; the first line holds the headings."""
    files = []
    for kind, text in sheets.items():
        path = ayala.folder / f"{kind}.csv"
        path.write_text(text, encoding="utf-8")
        files.append(path.name)
    ayala("import", *files, "--quiet")


def people(*rows: str) -> str:
    """The sheet of graduates: ``G-1,2000-01-31`` and more cells, the names made up."""
    lines = []
    for row in rows:
        code, born, *more = row.split(",")
        cells = [code, f"Ким{code[2:]}", "Олег", born, "M", *more]
        lines.append(",".join(cells + [""] * (9 - len(cells))))
    return PERSON + "\n".join(lines) + "\n"


def rows(ayala: Ayala, *args: str, as_of: str, rule: str | None = None) -> list[dict[str, Any]]:
    """What the watch lists; its exit code says whether it is anything."""
    only = ("--rule", rule) if rule else ()
    done = ayala("watch", "--as-of", as_of, *only, *args, "--format", "json", ok=(0, 1))
    found: list[dict[str, Any]] = done.json()
    assert done.code == (1 if found else 0)
    assert done.err == ""
    return found


def told(ayala: Ayala, rule: str, as_of: str, *args: str) -> list[str]:
    """One rule on one day, a line a row: ``in_7 G-1 2026-01-31 7``."""
    return [
        f"{row['level']} {row['code']} {row['due_on']} {row['days']}"
        for row in rows(ayala, *args, as_of=as_of, rule=rule)
    ]
