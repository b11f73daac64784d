"""An office's own map: kept by name, shown, used, and refused where it says nothing."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from ayala.language.catalogue import heading
from ayala.sheets import maps
from tests.program import Ayala

SHEET = (
    "Воспитанник^Шифр семьи^День появления^Пол^Группа^Контакты\n"
    "Омаров Асет Қайрат ұлы^x^03/04/2001^м^1^8701 123 45 67\n"
)
SETTINGS = ("--set", "Воспитанник=ФИО", "--set", "День появления=birth_date", "--set", "Контакты = телефон")


@pytest.fixture
def office(ayala: Ayala) -> Ayala:
    ayala("init")
    (ayala.folder / "f.csv").write_text(SHEET, encoding="utf-8")
    return ayala


def folder(office: Ayala) -> Path:
    return Path(office.env["XDG_CONFIG_HOME"]) / "ayala" / "maps"


def test_a_map_is_saved_shown_listed_and_used(office: Ayala, office_db: str) -> None:
    done = office(
        "import",
        "map",
        "save",
        "zhezdy",
        "--from",
        "f.csv",
        *SETTINGS,
        "--set",
        "Группа=-",
        "--delimiter",
        "^",
    )
    path = folder(office) / "zhezdy.toml"
    assert done.err == f"saved: {path}\n"
    assert done.out == (
        "Map\n"
        "Map        zhezdy\n"
        "Kind       graduates\n"
        "Delimiter  ^\n"
        "\n"
        "Headings\n"
        "Heading         Meaning\n"
        "--------------  ----------\n"
        "Воспитанник     full_name\n"
        "День появления  birth_date\n"
        "Пол             sex\n"
        "Группа          -\n"
        "Контакты        phone\n"
    )
    assert office("import", "map", "show", "zhezdy").out == done.out
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    office("import", "map", "save", "zhezdy", "--dates", "dmy")
    assert office("import", "map", "list", "--format", "json").json() == [
        {
            "map": "zhezdy",
            "kind": "graduates",
            "dates": "dmy",
            "encoding": None,
            "delimiter": "^",
            "headings": 5,
        }
    ]
    done = office("import", "f.csv", "--map", "zhezdy", "--format", "json")
    assert done.err.splitlines() == [
        "f.csv:1: Воспитанник: column 1 is read as surname, given name, patronymic, in this order",
        "f.csv:1: Шифр семьи: column 2 is not known and is left out",
    ]
    assert [row["added"] for row in done.json()] == [1]
    (row,) = office("graduate", "list", "--format", "json").json()
    assert (row["surname"], row["birth_date"], row["sex"]) == ("Омаров", "2001-04-03", "M")


def test_what_is_typed_goes_before_the_map(office: Ayala) -> None:
    office("import", "map", "save", "m", "--from", "f.csv", *SETTINGS, "--delimiter", "^", "--dates", "dmy")
    office("import", "f.csv", "--map", "m", "--dates", "mdy", "--as", "graduates")
    (row,) = office("graduate", "list", "--format", "json").json()
    assert row["birth_date"] == "2001-03-04"


def test_a_map_grows_and_forgets_by_what_is_set(office: Ayala) -> None:
    save = ("import", "map", "save", "аяла-1")
    office(*save, "--as", "queue", "--set", "Кезегі=number", "--set", "Қай жерде=registrar")
    office(*save, "--set", "КЕЗЕГІ=", "--set", "Есебі=registered_on", "--delimiter", "tab", "--quiet")
    assert office("import", "map", "show", "аяла-1", "--format", "json").json() == {
        "map": [{"map": "аяла-1", "kind": "queue", "dates": None, "encoding": None, "delimiter": "tab"}],
        "headings": [
            {"heading": "Қай жерде", "known": "registrar"},
            {"heading": "Есебі", "known": "registered_on"},
        ],
    }
    assert (folder(office) / "аяла-1.toml").read_text(encoding="utf-8") == (
        'kind = "queue"\ndelimiter = "\\t"\n\n[headings]\n"Қай жерде" = "registrar"\n"Есебі" = "registered_on"\n'
    )


def test_a_map_names_the_encoding_of_an_offices_sheets(office: Ayala) -> None:
    """The same bytes are other letters in KZ-1048 and in PT154; what the map says goes before the evidence."""
    text = "Тегі;Аты;Туған күні;Жынысы\nӘбдіров;Ғани;15.03.1998;ер\n"
    (office.folder / "p.csv").write_bytes(text.encode("ptcp154"))
    office("import", "map", "save", "m", "--encoding", "pt154", "--from", "p.csv")
    done = office("import", "p.csv", "--map", "m", "--format", "json")
    assert [(row["added"], row["encoding"]) for row in done.json()] == [(1, "ptcp154")]
    assert [row["surname"] for row in office("graduate", "list", "--format", "json").json()] == ["Әбдіров"]


def test_headings_of_the_map_go_before_those_that_everybody_knows(office: Ayala) -> None:
    office("import", "map", "save", "m", "--set", "Телефон=note", "--set", "ИИН=-")
    head = "ИИН,Фамилия,Имя,Дата рождения,Пол,Телефон\n"
    done = office("import", "-", "--map", "m", stdin=head + "1,Ә,Ғ,1998-03-15,муж,кешке\n")
    assert done.err == ""
    office("export", "out", "--unmask", "--reason", "test")
    assert (office.folder / "out" / "graduates.csv").read_text(encoding="utf-8").endswith(",,кешке\n")


def test_a_file_called_map_is_still_a_file(office: Ayala) -> None:
    (office.folder / "map").write_text("Тегі,Аты,Туған күні,Жынысы\nӘ,Ғ,1998-03-15,ер\n", encoding="utf-8")
    (row,) = office("import", "./map", "--format", "json").json()
    assert row["added"] == 1
    assert office("import", "map", ok=2).err.startswith("Usage: ayala import map ")


def test_the_folder_of_maps_is_a_setting(office: Ayala, tmp_path: Path) -> None:
    env = {"AYALA_MAPS": str(tmp_path / "ours")}
    office("import", "map", "save", "m", "--as", "beds", env=env)
    assert (tmp_path / "ours" / "m.toml").read_text(encoding="utf-8") == 'kind = "beds"\n\n[headings]\n'
    assert office("import", "map", "list", "--format", "json").json() == []
    assert len(office("import", "map", "list", "--format", "json", env=env).json()) == 1
    (tmp_path / "in the way").write_text("", encoding="utf-8")
    done = office(
        "import", "map", "save", "m", "--as", "beds", env={"AYALA_MAPS": str(tmp_path / "in the way")}, ok=7
    )
    assert done.err.startswith(f"ayala: {tmp_path / 'in the way'} cannot be made: ")


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (("show", "none"), 3, "there is no map none"),
        (("show", "../x"), 2, "'../x' cannot be the name of a map"),
        (("save", "m"), 2, "nothing to keep"),
        (("save", "m", "--as", "people"), 2, "'people' is no kind of sheet"),
        (("save", "m", "--dates", "dm"), 2, "'dm' is no order of a day"),
        (("save", "m", "--delimiter", "colon"), 2, "'colon' cannot stand between cells"),
        (("save", "m", "--delimiter", "a"), 2, "'a' cannot stand between cells"),
        (("save", "m", "--encoding", "klingon"), 2, "'klingon' is no encoding that Ayala knows"),
        (("save", "m", "--set", "Пол"), 2, "'Пол' is not of the form HEADING=KNOWN"),
        (("save", "m", "--set", "=sex"), 2, "'=sex' is not of the form HEADING=KNOWN"),
        (("save", "m", "--set", "Пол=colour"), 2, "no kind of sheet has the heading 'colour'"),
        (("save", "m", "--as", "beds", "--set", "Пол=surname"), 2, "beds has no heading 'surname'"),
        (("save", "m", "--from", "f.csv", "--set", "Цвет=sex"), 2, "f.csv has no heading 'Цвет'"),
        (("save", "m", "--from", "none.csv"), 2, "there is no file none.csv"),
        (
            ("save", "m", "--from", "f.csv", "--delimiter", "^", *SETTINGS[:2]),
            4,
            "f.csv:1: the headings fit graduates best, but lack birth_date; "
            "column 3, День появления, is perhaps birth_date",
        ),
    ],
)
def test_what_a_map_cannot_say(office: Ayala, words: tuple[str, ...], code: int, sentence: str) -> None:
    done = office("import", "map", *words, ok=code)
    assert done.err.splitlines()[0] == f"ayala: {sentence}"
    assert maps.names(folder(office)) == []


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("kind = ", ""),
        ('colour = "red"\n', ": 'colour' is nothing that a map says"),
        ("kind = 7\n", ": 'kind' is nothing that a map says"),
        ('kind = "people"\n', ": 'people' is no kind of sheet"),
        ('[headings]\n"Пол" = "colour"\n', ": no kind of sheet has the heading 'colour'"),
        (b"\xff", " cannot be read: UnicodeDecodeError"),
    ],
)
def test_a_file_that_is_no_map_is_named(office: Ayala, content: str | bytes, sentence: str) -> None:
    path = folder(office) / "m.toml"
    path.parent.mkdir(parents=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    for words in (("import", "map", "list"), ("import", "f.csv", "--map", "m")):
        assert office(*words, ok=2).err.startswith(f"ayala: {path}{sentence}")


@pytest.mark.parametrize("theirs", ['a"b', "a\\b", "a\tb", "a\x7fb", "'", "#", "=", "Тегі\n2", "[x]"])
def test_any_heading_comes_back_from_the_file(tmp_path: Path, theirs: str) -> None:
    kept = maps.Map("m", headings={theirs: "surname"})
    maps.write(tmp_path, kept)
    assert maps.read(tmp_path, "m") == kept


@pytest.mark.parametrize("lang", ["kk", "ru", "en"])
def test_maps_are_shown_in_three_languages(office: Ayala, lang: str) -> None:
    office("import", "map", "save", "m", "--set", "Пол=sex")
    shown = office("--lang", lang, "import", "map", "show", "m").out
    for key in ("map", "headings", "heading", "known"):
        assert heading(key, lang) in shown
