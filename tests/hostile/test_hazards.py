"""Each known hazard of text, files and terminals, from the shell: what comes out must not act, leak or open."""

from __future__ import annotations

import csv
import io
import json
import os
import pty
import re
import stat
import subprocess
import sys
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from ayala.storage.opening import sqlite
from tests.hostile.iins import an_iin
from tests.hostile.samples import NO_TEXT, REFUSED, STORED, acting, begins_a_formula, runs_as_formula, sheet
from tests.program import ROOT, Ayala, AyalaProcess
from tests.terminal import at_terminal

IIN = an_iin(date(2005, 1, 1), 7)
PHONE = "+77012345678"
BORN = "2005-01-01"
ADD = ("graduate", "add", "--surname", "Ахметова", "--given-name", "Айгүл", "--born", BORN, "--sex", "F")
GRADUATES = (
    "code", "surname", "given_name", "patronymic", "latin_name", "birth_date", "sex", "email", "address",
    "institution", "note",
)  # fmt: skip


def change_by_hand(address: str, statement: str, *values: object) -> None:
    """Write past Ayala, as an older program or a person at the SQL shell might have."""
    if address.startswith("postgresql"):
        import psycopg

        with psycopg.connect(address) as connection:
            connection.execute(statement.replace("?", "%s").encode(), values)
    else:
        with closing(sqlite().connect(address)) as file, file:
            file.execute(statement, values)


# --- text that is stored, and must not act ---------------------------------------------------------


@pytest.fixture
def full(ayala: Ayala, office_db: str) -> Ayala:
    """An office where every text of a person is one of the samples."""
    rows = [
        [f"G-{number}", text, text, text, text, BORN, "F", text, text, text, f"{text}\n{text}"]
        for number, text in enumerate(STORED.values(), 1)
    ]
    (ayala.folder / "people.csv").write_bytes(sheet(GRADUATES, rows))
    ayala("import", "people.csv")
    return ayala


def test_it_is_stored_as_it_was_typed(full: Ayala) -> None:
    people = full("graduate", "list", "--format", "json").json()
    assert {person["code"]: person["surname"] for person in people} == {
        f"G-{number}": text for number, text in enumerate(STORED.values(), 1)
    }


@pytest.mark.parametrize("format", ["text", "markdown", "csv", "json"])
def test_nothing_stored_acts_in_any_format(full: Ayala, format: str) -> None:
    for words in (("graduate", "list"), ("graduate", "find", "Әбдіров"), ("graduate", "show", "G-1")):
        assert acting(full(*words, "--format", format).out) == set()


def test_no_cell_runs_in_a_spreadsheet_wherever_it_splits(full: Ayala) -> None:
    for words in (("graduate", "list"), ("graduate", "show", "1"), ("graduate", "find", "Әбдіров")):
        written = full(*words, "--format", "csv").out
        for row in csv.reader(io.StringIO(written, newline="")):
            assert [cell for cell in row if runs_as_formula(cell)] == []
        # Elsewhere the list separator is a semicolon; quotes inside a cell do not count there, lines do.
        for cell in re.split(r"[;\t\n]", written):
            assert not begins_a_formula(cell), cell


def test_markdown_takes_none_of_it_for_markup(full: Ayala) -> None:
    page = full("graduate", "list", "--format", "markdown").out
    bare = re.sub(r"\\[!-/:-@\[-`{-~]", "", page)
    assert set(bare) & set("`<>[]&~") == set()
    assert not re.search(r":\w+:", bare), "an emoji"
    columns = page.splitlines()[2].count("|")
    assert {len(re.findall(r"(?<!\\)\|", line)) for line in page.splitlines()[2:]} == {columns}


def test_a_terminal_shows_markup_and_escapes_as_text(full: Ayala) -> None:
    # Wide enough for whole names, and narrow: in blocks.
    for columns in (400, 80, 40):
        screen = at_terminal(full, columns)
        shown = screen("graduate", "list").out
        assert acting(shown) == set()
        assert "[/red]" in shown
        assert ":100:" in shown
    for code in range(1, len(STORED) + 1):
        assert acting(at_terminal(full)("graduate", "show", f"G-{code}").out) == set()


