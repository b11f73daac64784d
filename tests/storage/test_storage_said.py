"""What is said about the database and its backups, whole, in Kazakh and in Russian."""

from __future__ import annotations

from pathlib import Path

import pytest

from ayala.language import catalogue
from ayala.storage import backup_commands, server_archive
from ayala.storage.refusals import REFUSALS, refusal
from tests.program import Ayala

# A command, its exit code, and what it says; {here} is the test's folder.
SAID: list[tuple[str, int, str, str]] = [
    (
        "--database none.db graduate list",
        6,
        "ayala: none.db — бұл жерде дерекқор жоқ\nкеңес: ayala init\n",
        "ayala: базы данных нет: none.db\nсовет: ayala init\n",
    ),
    (
        "--database mysql://h/office graduate list",
        2,
        "ayala: «mysql://» — Ayala мұндай дерекқорды білмейді\n"
        "кеңес: файл жолын немесе postgresql://… мекенжайын көрсетіңіз\n",
        "ayala: «mysql://» — такой базы данных Ayala не знает\n"
        "совет: укажите путь к файлу или postgresql://…\n",
    ),
    (
        "--database other.db graduate list",
        6,
        "ayala: other.db — дерекқор емес\n",
        "ayala: other.db — это не база данных\n",
    ),
    (
        "init",
        0,
        "{here}/office.db бұрыннан бар, өзгеріссіз қалды\n",
        "{here}/office.db: уже существует, оставлено без изменений\n",
    ),
    (
        "init --roles",
        2,
        "ayala: --roles тек PostgreSQL серверіне арналған; файлды қалтасына берілген рұқсаттар қорғайды\n",
        "ayala: --roles — только для сервера PostgreSQL; файл защищают права на его папку\n",
    ),
    (
        "upgrade",
        0,
        "{here}/office.db: жаңарту қажет емес\n",
        "{here}/office.db: обновление не требуется\n",
    ),
    (
        "backup office.db",
        2,
        "ayala: office.db — кеңсенің дерекқорының өзі\nкеңес: басқа файлды көрсетіңіз\n",
        "ayala: office.db — это сама база данных учреждения\nсовет: укажите другой файл\n",
    ),
    (
        "backup nowhere/b.db",
        7,
        "ayala: nowhere/b.db — жазу мүмкін емес: мұндай файл не қалта жоқ\n",
        "ayala: не удаётся записать nowhere/b.db: нет такого файла или папки\n",
    ),
    (
        "backup b.db --encrypt-to AGE-SECRET-KEY-1",
        2,
        "ayala: --encrypt-to мәні — құпия кілт\nкеңес: оның age1 деп басталатын ашық кілтін көрсетіңіз\n",
        "ayala: значение --encrypt-to — это секретный ключ\n"
        "совет: укажите его открытый ключ, который начинается с age1\n",
    ),
    (
        "restore none.db",
        2,
        "ayala: мұндай файл жоқ: none.db\n",
        "ayala: нет файла none.db\n",
    ),
    (
        "restore other.db",
        6,
        "ayala: other.db — Ayala сақтық көшірмесі емес\n",
        "ayala: other.db — не резервная копия Ayala\n",
    ),
    (
        "restore server.dump",
        6,
        "ayala: server.dump — сервердің (PostgreSQL) сақтық көшірмесі; --database файлды (SQLite) көрсетіп тұр\n"
        "кеңес: ayala --database postgresql://… restore …\n",
        "ayala: server.dump — резервная копия сервера (PostgreSQL), а --database указывает на файл (SQLite)\n"
        "совет: ayala --database postgresql://… restore …\n",
    ),
    (
        "restore twice.age --identity key.txt",
        6,
        "ayala: twice.age — Ayala сақтық көшірмесі емес\n",
        "ayala: twice.age — не резервная копия Ayala\n",
    ),
]


@pytest.fixture
def office(ayala: Ayala, tmp_path: Path) -> Ayala:
    """An office, and files that are no office and no backup."""
    import pyrage

    ayala("init")
    (tmp_path / "other.db").write_text("no database " * 100)
    (tmp_path / "server.dump").write_bytes(b"PGDMP" + bytes(100))
    for path in tmp_path.glob("*.d*"):
        path.chmod(0o600)
    key = pyrage.x25519.Identity.generate()
    (tmp_path / "key.txt").write_text(f"{key}\n")
    once = pyrage.encrypt(b"an office", [key.to_public()])
    (tmp_path / "twice.age").write_bytes(pyrage.encrypt(once, [key.to_public()]))
    return ayala


@pytest.mark.parametrize("lang", ["kk", "ru"])
@pytest.mark.parametrize("case", SAID, ids=lambda case: case[0])
def test_a_refusal_is_said_whole(
    office: Ayala, tmp_path: Path, case: tuple[str, int, str, str], lang: str
) -> None:
    words, code, *said = case
    done = office("--lang", lang, *words.split(), ok=code)
    assert done.err == said[lang == "ru"].replace("{here}", str(tmp_path))


