"""The encoding of a sheet is told by its bytes, said, overridden, or refused; lost letters are never taken in."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest

from ayala.errors import SheetNotReadable, WrongUsage
from ayala.sheets import encodings, lost_letters
from tests.program import Ayala

ROOT = Path(__file__).resolve().parents[2]
HEAD = "surname,given_name,patronymic,birth_date,sex,institution\n"
KAZAKH = HEAD + (
    "Нұрланова,Ұлжан,Әлиқызы,2000-03-10,F,№1 балалар үйі\n"
    "Сағынтаев,Өркен,Болатұлы,1998-07-10,M,«Ұмай» отбасы үлгісіндегі балалар ауылы\n"
    "Сәрсенбаев,Ғани,,1990-06-17,M,\n"
)
RUSSIAN = HEAD + (
    "Ёлкина,Айнур,Кайраткызы,1993-09-19,F,Детский дом № 5 — «Жануя»\n"
    "Абдиров,Кайрат,Викторович,1998-05-03,M,Есік балалар уйи\n"
)
LATIN = HEAD + "Kim,Oleg,,1998-05-03,M,\n"
SINGLE_BYTE = ("cp1251", "kz1048", "ptcp154")
WIDE = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be")


def told(content: bytes, **said: str) -> str:
    return encodings.examined("f.csv", io.BytesIO(content), **said)


def refused(content: bytes) -> str:
    with pytest.raises(SheetNotReadable) as error:
        told(content)
    return str(error.value)


# --- the decider ----------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", [*WIDE, "kz1048", "ptcp154"])
def test_kazakh_text_in_every_encoding_that_has_its_letters(encoding: str) -> None:
    assert told(KAZAKH.encode(encoding)) == encoding


@pytest.mark.parametrize("text", [RUSSIAN, RUSSIAN.upper(), RUSSIAN.lower()])
@pytest.mark.parametrize("encoding", SINGLE_BYTE)
def test_russian_text_is_the_same_in_all_three_and_called_cp1251(text: str, encoding: str) -> None:
    content = text.encode(encoding)
    assert told(content) == "cp1251"
    assert content.decode("cp1251") == text


@pytest.mark.parametrize("encoding", [*WIDE])
def test_russian_and_latin_text(encoding: str) -> None:
    assert told(RUSSIAN.encode(encoding)) == encoding
    assert told(LATIN.encode(encoding)) == encoding


def test_utf_16_without_a_mark_and_with_hardly_a_nul() -> None:
    text = "Аты\nӘсел\nҒани\nҚайрат\nӨмір\n"
    assert told(text.encode("utf-16-le")) == "utf-16-le"
    assert told(text.encode("utf-16-be")) == "utf-16-be"


def kazakh_words() -> list[str]:
    sources = [
        ROOT / "ayala/language/locale/kk/LC_MESSAGES/ayala.po",
        ROOT / "ayala/language/regions.toml",
        ROOT / "benchmarks/people.py",
    ]
    text = " ".join(path.read_text(encoding="utf-8") for path in sources)
    return sorted(
        {word for word in re.findall(r"[^\W\d_]+", text) if set(word) & encodings.KAZAKH and len(word) > 2}
    )


@pytest.mark.parametrize("encoding", ["kz1048", "ptcp154"])
def test_one_kazakh_word_is_enough(encoding: str) -> None:
    """Every word of the catalogue, of the regions and of the benchmark's names, all by itself."""
    words = kazakh_words()
    assert len(words) > 300
    for word in words:
        content = f"Аты;{word};\n".encode(encoding)
        assert content.decode(told(content)) == f"Аты;{word};\n", word


@pytest.mark.parametrize("letter", sorted(encodings.KAZAKH))
@pytest.mark.parametrize("encoding", ["kz1048", "ptcp154"])
def test_every_kazakh_letter_by_itself_tells(letter: str, encoding: str) -> None:
    beside = "а" if letter in "Ғғ" else "д"
    word = letter + beside if letter.isupper() else beside + letter + beside
    if letter in "Әә":
        word = letter + "селя" if letter.isupper() else "м" + letter + "ди"
    content = f"{word}\n".encode(encoding)
    assert content.decode(told(content)) == f"{word}\n"