def test_an_export_is_raw_and_comes_in_again_the_same(full: Ayala, tmp_path: Path) -> None:
    reason = ("--unmask", "--reason", "exchange")
    full("export", "first", *reason)
    people = list(csv.DictReader(io.StringIO((tmp_path / "first/graduates.csv").read_text(encoding="utf-8"))))
    assert [person["surname"] for person in people] == list(STORED.values())
    other = Ayala(tmp_path, str(tmp_path / "other.db"), tmp_path / "home")
    other("init")
    other("import", *(f"first/{sheet.name}" for sheet in sorted((tmp_path / "first").iterdir())))
    other("export", "second", *reason)
    for first in (tmp_path / "first").iterdir():
        assert first.read_bytes() == (tmp_path / "second" / first.name).read_bytes()


# --- text that may not come in ----------------------------------------------------------------------


def test_a_sheet_names_the_line_the_column_and_the_character(ayala: Ayala, office_db: str) -> None:
    texts = {name: text for name, text in REFUSED.items() if name not in NO_TEXT and name != "line separator"}
    for column in ("surname", "address", "note"):
        rows = [
            [
                *(text if heading == column else "Ким" for heading in ("surname", "address", "note")),
                "Олег",
                BORN,
                "M",
            ]
            for text in texts.values()
        ]
        headings = ("surname", "address", "note", "given_name", "birth_date", "sex")
        (ayala.folder / "people.csv").write_bytes(sheet(headings, rows))
        done = ayala("import", "people.csv", ok=4)
        for number, (name, text) in enumerate(texts.items(), 2):
            odd = next(char for char in text if char in acting(text) | set("\u3164"))
            called = "NUL" if odd == "\0" else f"U+{ord(odd):04X}"
            said = f"people.csv:{number}: {column}: holds the invisible character {called} at position"
            assert f"{said} {text.index(odd) + 1}" in done.err, (name, done.err)
        assert acting(done.err) == set()
        assert acting(done.out) == set()
    assert ayala("graduate", "list", "--format", "json").json() == []


@pytest.mark.parametrize(
    ("field", "longest"), [("--surname", 200), ("--institution", 4096), ("--note", 4096), ("--email", 4096)]
)
def test_a_field_takes_its_length_and_no_more(ayala: Ayala, office_db: str, field: str, longest: int) -> None:
    letters = "".join(chr(0x4E00 + (i * 7919) % 20000) for i in range(longest))  # hardly to be compressed
    person = [*ADD, field, letters]
    code = ayala(*person).out.strip()
    assert letters in ayala("graduate", "show", code, "--format", "json").json()["graduate"][0].values()
    refused = ayala(*person[:-1], letters + "ә", ok=2)
    assert f"has {longest + 1} characters; at most {longest} fit" in refused.err


def test_names_at_their_longest_fit_every_index(ayala: Ayala, office_db: str) -> None:
    """An index of PostgreSQL takes 2,704 bytes a row; three names, or a name and a place, stay below."""
    name = "".join(chr(0x4E00 + (i * 7919) % 20000) for i in range(200))
    ayala(
        "graduate",
        "add",
        "--surname",
        name,
        "--given-name",
        name,
        "--patronymic",
        name,
        "--born",
        BORN,
        "--sex",
        "F",
    )
    ayala("work", "partner", "add", name, "--kind", "employer")
    ayala("work", "workplace", "add", name, "--title", name)
    ayala("work", "place", "G-1", "--partner", name, "--title", name)
    ayala("appeal", "add", "--caller", name, "--topic", "housing", "--number", name, "--assignee", name)
    ayala("housing", "queue", "add", "G-1", "--registrar", "akimat", "--number", name)
    ayala("dormitory", "add", name, "--name", name)
    ayala("dormitory", "add", f"{name}/{name}")
    ayala("dormitory", "add", f"{name}/{name}/{name}")
    ayala("check")


def test_an_open_quote_is_named_with_its_line(ayala: Ayala, office_db: str) -> None:
    (ayala.folder / "people.csv").write_text(
        'surname,given_name,birth_date,sex\nКим,Олег,2005-01-01,M\nКим,"Олег,2005-01-01,M\nА,Б,2005-01-01,F\n'
    )
    done = ayala("import", "people.csv", ok=4)
    assert 'people.csv:3: a quote (") is opened and never closed' in done.err


