"""No personal number and no phone leaves the office unasked: not in answers, errors, files or logs.

Every command there is runs by its own example, in every format, and again with a number typed in the place of
each of its values. What may show numbers is named below, with the reason.
"""

from __future__ import annotations

import re
import shlex
import shutil
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from ayala import cli
from tests.figures import Figures, rounds
from tests.hostile.iins import an_iin
from tests.hostile.samples import sheet
from tests.program import Ayala, Result

LEAVES = [(path, command) for path, command in cli.walk() if not isinstance(command, cli.Noun)]
FORMATS = ("text", "markdown", "csv", "json")

# --- the people, their numbers ---------------------------------------------------------------------

BORN = date(2005, 2, 3)
IINS = [an_iin(BORN, 100 * n, "F") for n in range(1, 7)]
PHONES = [f"+7701{n}234{n}{n}{n}" for n in range(1, 7)]
MORE_PHONES = ["+77470001122", "+77775556677"]
CALLERS = ["+77081112233", "+77764445566"]
FRESH_IIN = an_iin(date(2006, 7, 8), 4321, "M")
"""A number that nobody has: typed where it does not belong."""
FRESH_PHONE = "8 705 987 65 43"

SECRETS = [*IINS, *PHONES, *MORE_PHONES, *CALLERS]


def leaks(text: str, secrets: Sequence[str] = SECRETS) -> list[str]:
    """The numbers that a text tells, however they are spelt there: digits with spaces, hyphens or brackets."""
    squeezed = re.sub(r"(?<=\d)[ ()\-\u00a0.]{1,3}(?=\d)", "", text)
    found = []
    for secret in secrets:
        digits = re.sub(r"\D", "", secret)
        told = digits[-10:] if len(digits) == 11 else digits
        if told in text or told in squeezed:
            found.append(secret)
    return found


def people() -> Iterator[list[object]]:
    for n, (iin, phone) in enumerate(zip(IINS, PHONES, strict=True)):
        code = ("G-1042", "G-7", "G-8", "G-9", "G-10", "G-11")[n]
        name = ("Ахметова", "Ахметова", "Ким", "Әбдіров", "Серік", "Нұр")[n]
        others = "; ".join(MORE_PHONES) if n == 0 else ""
        yield [
            code,
            iin,
            name,
            ("Айгүл", "Айгерім", "Олег", "Ғани", "Асан", "Дана")[n],
            BORN,
            "F",
            phone,
            others,
            "75",
        ]


SHEETS: dict[str, bytes] = {
    "graduates": sheet(
        ("code", "iin", "surname", "given_name", "birth_date", "sex", "phone", "other_phones", "region"),
        people(),
    ),
    "beds": sheet(
        ("building", "room", "bed", "building_name"),
        [(b, r, n, b) for b in ("ZU-1", "ZU-3") for r in (204, 301) for n in (1, 2, 3, 5)],
    ),
    "partners": sheet(("name", "kind", "contact"), [("Нан-Сауда", "employer", "кадр бөлімі")]),
    "workplaces": sheet(("partner", "title", "opened_on"), [("Нан-Сауда", "наубайшы", "2019-01-01")]),
    "appeals": sheet(
        ("code", "iin", "caller", "caller_phone", "category", "received_on", "town"),
        [
            ("A-2026-0311", "", "Айгүл", CALLERS[0], "housing", "2026-11-02", "Талғар"),
            ("A-2026-0312", "", "Марат", CALLERS[1], "legal", "2026-11-03", "Қаскелең"),
            ("A-2026-0298", IINS[0], "", "", "housing", "2026-11-01", ""),
        ],
    ),
    "sessions": sheet(
        ("code", "kind", "mode", "held_on", "title"), [("E-12", "legal", "seminar", "2026-11-20", "x")]
    ),
    "services": sheet(
        ("code", "iin", "kind", "mode", "planned_on"),
        [("S-88", IINS[0], "legal", "individual", "2026-11-20")],
    ),
    "attendance": sheet(("session", "iin"), [("E-12", IINS[1])]),
    "stays": sheet(
        ("iin", "building", "room", "bed", "from_date"),
        [(IINS[0], "ZU-1", 204, 3, "2026-09-01"), (IINS[1], "ZU-1", 204, 1, "2026-09-01")],
    ),
    "apartments": sheet(("iin", "granted_on", "region"), [(IINS[0], "2019-07-11", "75")]),
    "queue": sheet(
        ("code", "iin", "registrar", "registered_on", "number"),
        [("Q-7", IINS[0], "akimat", "2012-05-14", "607-C")],
    ),
    "placements": sheet(
        ("code", "iin", "partner", "title", "from_date"),
        [("P-5", IINS[0], "Нан-Сауда", "наубайшы", "2019-09-02")],
    ),
}