def test_the_letters_that_differ_are_those_of_the_standard() -> None:
    """Қ қ Һ һ stand at the same bytes in KZ-1048 and PT154; 0xBA is ғ in one and ә in the other."""
    assert len(encodings.DIFFERENT) == 40
    assert b"\xba".decode("kz1048") == "ғ"
    assert b"\xba".decode("ptcp154") == "ә"
    assert {c for c in encodings.KAZAKH if c.encode("kz1048") == c.encode("ptcp154")} == set("ҚқҺһ")
    for letter in encodings.SHARED:
        assert len({letter.encode(encoding) for encoding in SINGLE_BYTE}) == 1


@pytest.mark.parametrize(
    "word",
    ["Сәуле", "Дәурен", "Әуезов", "Дәулетова", "Ғумар", "Рауғаш", "жағдай", "Болғанбаев", "Мағжан", "Әйгерім",
     "Айғаным", "тағы", "АСҚАР", "ӘЛИЯ"],
)  # fmt: skip
def test_the_byte_that_is_two_letters_is_told_by_its_neighbours(word: str) -> None:
    for encoding in ("kz1048", "ptcp154"):
        content = word.encode(encoding)
        assert content.decode(told(content)) == word


def test_two_readings_that_fit_equally_well_are_a_question() -> None:
    content = "Аты\nӘу Ғу\n".encode("kz1048").replace("Ә".encode("kz1048"), b"\xaa")
    assert refused(content) == ("f.csv: the sheet fits KZ-1048 and PT154 equally well: Ғу or Әу")
    assert told(content, encoding="ptcp154") == "ptcp154"


@pytest.mark.parametrize("encoding", ["koi8-r", "cp866", "mac-cyrillic", "iso8859-5"])
def test_other_encodings_of_russian_are_no_letters_here(encoding: str) -> None:
    content = RUSSIAN.replace("—", "-").replace("«", '"').replace("»", '"').encode(encoding, "replace")
    assert refused(content) == "f.csv: the encoding of the sheet cannot be told"
    assert told(content, encoding=encoding) == encoding


def test_western_letters_are_not_read_as_russian_ones() -> None:
    content = "Аты\n".encode("cp1251") + "José\nZoë\nRenée\nFrançois".encode("cp1252")
    assert refused(content) == "f.csv: the encoding of the sheet cannot be told"


def test_damaged_utf_8_is_not_taken_for_another_encoding() -> None:
    whole = KAZAKH.encode()
    for content in (whole + b"\xd0", whole[:-3] + b"\xff" + whole[-3:], whole + b"\xc0\xc1\n"):
        assert told(content) == "utf-8"
    assert told(LATIN.encode() + b"\xc0") == "cp1251"


def test_a_byte_that_only_one_encoding_knows() -> None:
    assert told("ҳат\n".encode("ptcp154")) == "ptcp154"


def test_signs_beside_words_prove_nothing() -> None:
    for sign in "«»„“”–—…№™€§©":
        content = f"Детский дом {sign}Жануя{sign}\n".encode("cp1251")
        assert content.decode(told(content)) == content.decode("cp1251")
    assert encodings.weight("О’Нил") == 0
    assert encodings.weight("Нұрлан") == 1
    assert encodings.weight("нҰрлан") == encodings.weight("н±рлан") == encodings.weight("¤тегенов") == -2
    assert encodings.weight("Ә") == -2
    assert encodings.weight("у") == 0
    assert encodings.weight("ғу") == encodings.weight("әу") == 1


def test_evidence_is_found_wherever_it_stands() -> None:
    """One Kazakh name behind megabytes of Russian ones."""
    many = (RUSSIAN * 12_000).encode("kz1048")
    assert len(many) > 2 * encodings.CHUNK
    assert told(many + "Әсел\n".encode("kz1048") + many) == "kz1048"
    assert told(LATIN.encode() * 60_000 + "Ғани Сағынтаев".encode("ptcp154")) == "ptcp154"
    assert told(LATIN.encode() * 60_000 + "Ғани Сағынтаев".encode()) == "utf-8"


def test_a_very_long_word_is_no_evidence() -> None:
    assert told(b"\xc0" * 300_000 + b"\xba" * 200) == "cp1251"


def test_so_many_words_are_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encodings, "ENOUGH", 2)
    monkeypatch.setattr(encodings, "CHUNK", 100)
    assert told(KAZAKH.encode("ptcp154") * 3) == "ptcp154"


@pytest.mark.parametrize("name", ["utf-9", "", "base64", "idna", "unicode_escape", "hex", "utf-7", "\0"])
def test_what_is_no_encoding_is_wrong_usage(name: str) -> None:
    with pytest.raises(WrongUsage, match="is no encoding that Ayala knows"):
        encodings.named(name)