# --- text that came past Ayala ----------------------------------------------------------------------

PAST = "".join(text for name, text in REFUSED.items() if name not in NO_TEXT | {"NUL"}) + "\r\n\t=1"


@pytest.fixture
def tampered(ayala: Ayala, office_db: str) -> Ayala:
    """An office with an acting text in every field of a person, a partner, a building and an appeal."""
    ayala(*ADD, "--note", "x")
    ayala(*ADD[:-1], "M", "--not-same", "G-1")
    ayala("appeal", "add", "G-1", "--topic", "housing", "--number", "N-1", "--text", "x", "--assignee", "x")
    ayala("work", "partner", "add", "Нан", "--kind", "employer")
    ayala("dormitory", "add", "ZU-1", "--name", "x")
    ayala("dormitory", "add", "ZU-1/101", "--beds", "1")
    ayala("dormitory", "place", "G-1", "ZU-1/101/1", "--reason", "x")
    names = ("surname", "given_name", "patronymic", "latin_name", "email", "address", "institution", "note")
    change_by_hand(
        office_db, f"UPDATE graduate SET {', '.join(f'{name} = ?' for name in names)}", *[PAST] * len(names)
    )
    change_by_hand(office_db, "UPDATE appeal SET number = ?, text = ?, assignee = ?, town = ?", *[PAST] * 4)
    change_by_hand(office_db, "UPDATE partner SET name = ?, contact = ?", PAST, PAST)
    change_by_hand(office_db, "UPDATE building SET name = ?, address = ?", PAST, PAST)
    return ayala


SHOWN = (
    ("graduate", "list"),
    ("graduate", "show", "G-1"),
    ("graduate", "find", "Ахметова"),
    ("appeal", "list"),
    ("appeal", "show", "A-2026-0001"),
    ("appeal", "show", "A-2026-0001", "--receipt"),
    ("work", "partner", "list"),
    ("dormitory", "list"),
    ("dormitory", "show", "ZU-1"),
    ("dormitory", "show", "ZU-1/101/1"),
    ("dormitory", "stays"),
    ("dormitory", "map"),
    ("report", "appeals", "2026", "--by", "assignee"),
    ("report", "summary", "2026"),
)


def test_whatever_stands_in_the_database_comes_out_harmless(tampered: Ayala) -> None:
    for words in SHOWN:
        for format in ("text", "markdown", "csv", "json"):
            done = tampered(*words, "--format", format)
            assert acting(done.out) - set("\t") == set(), (words, format)
            tampered(*words, "--format", format, "--output", "answer")
            assert (tampered.folder / "answer").read_text(encoding="utf-8") == done.out
        for columns in (80, 400):
            assert acting(at_terminal(tampered, columns)(*words).out) == set(), words


def test_json_keeps_the_very_characters(tampered: Ayala) -> None:
    people = tampered("graduate", "list", "--format", "json").json()
    assert people[0]["surname"] == PAST


def test_several_that_fit_are_told_harmlessly(tampered: Ayala) -> None:
    done = tampered("graduate", "show", "Ахметова", ok=4)
    assert "\\u001b[31m" in done.err
    assert acting(done.err) == set()


def test_a_real_terminal_gets_no_escape_of_the_data(ayala_process: AyalaProcess) -> None:
    """Through a terminal of its own, with colour: nothing but the program's own colours."""
    folder = ayala_process.folder
    ayala_process("init")
    ayala_process(*ADD, "--note", "[red]x[/red] [/red] :100:")
    change_by_hand(ayala_process.database, "UPDATE graduate SET surname = ?, note = note || ?", PAST, PAST)
    main, side = pty.openpty()
    env = {**ayala_process.env, "TERM": "xterm-256color", "PYTHONPATH": str(ROOT), "AYALA_PAGER": "cat"}
    env.pop("NO_COLOR")
    process = subprocess.Popen(
        [sys.executable, "-m", "ayala", "graduate", "show", "G-1"],
        stdin=side, stdout=side, stderr=side, env=env, cwd=folder,
    )  # fmt: skip
    os.close(side)
    seen = b""
    while True:
        try:
            part = os.read(main, 65536)
        except OSError:
            break
        if not part:
            break
        seen += part
    os.close(main)
    assert process.wait() == 0
    shown = seen.decode().replace("\r\n", "\n")
    assert "\x1b[1m" in shown, "the title is bold: the terminal was recognised"
    assert acting(re.sub(r"\x1b\[[0-9;]*m", "", shown)) == set()
    assert "[red]x[/red]" in shown
    assert ":100:" in shown
    assert not re.search(r"\x1b\[(?:3\d|9\d)", shown), "a colour that came out of the data"