def fill(ayala: Ayala) -> None:
    """People with known numbers, and everything that the examples of the commands name."""
    for kind, content in SHEETS.items():
        (ayala.folder / f"{kind}.csv").write_bytes(content)
    done = [ayala("import", *(f"{kind}.csv" for kind in SHEETS))]
    aid = ("work", "aid", "add", "G-1042", "--kind", "money", "--amount", "60000")
    done += [ayala(*aid), ayala(*aid), ayala(*aid)]
    done += [ayala("dormitory", "companions", "G-1042", "--adults", "1", "--children", "1")]
    done += [ayala("graduate", "document", "G-1042", "--kind", "identity_card", "--number", "№ 17")]
    (ayala.folder / "list.txt").write_text("G-1042\nАхметова Айгүл\n", encoding="utf-8")
    assert not any(leaks(result.out + result.err) for result in done)


# --- the commands ----------------------------------------------------------------------------------

BY_PURPOSE = {
    ("graduate", "export-subject"): "the person's own copy of all that is held of her, which the law grants",
    ("demo",): "has an office of its own, with invented people",
    ("backup",): "a whole copy of the office; encrypted where it leaves the house",
    ("restore",): "puts such a copy back",
}
"""Commands that exist to hand the numbers over, and so are not looked at here."""

ECHOES = {
    ("work", "partner", "add"): "its answer is the name as it was stored",
    ("dormitory", "add"): "its answer is the place as it was stored",
    ("import",): "its answer names the files that it took in",
    ("export",): "its answer names the files that it wrote",
    ("init",): "names the database that was asked for",
}
"""Commands whose answer on stdout repeats what was typed, since that is what it is about."""


def example(command: Any) -> list[str]:
    """The words of a command's own example, as one command of the shell, with nothing unmasked."""
    line = re.search(r"^Example: ayala (.*)$", command.help, re.MULTILINE)
    assert line
    words = shlex.split(line[1].split(" | ")[0].split(" >> ")[0])
    if "--unmask" in words:
        words.remove("--unmask")
    return [{"H-512": "H-2"}.get(word, word) for word in words]


def with_value(command: Any, words: list[str], param: Any, value: str) -> list[str]:
    """The example with a value in the place of one of the command's arguments or options."""
    if param.param_type_name == "option":
        kept = list(words)
        for name in param.opts:
            if name in kept:
                at = kept.index(name)
                del kept[at : at + 2]
        return [*kept, f"{param.opts[0]}={value}" if param.opts[0].startswith("--") else value]
    places = [p for p in command.params if p.param_type_name == "argument"]
    rest = words[len(path_of(command, words)) :]
    given, at = [], 0
    for index, word in enumerate(rest):
        if word.startswith("-") and word != "-":
            break
        given.append(index)
    at = places.index(param)
    new = [value if index == at else word for index, word in enumerate(rest)]
    if at >= len(given):
        new = [*rest[: len(given)], value, *rest[len(given) :]]
    return [*path_of(command, words), *new]


def path_of(command: Any, words: list[str]) -> list[str]:
    return list(next(path for path, other in LEAVES if other is command))