@pytest.mark.parametrize(
    ("typed", "python", "people"),
    [
        ("KZ-1048", "kz1048", "KZ-1048"),
        ("rk1048", "kz1048", "KZ-1048"),
        ("PT154", "ptcp154", "PT154"),
        ("windows-1251", "cp1251", "CP1251"),
        ("UTF8", "utf-8-sig", "UTF-8"),
        ("utf-16", "utf-16", "UTF-16"),
        ("koi8_r", "koi8-r", "KOI8-R"),
    ],
)
def test_names_of_encodings(typed: str, python: str, people: str) -> None:
    assert encodings.named(typed) == python
    assert encodings.shown(python) == people


# --- through the command --------------------------------------------------------------------------


@pytest.fixture
def office(ayala: Ayala) -> Ayala:
    ayala("init")
    return ayala


def names(office: Ayala) -> list[str]:
    return sorted(row["surname"] for row in office("graduate", "list", "--format", "json").json())


@pytest.mark.parametrize(
    ("encoding", "said"),
    [
        ("kz1048", "f.csv: read as KZ-1048\n"),
        ("ptcp154", "f.csv: read as PT154\n"),
        ("utf-16", "f.csv: read as UTF-16\n"),
        ("utf-8", ""),
        ("utf-8-sig", ""),
    ],
)
def test_the_encoding_is_said_where_it_is_not_utf_8(office: Ayala, encoding: str, said: str) -> None:
    (office.folder / "f.csv").write_bytes(KAZAKH.encode(encoding))
    done = office("import", "f.csv", "--format", "json")
    assert done.err == said
    assert [(row["added"], row["encoding"]) for row in done.json()] == [(3, encoding)]
    assert names(office) == ["Нұрланова", "Сағынтаев", "Сәрсенбаев"]


def test_people_see_no_column_for_it(office: Ayala) -> None:
    (office.folder / "f.csv").write_text(KAZAKH, encoding="utf-8")
    assert "ncoding" not in office("import", "f.csv").out
    assert office("import", "f.csv", "--format", "csv").out.splitlines()[0].endswith(",warned,encoding")


def test_stdin_in_any_encoding(office: Ayala) -> None:
    done = office("import", "-", "--format", "json", stdin=KAZAKH.encode("kz1048"))
    assert done.err == "-: read as KZ-1048\n"
    assert names(office) == ["Нұрланова", "Сағынтаев", "Сәрсенбаев"]


def test_a_person_has_the_last_word(office: Ayala) -> None:
    (office.folder / "f.csv").write_bytes((HEAD + "Ғу,Б,,2000-01-01,F,\n").encode("kz1048"))
    done = office("import", "f.csv", "--format", "json", ok=4)
    assert done.err.splitlines()[:2] == [
        "f.csv: the sheet fits KZ-1048 and PT154 equally well: Ғу or Әу",
        "try: --encoding kz1048 | ptcp154",
    ]
    assert [(row["read"], row["encoding"]) for row in done.json()] == [(0, "")]
    assert office("import", "f.csv", "--encoding", "PT154").err == "f.csv: read as PT154\n"
    assert names(office) == ["Әу"]
    assert "is no encoding" in office("import", "f.csv", "--encoding", "utf-9", ok=2).err


@pytest.mark.parametrize(
    ("content", "encoding", "said"),
    [
        (KAZAKH.encode("kz1048"), "utf-8", "f.csv:2: the sheet is not in UTF-8 (byte 0xF0)"),
        (KAZAKH.encode() + b"\xd0", None, "f.csv:5: the sheet is not in UTF-8 (byte 0xD0)"),
        (KAZAKH.encode("utf-16") + b"\x04", None, "f.csv:5: the sheet is not in UTF-16 (byte 0x04)"),
        (HEAD.encode() + b"\x98\n", "cp1251", "f.csv:2: the sheet is not in CP1251 (byte 0x98)"),
        (LATIN.encode() * 9000 + b"\x98\n", "cp1251", "f.csv:18001: the sheet is not in CP1251 (byte 0x98)"),
    ],
)
def test_bytes_that_are_not_of_the_encoding_are_named_with_their_line(
    office: Ayala, content: bytes, encoding: str | None, said: str
) -> None:
    (office.folder / "f.csv").write_bytes(content)
    asked = ["--encoding", encoding] if encoding else []
    assert said in office("import", "f.csv", *asked, ok=4).err.splitlines()
    assert names(office) == []


# --- lost letters ---------------------------------------------------------------------------------

LOST = KAZAKH.encode("cp1251", "replace").decode("cp1251")