# --- spreadsheets and numbers -----------------------------------------------------------------------


def test_the_leading_zero_of_a_number_is_in_every_format(ayala: Ayala, office_db: str) -> None:
    assert IIN.startswith("0")
    ayala(*ADD, "--iin-file", "-", "--phone", PHONE, stdin=IIN)
    shown = ("graduate", "show", "G-1", "--unmask", "--reason", "x", "--format")
    assert IIN in ayala(*shown, "text").out
    assert IIN in ayala(*shown, "markdown").out
    assert f",{IIN}," in ayala(*shown, "csv").out
    assert ayala(*shown, "json").json()["graduate"][0]["iin"] == IIN
    ayala("export", "out", "--unmask", "--reason", "x")
    assert f",{IIN}," in (ayala.folder / "out/graduates.csv").read_text()


def test_json_is_whole_on_a_stream_that_is_not_utf_8(ayala_process: AyalaProcess) -> None:
    ayala_process("init")
    ayala_process(*ADD, "--note", "Ә 🦄")
    done = ayala_process("graduate", "show", "1", "--format", "json", env={"PYTHONIOENCODING": "cp1251"})
    assert json.loads(done.stdout.decode("cp1251"))["graduate"][0]["note"] == "Ә 🦄"


# --- look-alike letters -----------------------------------------------------------------------------


def test_look_alike_letters_are_pointed_out_and_taken(ayala: Ayala, office_db: str) -> None:
    said = "'Aсан' mixes Latin and Cyrillic letters (Latin: A)"
    done = ayala("graduate", "add", "--surname", "Aсан", "--given-name", "Ғани", "--born", BORN, "--sex", "M")
    assert done.err == f"G-1: {said}\n"
    assert ayala("graduate", "edit", "G-1", "--given-name", "Oлег").err.splitlines()[-1] == f"G-1: {said}"
    assert ayala("graduate", "edit", "G-1", "--note", "x").err == "changed G-1\n"
    rows = [
        [name, "Ғани", f"2005-01-0{day}", "M"] for day in range(2, 8) for name in ("Aсан", "Асан", "Smith")
    ]
    (ayala.folder / "people.csv").write_bytes(sheet(("surname", "given_name", "birth_date", "sex"), rows))
    assert ayala("import", "people.csv").err.splitlines() == [
        f"people.csv:2: {said}",
        f"people.csv:5: {said}",
        f"people.csv:8: {said}",
        "people.csv:11: 3 more names from here to line 17 mix them too",
    ]


# --- errors -----------------------------------------------------------------------------------------

SPELT = [
    IIN, f"{IIN[:6]} {IIN[6:]}", f"{IIN[:6]}-{IIN[6:]}", f"{IIN[:3]} {IIN[3:6]} {IIN[6:9]} {IIN[9:]}",
    PHONE, "8 701 234 56 78", "8(701)234-56-78", "+7 (701) 234-56-78", "8-701-234-5678", "8.701.234.56.78",
    "7012345678",
]  # fmt: skip