BACKED_UP = {
    "kk": "0 жол, 12 байт, тарихтың басы: әлі жоқ\n"
    "алушы біреу ғана: оның кілті жоғалса, сақтық көшірме де жоғалады; екінші --encrypt-to екінші кілтті қосады\n",
    "ru": "0 строк, 12 байт, вершина истории: пока нет\n"
    "получатель один: если его ключ потеряется, пропадёт и копия; второй --encrypt-to добавит второй ключ\n",
}


@pytest.mark.parametrize("lang", ["kk", "ru"])
def test_what_a_backup_holds_is_counted_in_words(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, lang: str
) -> None:
    from ayala.storage.backup import Taken

    catalogue.choose(lang)
    backup_commands._tell(Taken(tmp_path / "b.db", rows=0, bytes=12, head=None, recipients=1))
    assert capsys.readouterr().err == BACKED_UP[lang]


@pytest.mark.parametrize(
    ("lang", "rows", "sizes"),
    [
        ("en", ["1 row", "2 rows", "5 rows", "21 rows"], ["1 byte", "2 bytes", "21 bytes", "1.5 MB"]),
        ("kk", ["1 жол", "2 жол", "5 жол", "21 жол"], ["1 байт", "2 байт", "21 байт", "1,5 МБ"]),
        ("ru", ["1 строка", "2 строки", "5 строк", "21 строка"], ["1 байт", "2 байта", "21 байт", "1,5 МБ"]),
    ],
)
def test_rows_and_bytes_take_the_form_of_their_number(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, lang: str, rows: list[str], sizes: list[str]
) -> None:
    from ayala.storage.backup import Taken

    catalogue.choose(lang)
    for number in (1, 2, 5, 21):
        backup_commands._tell(Taken(tmp_path / "b.db", rows=number, bytes=12, head="1:ab", recipients=2))
    said = [line.split(",")[0] for line in capsys.readouterr().err.splitlines()]
    assert said == rows
    assert [backup_commands._size(size) for size in (1, 2, 21, 1_500_000)] == sizes


@pytest.mark.parametrize("lang", ["kk", "ru"])
def test_going_back_is_asked_in_the_language(office: Ayala, lang: str) -> None:
    office("backup", "b.db")
    added = ("graduate", "add", "--surname", "Ә", "--born", "1998-03-15", "--sex", "M")
    office(*added, "--given-name", "Ғ")
    asked = office("--lang", lang, "restore", "b.db", ok=2).err
    assert (
        asked.endswith(
            " уақытындағы бір өзгеріс b.db көшірмесінде жоқ; онсыз жалғастыру керек пе?"
            " — жауап беретін ешкім жоқ\nкеңес: сол пәрменді --yes қосып қайталаңыз\n"
        )
        if lang == "kk"
        else asked.endswith(
            " нет в копии b.db; продолжить без него? — ответить некому\n"
            "совет: повторите ту же команду с --yes\n"
        )
    )
    office(*added, "--given-name", "Б")
    many = office("--lang", lang, "restore", "b.db", ok=2).err
    assert (" бастап жасалған 2 өзгеріс " if lang == "kk" else " сделано 2 изменения, которых ") in many
    done = office("--lang", lang, "restore", "b.db", "--yes").err.splitlines()
    assert done[0].startswith("қалпына келтірілді: " if lang == "kk" else "восстановлено: ")
    assert done[2].startswith(
        "бұрынғысы сақталған файл: " if lang == "kk" else "прежнее содержимое сохранено в файле "
    )


@pytest.mark.parametrize("lang", ["kk", "ru"])
def test_what_the_database_refuses_is_said_in_the_language(lang: str) -> None:
    english = {name: str(refusal(name)) for name in (*REFUSALS, "ck_new")}
    catalogue.choose(lang)
    said = {name: str(refusal(name)) for name in english}
    assert [name for name in said if said[name] == english[name]] == []
    assert said["uq_graduate_iin"] == (
        "мұндай ЖСН басқа түлекте бар" if lang == "kk" else "такой ИИН уже есть у другого выпускника"
    )
    assert said["ck_new"].endswith(": ck_new")


def test_a_missing_program_of_postgresql_is_named_with_its_version(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from ayala.errors import LibraryMissing

    monkeypatch.setenv("PATH", str(tmp_path))
    catalogue.choose("ru")
    for major, hint in (
        (None, "установите клиентские программы PostgreSQL и добавьте их в PATH"),
        (17, "установите клиентские программы PostgreSQL 17 и добавьте их в PATH"),
    ):
        with pytest.raises(LibraryMissing, match="не установлена программа pg_dump") as told:
            server_archive.program("pg_dump", major)
        assert told.value.hint == hint