@pytest.mark.parametrize("encoding", ["cp1251", "utf-8", "utf-8-sig", "utf-16"])
def test_a_sheet_whose_kazakh_letters_are_lost_is_refused_whole(office: Ayala, encoding: str) -> None:
    (office.folder / "f.csv").write_bytes(LOST.encode(encoding))
    done = office("import", "f.csv", "--keep-good", "--format", "json", ok=4)
    assert done.err.splitlines()[:2] == [
        "f.csv: the Kazakh letters of the sheet are lost: a ? stands in 11 words (Н?рланова, ?лжан, ?ли?ызы)",
        "try: ask the office to save it from its own program as 'CSV UTF-8' or XLSX; "
        "these letters cannot be restored",
    ]
    assert [row["read"] for row in done.json()] == [0]
    assert names(office) == []


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le"])
def test_what_another_program_could_not_read_is_lost_too(office: Ayala, encoding: str) -> None:
    (office.folder / "f.csv").write_bytes(KAZAKH.replace("Ғани", "\ufffdани").encode(encoding))
    done = office("import", "f.csv", ok=4)
    assert (
        "f.csv:4: letters of the sheet are lost: U+FFFD stands where some program could not read them"
        in done.err
    )
    assert names(office) == []


HONEST = [
    "Жақсы ма?", "?", "??", "???", "ма?,жоқ па?", "Бар ма?Жоқ", "кто?Он", "https://egov.kz/?id=а&q=б",
    "http://сайт.қаз/бет?жыл=2020", "2 ? 3", "№?", "а?1", "(?)", "қалай?деп", "Неизвестно ?", "? неизвестно",
    "не?", "что это? где? когда?", "F?", "?F", "К.?", "да?нет " * 9, "кто знает, что?то " + "слово " * 12,
]  # fmt: skip


@pytest.mark.parametrize("cell", HONEST)
def test_an_honest_question_mark_is_none(cell: str) -> None:
    assert lost_letters.lost_words(cell) == []
    lost_letters.check("f.csv", [f"{cell}\n"] * 50)


@pytest.mark.parametrize(
    "word",
    ["С?лейменов", "?йі", "?айрат?лы", "М?РАТ", "?АЙРАТ", "«?май»", "?ли", "Са?ынтаев", "С??л", "Н?р-С?лтан"],
)
def test_a_letter_was_there(word: str) -> None:
    assert lost_letters.lost_words(f'1;"{word}";x') != []


def test_a_slip_in_a_big_sheet_is_no_reason_to_refuse_it() -> None:
    slips = "С?лейменов;?айрат;М?рат\n"
    lost_letters.check("f.csv", [slips, "Иванов;Иван;Иванович\n" * 4000])
    lost_letters.check("f.csv", ["С?лейменов;?айрат;x\n"])
    lost_letters.check("f.csv", [slips, "Әбдіров;Ғани;Қайратұлы\n" * 40])
    with pytest.raises(SheetNotReadable, match=r"a \? stands in 3 words"):
        lost_letters.check("f.csv", [slips, "Иванов;Иван;Иванович\n" * 2000])
    with pytest.raises(SheetNotReadable, match=r"a \? stands in 3 words"):
        lost_letters.check("f.csv", [slips, "Әбдіров;Ғани;Қайратұлы\n" * 20])


@pytest.mark.parametrize("written", ["utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("note", ["Ә", "қай жақтан?"])
def test_utf_16_is_read_with_its_mark_and_without(office: Ayala, written: str, note: str) -> None:
    rows = "".join(f"Омаров{n},Асет{n},2001-02-03,M,{note}\n" for n in range(3000))
    text = f"surname,given_name,birth_date,sex,note\n{rows}"
    (office.folder / "f.csv").write_bytes(text.encode(written))
    done = office("import", "f.csv", "--encoding", "utf-16", "--dry-run", "--format", "json")
    assert done.json()[0]["added"] == 3000


def test_a_sheet_that_is_said_to_be_utf_16_and_is_not(office: Ayala) -> None:
    (office.folder / "f.csv").write_text(
        "surname,given_name,birth_date,sex\nА,Б?,2001-02-03,M\n", encoding="utf-8"
    )
    done = office("import", "f.csv", "--encoding", "utf-16", ok=4)
    assert "f.csv:1: the sheet is not in UTF-16 (byte 0x73)" in done.err
    done = office("import", "f.csv", "--encoding", "utf-32", ok=2)
    assert "'utf-32' is no encoding that Ayala knows" in done.err