@pytest.mark.parametrize("typed", SPELT)
def test_a_number_typed_in_the_wrong_place_is_not_repeated(ayala: Ayala, typed: str) -> None:
    ayala("init")
    digits = re.sub(r"\D", "", typed)
    for words in (
        ("graduate", "show", typed),
        ("graduate", "show", f"G-{typed}"),
        ("graduate", "show", f"Ахметова {typed}"),
        ("graduate", typed),
        (typed,),
        ("graduate", "list", f"--{typed}"),
        ("graduate", "list", "--born", typed),
        ("graduate", "list", "--region", typed),
        ("graduate", "list", "--limit", typed),
        ("graduate", "list", "--format", typed),
        ("graduate", "list", "--output", f"{typed}/x"),
        ("graduate", "list", "extra", typed),
        ("report", "appeals", "--by", typed),
        ("report", "appeals", "--compare", typed),
        ("report", "summary", typed),
        ("appeal", "show", typed),
        ("appeal", "add", "--caller", typed, "--topic", "housing"),
        ("dormitory", "show", typed),
        ("dormitory", "show", f"ZU-1 {typed}"),
        ("dormitory", "add", f"a/b/c/{typed}"),
        ("work", "partner", "show", typed),
        ("service", "session", "show", typed),
        ("housing", "queue", "show", typed),
        ("import", typed),
        ("import", "x.csv", "--as", typed),
        (*ADD, "--iin-file", typed),
        (*ADD, "--sex", typed),
        ("--lang", typed, "graduate", "list"),
        ("--database", f"{typed}://x", "graduate", "list"),
    ):
        # What finds nothing may be done (0) or refused; the number is never repeated.
        done = ayala(*words, ok=(0, 2, 3, 4, 5, 6, 7))
        told = re.sub(r"\D", "", done.err)
        assert typed not in done.out + done.err, words
        assert digits not in told, (words, done.err)


@pytest.mark.parametrize(
    ("table", "columns", "values"),
    [
        ("graduate", "iin", (IIN,)),
        ("partner", "name", ("Құпия серіктес",)),
        ("appeal", "number", ("Құпия-77",)),
        ("graduate", "code", ("G-1",)),
    ],
)
def test_what_the_database_refuses_is_told_without_its_values(
    ayala: Ayala, office_db: str, table: str, columns: str, values: tuple[str, ...]
) -> None:
    """A duplicate past every check, as two clerks at once might write it: by its constraint's name only."""
    from sqlalchemy import exc, text

    from ayala.storage.database import engine_for, explain
    from ayala.storage.opening import address

    ayala(*ADD, "--iin-file", "-", stdin=IIN)
    ayala("work", "partner", "add", "Құпия серіктес", "--kind", "employer")
    ayala("appeal", "add", "G-1", "--topic", "housing", "--number", "Құпия-77")
    where = address(office_db)
    engine = engine_for(where)
    with engine.connect() as connection:
        names = [
            row[0] for row in connection.execute(text(f"SELECT * FROM {table}")).cursor.description or ()
        ]
    kept = [name for name in names if name not in ("id", "code", "iin", "name", "number")]
    values_of = {name: f":{name}" for name in ("id", "code", "iin", "name", "number") if name in names}
    values_of |= {name: name for name in kept}
    new: dict[str, Any] = dict.fromkeys(values_of)
    new = {name: None for name in ("id", "code", "iin", "name", "number") if name in names}
    new |= {"id": "01920000-0000-7000-8000-000000000000"}
    if "code" in new:
        new["code"] = "X-99"
    if "name" in new:
        new["name"] = "x"
    new[columns] = values[0]
    statement = f"INSERT INTO {table} ({', '.join(values_of)}) SELECT {', '.join(values_of.values())} FROM {table} LIMIT 1"
    with pytest.raises(exc.IntegrityError) as refused, engine.begin() as connection:
        connection.execute(text(statement), new)
    engine.dispose()
    told = explain(refused.value, where)
    assert told.exit_code == 5
    assert values[0] not in f"{told} {told.hint}"
    assert (
        "parameters" not in str(refused.value) or values[0] not in str(refused.value).split("parameters")[1]
    )


# --- prompts and completion -------------------------------------------------------------------------


def test_a_prompt_refuses_and_asks_again(ayala: Ayala) -> None:
    ayala("init")
    given = ("--born", BORN, "--sex", "F", "--surname", "Ахметова")
    typed = f"{REFUSED['clipboard']}\n{REFUSED['right to left']}\nАйгүл\n"
    done = at_terminal(ayala)("graduate", "add", *given, stdin=typed)
    assert done.err.count("holds the invisible character") == 2
    assert acting(done.err) == set()
    assert ayala("graduate", "list", "--format", "json").json()[0]["given_name"] == "Айгүл"