DONE = (0, 1, 2, 3, 4, 5, 6)
"""Anything but a bug (7): what finds nothing, or may not be, is refused in a sentence."""


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a full office on SQLite, to be copied."""
    folder = tmp_path_factory.mktemp("model")
    ayala = Ayala(folder, str(folder / "office.db"), folder / "home")
    ayala("init")
    fill(ayala)
    return folder


@pytest.fixture
def office(model: Path, tmp_path: Path) -> Ayala:
    shutil.copytree(model, tmp_path, dirs_exist_ok=True)
    return Ayala(tmp_path, str(tmp_path / "office.db"), tmp_path / "home")


def anew(office: Ayala, model: Path) -> None:
    """The office as it was."""
    for suffix in ("-wal", "-shm"):
        Path(office.database + suffix).unlink(missing_ok=True)
    shutil.copyfile(model / "office.db", office.database)


def told(office: Ayala, result: Result) -> str:
    """Everything that a command said and wrote; databases and their keys are no answers."""
    written = []
    for path in office.folder.rglob("*"):
        known = path.suffix in (".db", ".key", ".age") or path.name.endswith(("-wal", "-shm"))
        if path.is_file() and not known and path.name not in {f"{kind}.csv" for kind in SHEETS}:
            written.append(path.read_text(encoding="utf-8", errors="replace"))
    written += [path.read_text(encoding="utf-8") for path in (office.folder / "sheets").glob("*.csv")]
    return "\n".join([result.out, result.err, *written])


LOOKED_AT = [(path, command) for path, command in LEAVES if path not in BY_PURPOSE]


def test_no_command_tells_a_number_in_any_format(office: Ayala, model: Path, figures: Figures) -> None:
    codes: Counter[int] = Counter()
    for _, command in LOOKED_AT:
        formatted = any("--format" in param.opts for param in command.params)
        output = any("--output" in param.opts for param in command.params)
        for format in FORMATS if formatted else ("",):
            anew(office, model)
            words = example(command)
            if format:
                words = [*words, "--format", format]
            if output and "--output" not in words and format in ("csv", "json"):
                words = [*words, "--output", f"answer.{format}"]
            done = office(*words, ok=DONE, stdin="")
            assert leaks(told(office, done)) == [], words
            codes[done.code] += 1
    # Otherwise only errors would have been looked at.
    assert codes[0] > 0.7 * codes.total()
    figures("personal numbers kept in", commands=len(LOOKED_AT), runs=codes.total(), leaks=0)


def test_both_engines_show_masked_numbers_only(ayala: Ayala, office_db: str) -> None:
    fill(ayala)
    for words in (
        ("graduate", "list"),
        ("graduate", "show", "G-1042"),
        ("graduate", "find", "Ахметова"),
        ("graduate", "find", "--phone", PHONES[0]),
        ("appeal", "show", "A-2026-0311"),
        ("appeal", "list", "--unidentified"),
        ("service", "session", "show", "E-12"),
        ("dormitory", "stays"),
        ("housing", "show", "G-1042"),
        ("history", "list"),
        ("history", "list", "G-1042"),
        ("history", "show", "H-1"),
    ):
        for format in FORMATS:
            done = ayala(*words, "--format", format)
            assert leaks(done.out + done.err) == [], words
    masked = ayala("graduate", "show", "G-1042", "--format", "json").json()["graduate"][0]
    assert masked["iin"] == "********" + IINS[0][-4:]
    assert masked["other_phones"] == " ".join("********" + phone[-4:] for phone in MORE_PHONES)
    assert ayala("appeal", "show", "A-2026-0311", "--format", "json").json()["appeal"][0]["caller_phone"] == (
        "********" + CALLERS[0][-4:]
    )


def test_asked_for_with_a_reason_the_numbers_are_shown_and_that_is_recorded(office: Ayala) -> None:
    reason = ("--unmask", "--reason", "exchange")
    assert set(leaks(office("graduate", "show", "G-1042", *reason).out)) == {IINS[0], PHONES[0], *MORE_PHONES}
    assert leaks(office("appeal", "show", "A-2026-0311", *reason).out) == [CALLERS[0]]
    office("export", "sheets", *reason)
    assert set(leaks((office.folder / "sheets/graduates.csv").read_text())) == {*IINS, *PHONES, *MORE_PHONES}
    assert "graduate show G-1042 --unmask" in office("history", "list").out


# --- errors ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", [FRESH_IIN, FRESH_PHONE], ids=["IIN", "phone"])
def test_a_number_typed_in_the_place_of_any_value_is_not_told_back(
    number: str, office: Ayala, model: Path, figures: Figures
) -> None:
    ran = 0
    for path, command in LOOKED_AT:
        anew(office, model)
        for place, param in enumerate(command.params):
            if place % 2 == rounds((number == FRESH_IIN), 2):
                continue  # every second value; the other ones with the other number
            if getattr(param, "is_flag", False) or "--help" in param.opts:
                continue
            words = with_value(command, example(command), param, number)
            done = office(*words, ok=(*DONE, 7), stdin="")
            assert "this is a bug" not in done.err
            ran += 1
            assert leaks(done.err, [number]) == [], words
            if path not in ECHOES:
                assert leaks(done.out, [number]) == [], words
    what = "an IIN" if number == FRESH_IIN else "a phone"
    figures(f"{what} typed in the wrong place", values=ran, told_back=0)


def test_duplicates_and_wrong_rows_are_told_without_numbers(ayala: Ayala, office_db: str) -> None:
    """At the desk and in sheets, on both engines: what is wrong, never whose number it is."""
    fill(ayala)
    add = (
        "graduate",
        "add",
        "--surname",
        "Ким",
        "--given-name",
        "Олег",
        "--born",
        "2000-01-01",
        "--sex",
        "M",
    )
    wrong = IINS[0][:-1] + str((int(IINS[0][-1]) + 1) % 10)
    for words, typed in (
        ((*add, "--iin-file", "-"), IINS[0]),
        ((*add, "--iin-file", "-"), wrong),
        ((*add, "--iin-file", "-"), wrong[:-1]),
        ((*add, "--phone-file", "-"), PHONES[0] + "99999999"),
        (("graduate", "edit", "G-7", "--iin-file", "-"), IINS[0]),
        (("service", "session", "attend", "E-12", "-"), f"{FRESH_IIN}\n{PHONES[0]}\nG-99999\n"),
        (("graduate", "show", FRESH_IIN), ""),
        (("graduate", "show", f"{FRESH_IIN[:6]} {FRESH_IIN[6:]}"), ""),
        (("dormitory", "place", IINS[0], "ZU-1/204/1"), ""),
        (("dormitory", "place", IINS[0], "ZU-3/204/1"), ""),
        (("appeal", "add", IINS[0]), ""),
    ):
        done = ayala(*words, stdin=typed, ok=(2, 3, 4, 5))
        assert leaks(done.out + done.err, [*SECRETS, wrong, FRESH_IIN]) == [], words
    rows = [
        [IINS[0], "Басқа", "Біреу", "1999-09-09", "M", PHONES[1], "G-7", ""],
        [wrong, IINS[1], PHONES[2], IINS[2], IINS[3], IINS[4], IINS[5], IINS[0]],
        ["12345", "Ким", "О", PHONES[0], PHONES[1], "7", PHONES[2], ""],
        [IINS[0], "Ахметова", "Айгүл", BORN, "M", "8 701", "G-1042", "x"],
    ]
    headings = ("iin", "surname", "given_name", "birth_date", "sex", "phone", "code", "conscript_months")
    (ayala.folder / "wrong.csv").write_bytes(sheet(headings, rows))
    (ayala.folder / "no-headings.csv").write_bytes(SHEETS["graduates"].split(b"\n", 1)[1])
    (ayala.folder / "stays-wrong.csv").write_bytes(
        sheet(("iin", "building", "room", "bed", "from_date"), [(FRESH_IIN, IINS[0], PHONES[0], 1, IINS[1])])
    )
    (ayala.folder / "appeals-wrong.csv").write_bytes(
        sheet(
            ("caller", "category", "received_on"),
            [(CALLERS[0], "housing", "2026-01-01"), ("Ә", IINS[0], IINS[1])],
        )
    )
    for name in ("wrong.csv", "no-headings.csv", "stays-wrong.csv", "appeals-wrong.csv"):
        done = ayala("import", name, "--keep-good", "--rejects", "bad.csv", ok=4)
        assert leaks(done.out + done.err, [*SECRETS, wrong, FRESH_IIN]) == [], name
    assert leaks(ayala("appeal", "list", "--format", "csv").out) == [], "a caller's phone for a name"
    # The rejected rows themselves are not looked at: they are the clerk's own, given back to be mended.
    # What Ayala adds to them is: the column with the problem.
    problems = [line.rpartition(",")[2] for line in (ayala.folder / "bad.csv").read_text().splitlines()]
    assert problems
    assert leaks("\n".join(problems)) == []


def test_a_number_in_a_text_is_hidden_where_nobody_looks(ayala: Ayala, office_db: str) -> None:
    """Clerks write phones into notes; whole they are shown on one page at a terminal, and for --unmask."""
    written = "call 8 701 555 44 33, iin 980315300005, on 2026-11-20"
    hides = "call * *** *** 44 33, iin ********0005, on 2026-11-20"
    ayala("graduate", "add", "--surname", "Ә", "--given-name", "Ә", "--born", "2001-05-06", "--sex", "F")
    ayala("graduate", "edit", "G-1", "--note", written, "--reason", written)
    entry = ("history", "show", "H-2")
    for words in (("graduate", "show", "G-1"), ("history", "list"), entry):
        for format in ("text", "csv", "json", "markdown"):
            shown = ayala(*words, "--format", format).out
            assert "980315300005" not in shown, words
            assert "555" not in shown, words
    assert hides in ayala("graduate", "show", "G-1", "--format", "csv").out
    assert written in ayala(*entry, "--unmask", "--reason", "x", "--format", "csv").out
    assert written in ayala("graduate", "show", "G-1", "--unmask", "--reason", "x", "--format", "json").out
    ayala("export", "out")
    sheet = ayala.folder / "out" / "graduates.csv"
    assert hides in sheet.read_text(encoding="utf-8")
    refused = ayala("import", str(sheet), ok=4)
    assert "note: the personal values of this sheet are masked" in refused.err


def test_a_bug_tells_no_number(office: Ayala, monkeypatch: pytest.MonkeyPatch) -> None:
    """An error that nobody foresaw, with a person's number in its text, its cause and its variables."""
    from ayala.graduate import reading

    def broken(*_: object, **__: object) -> None:
        iin = IINS[0]
        try:
            raise ValueError(iin)
        except ValueError as error:
            raise KeyError(f"{iin} {PHONES[0]}") from error

    monkeypatch.setattr(reading, "page", broken)
    done = office("graduate", "show", "G-1042", ok=7, env={"AYALA_DEBUG": None})
    log = office.folder / "home/.local/share/ayala/bugs.log"
    assert "reading" in log.read_text() or "commands" in log.read_text()
    assert leaks(done.out + done.err + log.read_text()) == []


def test_completion_tells_codes_and_names_only(office: Ayala) -> None:
    for typed in (
        "ayala graduate show ",
        "ayala appeal show ",
        "ayala dormitory place ",
        f"ayala graduate show {IINS[0][:6]}",
    ):
        for shell in ("bash", "zsh", "fish"):
            env = {
                "_AYALA_COMPLETE": f"complete_{shell}",
                "_TYPER_COMPLETE_ARGS": typed,
                "_TYPER_COMPLETE_FISH_ACTION": "get-args",
                "COMP_WORDS": typed,
                "COMP_CWORD": str(typed.count(" ")),
            }
            done = office(env=env, ok=(0, 1))
            assert done.out.strip() or IINS[0][:6] in typed, "nothing was offered"
            assert leaks(done.out + done.err) == []


def test_the_lists_above_are_of_commands_that_there_are() -> None:
    paths = {path for path, _ in LEAVES}
    assert {*BY_PURPOSE, *ECHOES} <= paths
