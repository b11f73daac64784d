"""An archive of sheets: each is a file of its own, and no archive writes where it likes or fills the disk."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from ayala.sheets import archives, spool
from tests.program import Ayala

HEAD = "surname,given_name,birth_date,sex\n"
ONE = HEAD + "Әбдіров,Ғани,1998-03-15,M\n"
TWO = HEAD + "Өтеген,Ұлжан,2000-02-29,F\n"


@pytest.fixture
def office(ayala: Ayala) -> Ayala:
    ayala("init")
    return ayala


def packed(members: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return stream.getvalue()


def people(office: Ayala) -> list[str]:
    return sorted(row["surname"] for row in office("graduate", "list", "--format", "json").json())


def test_each_sheet_of_an_archive_is_a_file_of_its_own(office: Ayala) -> None:
    members = {
        "2026/": b"",
        "2026/бір.csv": ONE.encode("kz1048"),
        "2026/екі.csv": TWO.encode(),
        "2026/appeals.csv": b"iin,caller,received_on,category\n,x,2026-01-01,housing\n",
        "readme.pdf": b"%PDF",
        "__MACOSX/2026/._бір.csv": b"\0",
        "2026/~$x.xlsx": b"\0",
        ".DS_Store": b"\0",
    }
    (office.folder / "a.zip").write_bytes(packed(members))
    done = office("import", "a.zip", "--format", "json")
    assert done.err == "a.zip: no sheets, and left out: readme.pdf\na.zip/2026/бір.csv: read as KZ-1048\n"
    assert [(row["file"], row["kind"], row["added"]) for row in done.json()] == [
        ("a.zip/2026/бір.csv", "graduates", 1),
        ("a.zip/2026/екі.csv", "graduates", 1),
        ("a.zip/2026/appeals.csv", "appeals", 1),
    ]
    assert people(office) == ["Әбдіров", "Өтеген"]


def test_an_archive_on_stdin_beside_other_files(office: Ayala) -> None:
    (office.folder / "two.csv").write_text(TWO, encoding="utf-8")
    done = office("import", "-", "two.csv", "--format", "json", stdin=packed({"one.csv": ONE.encode()}))
    assert [(row["file"], row["added"]) for row in done.json()] == [("-/one.csv", 1), ("two.csv", 1)]


def test_a_problem_in_an_archive_is_named_with_its_place(office: Ayala) -> None:
    (office.folder / "a.zip").write_bytes(packed({"one.csv": (ONE + "x,y,no,M\n").encode()}))
    done = office("import", "a.zip", "--keep-good", "--rejects", "bad.csv", ok=4)
    assert done.err.startswith("a.zip/one.csv:3: birth_date: ")
    assert "x,y,no,M" in (office.folder / "bad.csv").read_text(encoding="utf-8-sig")


@pytest.mark.parametrize(
    ("name", "called"),
    [
        ("../../../etc/one.csv", "etc/one.csv"),
        ("/etc/one.csv", "etc/one.csv"),
        ("..\\..\\one.csv", "one.csv"),
        ("C:\\one.csv", "C_/one.csv"),
        ("a\x1b[2J.csv", "a [2J.csv"),
        ("./././one.csv", "one.csv"),
    ],
)
def test_names_that_would_lead_elsewhere_are_harmless(office: Ayala, name: str, called: str) -> None:
    (office.folder / "a.zip").write_bytes(packed({name: ONE.encode()}))
    before = sorted(office.folder.rglob("*"))
    (row,) = office("import", "a.zip", "--format", "json").json()
    assert (row["file"], row["added"]) == (f"a.zip/{called}", 1)
    assert [
        path for path in sorted(office.folder.rglob("*")) if path not in before and path.suffix == ".csv"
    ] == []


def test_cyrillic_names_of_windows(office: Ayala) -> None:
    content = packed({"xxxxxx.csv": ONE.encode()}).replace(b"xxxxxx", "список".encode("cp866"))
    (office.folder / "a.zip").write_bytes(content)
    assert [row["file"] for row in office("import", "a.zip", "--format", "json").json()] == [
        "a.zip/список.csv"
    ]


def test_a_name_of_nothing() -> None:
    info = zipfile.ZipInfo("..")
    assert archives._name(info) == "'..'"


def encrypted(content: bytes) -> bytes:
    changed = bytearray(content)
    changed[content.index(b"PK\x01\x02") + 8] |= 1
    return bytes(changed)


MANY = {f"{n}.csv": ONE.encode() for n in range(4)}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (encrypted(packed({"one.csv": ONE.encode()})), "a.zip: the file is protected by a password"),
        (packed({"x.zip": packed({"one.csv": b""})}), "a.zip: the archive holds no sheet"),
        (packed({"one.csv": packed({"one.csv": b""})}), "a.zip/one.csv: an archive inside an archive is not opened"),
        (packed({"a.pdf": b"x"}), "a.zip: the archive holds no sheet"),
        (packed({"a/x.csv": b"x", "a\\x.csv": b"y"}), "a.zip: the archive holds two files of the name a/x.csv"),
        (packed(MANY), "a.zip: the archive holds more than 3 sheets"),
        (packed({"one.csv": ONE.encode()})[:90], "a.zip: the file is damaged or cut off"),
        (packed({"one.csv": b" " * (3 << 20)}),
         "a.zip: a part of the file unpacks to more than 100 times its size: no sheet does"),
    ],
)  # fmt: skip
def test_an_archive_that_is_refused(
    office: Ayala, monkeypatch: pytest.MonkeyPatch, content: bytes, said: str
) -> None:
    monkeypatch.setattr(spool, "MOST_SHEETS", 3)
    (office.folder / "a.zip").write_bytes(content)
    (office.folder / "one.csv").write_text(ONE, encoding="utf-8")
    done = office("import", "a.zip", "one.csv", "--keep-good", "--format", "json", ok=4)
    assert done.err.splitlines()[0] == said
    assert [(row["read"], row["added"]) for row in done.json()] == [(0, 0), (1, 1)]
    assert people(office) == ["Әбдіров"]


def test_what_is_left_out_is_not_listed_without_end(office: Ayala) -> None:
    members = {"one.csv": ONE.encode(), **{f"{n}.pdf": b"x" for n in range(7)}}
    (office.folder / "a.zip").write_bytes(packed(members))
    said = office("import", "a.zip").err
    assert said == "a.zip: no sheets, and left out: 0.pdf, 1.pdf, 2.pdf, 3.pdf, 4.pdf and 2 more\n"


def test_the_copies_are_private_and_gone_afterwards(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(packed({"one.csv": ONE.encode()}))
    with spool.spooled([str(path), str(tmp_path / "none\0")]) as paths:
        copy = Path(paths[f"{path}/one.csv"])
        assert copy.read_text(encoding="utf-8") == ONE
        assert copy.parent.stat().st_mode & 0o077 == 0
        assert paths[str(tmp_path / "none\0")] == str(tmp_path / "none\0")
    assert not copy.exists()