def test_bytes_that_are_no_text_are_refused_on_standard_input(ayala: Ayala) -> None:
    ayala("init")
    for words in ((*ADD, "--iin-file", "-"), (*ADD, "--phone-file", "-")):
        for typed in (b"\xff\xfe0\x005", IIN.encode("utf-16"), b"\x80" * 12, b"\xff\n"):
            done = ayala(*words, stdin=typed, ok=2)
            assert acting(done.err) == set()
    assert "holds the invisible character" in at_terminal(ayala)(*ADD[:4], stdin=b"\xd0\n", ok=130).err
    assert "public key" in ayala("backup", "x", "--encrypt-to", "age1\udcff", ok=2).err


def completed(ayala: Ayala, shell: str, line: str) -> str:
    words = line.split(" ")
    env = {
        "_AYALA_COMPLETE": f"complete_{shell}",
        "_TYPER_COMPLETE_ARGS": line,
        "_TYPER_COMPLETE_FISH_ACTION": "get-args",
        "COMP_WORDS": line,
        "COMP_CWORD": str(len(words) - 1),
    }
    return ayala(env=env, ok=(0, 1)).out


EVIL = (
    "$(touch pwned)",
    "`touch pwned`",
    "\\$(touch pwned)",
    "\\`touch pwned\\`",
    '"; touch pwned; "',
    "[/red]",
)


def test_completion_hands_no_data_to_the_shell_that_it_would_run(ayala: Ayala) -> None:
    """Zsh evaluates what it is given twice, fish and bash split it: a name is no place for a command."""
    ayala("init")
    rows = [[f"{text} Ким", "Олег", BORN, "M"] for text in EVIL]
    (ayala.folder / "people.csv").write_bytes(sheet(("surname", "given_name", "birth_date", "sex"), rows))
    ayala("import", "people.csv")
    for text in EVIL:
        ayala("dormitory", "add", text.replace("/", "-"), "--name", text)
    ayala("dormitory", "add", "ZU-1", "--name", "x")
    for line, code in (("ayala graduate show ", "G-1"), ("ayala dormitory show ", "ZU-1")):
        for shell in ("bash", "zsh", "fish"):
            given = completed(ayala, shell, line)
            assert code in given
            assert not set(given) & set("$`\\[]{}<>&|!"), (shell, given)
        # What zsh does with the answer, in the words of bash.
        script = (
            '_arguments() { local a=${1#"*: :"}; a=${a#"(("}; a=${a%"))"}; eval "ws=( $a )"; }; eval "$1"'
        )
        given = completed(ayala, "zsh", line)
        subprocess.run(["bash", "-c", script, "bash", given], cwd=ayala.folder, check=True)
        assert not (ayala.folder / "pwned").exists()


# --- files ------------------------------------------------------------------------------------------


def test_everything_that_is_made_is_for_its_owner_only(ayala: Ayala, tmp_path: Path) -> None:
    before = set(tmp_path.rglob("*"))
    ayala("init")
    with closing(sqlite().connect(ayala.database)) as reader:
        reader.execute("SELECT count(*) FROM graduate").fetchone()
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM graduate").fetchone()
        ayala(*ADD)
        journals = [path for path in tmp_path.iterdir() if path.name.startswith("office.db-")]
        assert journals
        assert {stat.S_IMODE(path.stat().st_mode) for path in journals} == {0o600}
    (tmp_path / "bad.csv").write_text("surname,given_name,birth_date,sex\nКим,Олег,x,M\n", encoding="utf-8")
    ayala("import", "bad.csv", "--keep-good", "--rejects", "rejected.csv", "--output", "told.json", ok=4)
    ayala("export", "out/sheets")
    ayala("report", "summary", "2026", "--output", "briefing.md")
    made = set(tmp_path.rglob("*")) - before - {tmp_path / "bad.csv"}
    assert {"office.db", "rejected.csv", "told.json", "briefing.md", "graduates.csv"} <= {
        p.name for p in made
    }
    assert {path: oct(path.stat().st_mode & 0o077) for path in made if path.stat().st_mode & 0o077} == {}


@pytest.mark.parametrize("option", ["--output", "--rejects"])
def test_a_link_in_the_way_is_replaced_and_what_it_names_is_not_touched(ayala: Ayala, option: str) -> None:
    ayala("init")
    (ayala.folder / "precious").write_text("precious")
    (ayala.folder / "link.csv").symlink_to("precious")
    (ayala.folder / "bad.csv").write_text(
        "surname,given_name,birth_date,sex\nКим,Олег,x,M\n", encoding="utf-8"
    )
    ayala("import", "bad.csv", option, "link.csv", ok=4)
    assert (ayala.folder / "precious").read_text() == "precious"
    assert not (ayala.folder / "link.csv").is_symlink()


class Custody:
    """Files that look as if another user owned them."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.monkeypatch = monkeypatch

    def another_owns(self, path: Path) -> None:
        if os.geteuid() == 0:
            os.chown(path, 12345, 12345, follow_symlinks=False)
        else:  # whoever runs this cannot give files away, but can be somebody else
            self.monkeypatch.setattr(os, "geteuid", lambda: 12345)


@pytest.fixture
def custody(monkeypatch: pytest.MonkeyPatch) -> Custody:
    return Custody(monkeypatch)


def test_a_link_that_another_user_laid_is_not_followed(ayala: Ayala, custody: Custody) -> None:
    ayala("init")
    link = ayala.folder / "link.db"
    link.symlink_to(ayala.database)
    assert ayala("--database", link, "graduate", "list").err == ""
    custody.another_owns(link)
    done = ayala("--database", link, "graduate", "list", ok=6)
    assert done.err.splitlines() == [
        f"ayala: {link} is a link that another user made",
        f"try: --database {ayala.database}",
    ]
    assert ayala("--database", link, *ADD, ok=6).out == ""


def test_another_users_file_is_used_only_where_not_everybody_can_lay_it(
    ayala: Ayala, custody: Custody
) -> None:
    ayala("init")
    custody.another_owns(Path(ayala.database))
    assert ayala("graduate", "list").err == ""
    for mode in (0o777, 0o1777):
        ayala.folder.chmod(mode)
        assert "belongs to another user" in ayala("graduate", "list", ok=6).err
        assert "belongs to another user" in ayala(*ADD, ok=6).err
    ayala.folder.chmod(0o700)


def test_where_files_have_no_owner_nothing_is_said_of_one(
    ayala: Ayala, custody: Custody, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ayala.storage.custody import open_to_others, refuse_another_hand

    ayala("init")
    path = Path(ayala.database)
    path.chmod(0o666)
    custody.another_owns(path)
    ayala.folder.chmod(0o777)
    assert open_to_others(path)
    with monkeypatch.context() as elsewhere:
        elsewhere.setattr(os, "name", "nt")
        refuse_another_hand(path)
        assert open_to_others(path) is None
    ayala.folder.chmod(0o700)


def test_a_file_that_others_can_read_is_told_once_with_what_mends_it(ayala: Ayala) -> None:
    ayala("init")
    path = Path(ayala.database)
    assert ayala(*ADD).err == ""
    for mode in (0o644, 0o640, 0o604, 0o660):
        path.chmod(mode)
        told = f"note: others on this machine can read {path}; try: chmod go= {path}*\n"
        assert ayala("graduate", "list").err == told
        assert ayala("graduate", "show", "9", ok=3).err.count(told) == 1
        assert ayala("appeal", "start", "9", "--quiet", ok=3).err.count("note:") == 0
    # A folder that is made for sharing with a group: only others are told of.
    ayala.folder.chmod(0o2770)
    assert ayala("graduate", "list").err == ""
    path.chmod(0o664)
    assert f"chmod o= {path}*" in ayala("graduate", "list").err
    path.chmod(0o600)
    ayala.folder.chmod(0o777)
    assert "can replace" in ayala("graduate", "list").err
    ayala.folder.chmod(0o700)
    assert ayala("graduate", "list").err == ""


def test_who_works_here_and_what_a_file_is_called_are_text_too(ayala: Ayala, office_db: str) -> None:
    """What is kept with a change for ever passes the same gate."""
    assert ayala(*ADD, env={"AYALA_USER": "x\x1b[31m"}, ok=2).err.startswith("ayala: the user's name holds")
    odd = "a\x1b]0;x\x07\u202e.csv"
    (ayala.folder / odd).write_bytes(
        sheet(("surname", "given_name", "birth_date", "sex"), [["Ким", "О", BORN, "M"]])
    )
    done = ayala("import", odd)
    assert acting(done.out + done.err) == set()
    kept = [row["command"] for row in ayala("history", "list", "--format", "json").json()]
    assert acting("".join(kept)) == set(), kept
    assert any("\\u001b" in command for command in kept)
