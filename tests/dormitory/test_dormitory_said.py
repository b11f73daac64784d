"""What is said about beds, whole, in Kazakh and in Russian."""

from __future__ import annotations

import pytest

from tests.dormitory.conftest import sheet
from tests.program import Ayala

# A command that changes nothing, its exit code, and what it says.
SAID: list[tuple[str, int, str, str]] = [
    (
        "place G-2 ZU-1/101/1",
        5,
        "ZU-1/101/1 төсек-орны бос емес: G-1, 2026-01-05 күнінен бастап",
        "койко-место ZU-1/101/1 занято: G-1 с 2026-01-05",
    ),
    (
        "place G-1 ZU-1/101/2",
        5,
        "G-1: ZU-1/101/1 төсек-орны 2026-01-05 күнінен бастап берілген",
        "G-1: уже есть койко-место ZU-1/101/1 с 2026-01-05",
    ),
    (
        "place G-7 ZU-1/101/2",
        5,
        "G-7, ZU-1/101/2: 2026-11-23 күні 30 жаста; ZU-1 ғимаратында 23 жасқа толғанға дейін ғана тұруға болады; "
        "2026-11-23 күні 30 жаста; ZU-1 ғимараты үшін шекті жас – 29; "
        "ZU-1/101 бөлмесіне қабылданатындар: тек әйелдер; адамның жынысы – ер",
        "G-7, ZU-1/101/2: возраст на 2026-11-23 – 30; в здании ZU-1 можно жить только до достижения возраста 23; "
        "возраст на 2026-11-23 – 30; предельный возраст для здания ZU-1 – 29; "
        "в комнату ZU-1/101 принимают: только женщины; пол человека – мужской",
    ),
    (
        "place G-2 ZU-1/101/9",
        3,
        "ZU-1/101/9 деген төсек-орын жоқ",
        "койко-места ZU-1/101/9 нет",
    ),
    (
        "place G-2 ZU-1/101",
        2,
        "«ZU-1/101» – төсек-орын (ZU-1/204/3) емес",
        "«ZU-1/101» – не койко-место (ZU-1/204/3)",
    ),
    ("free --building ZU-1/101", 2, "«ZU-1/101» – ғимарат (ZU-1) емес", "«ZU-1/101» – не здание (ZU-1)"),
    (
        "list ZU-1/101/1",
        2,
        "«ZU-1/101/1» – ғимарат (ZU-1) та, бөлме (ZU-1/204) де емес",
        "«ZU-1/101/1» – не здание (ZU-1) и не комната (ZU-1/204)",
    ),
    ("show ZU-1/999", 3, "ZU-1/999 деген бөлме жоқ", "комнаты ZU-1/999 нет"),
    (
        "add ZU-2 --floor 2 --beds 3",
        2,
        "--floor, --beds: ғимаратта мұндай мәлімет болмайды",
        "--floor, --beds: у здания таких сведений нет",
    ),
    (
        "edit ZU-1 --min-age 30",
        2,
        "ZU-1: жастар бір-біріне қайшы: ең төменгісі – 30, ең жоғарысы – 23, шектісі – 29",
        "ZU-1: возрасты противоречат друг другу: минимальный – 30, максимальный – 23, предельный – 29",
    ),
    (
        "close ZU-1/101 --from 2026-12-01 --reason x",
        5,
        "ZU-1/101: бұл күндері мұнда адам тұрады: G-1, ZU-1/101/1, 2026-01-05 күнінен бастап",
        "ZU-1/101: в эти дни здесь живут: G-1, ZU-1/101/1 с 2026-01-05",
    ),
    (
        "leave G-2 --to rented --why work",
        5,
        "G-2: төсек-орны жоқ",
        "G-2: койко-места нет",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("column", "lang"), [(2, "kk"), (3, "ru")])
def test_refusals_are_said_in_the_language(house: Ayala, column: int, lang: str) -> None:
    house("dormitory", "place", "G-1", "ZU-1/101/1", "--on", "2026-01-05")
    for case in SAID:
        refused = house("dormitory", *case[0].split(), ok=case[1], env={"AYALA_LANG": lang})
        assert refused.err.splitlines()[0] == f"ayala: {case[column]}"


def test_what_leaving_says(house: Ayala) -> None:
    house("dormitory", "place", "G-1", "ZU-1/101/1", "--on", "2026-01-05")
    leave = ("dormitory", "leave", "G-1", "--to", "unknown", "--why", "work", "--dry-run")
    assert house(*leave, env={"AYALA_LANG": "kk"}).err == (
        "G-1 босатқан төсек-орын 2026-11-23 күнінен бастап бос\n"
        "G-1 қайда кететіні белгісіз: ayala watch мына күндері хабарласуды еске салады: "
        "2026-11-30, 2026-12-23, 2027-02-21\n"
        "сынақ іске қосу: ештеңе өзгертілген жоқ\n"
    )
    assert house(*leave, env={"AYALA_LANG": "ru"}).err == (
        "койко-место, которое занимает G-1, свободно с 2026-11-23\n"
        "неизвестно, куда выбывает G-1: ayala watch напомнит связаться в эти дни: "
        "2026-11-30, 2026-12-23, 2027-02-21\n"
        "пробный запуск: ничего не изменено\n"
    )


@pytest.mark.parametrize(
    ("options", "kk", "ru", "en"),
    [
        (("--adults", 1), "ересектер – 1", "взрослые – 1", "adults 1"),
        (("--children", 2), "балалар – 2", "дети – 2", "children 2"),
        (
            ("--adults", 1, "--children", 2),
            "ересектер – 1, балалар – 2",
            "взрослые – 1, дети – 2",
            "adults 1, children 2",
        ),
    ],
)
def test_who_lives_with_a_resident(
    house: Ayala, options: tuple[object, ...], kk: str, ru: str, en: str
) -> None:
    house("dormitory", "place", "G-1", "ZU-1/202/1", "--on", "2026-01-05")
    said = {
        lang: house(
            "dormitory", "companions", "G-1", *options, "--on", "2026-02-01", env={"AYALA_LANG": lang}
        ).err
        for lang in ("kk", "ru", "en")
    }
    assert said == {
        "kk": f"G-1: 2026-02-01 күнінен бастап бірге тұратындар: {kk}\n",
        "ru": f"G-1: с 2026-02-01 вместе проживают: {ru}\n",
        "en": f"with G-1 from 2026-02-01: {en}\n",
    }


@pytest.mark.parametrize(
    ("beds", "kk", "ru"),
    [
        (1, "{} төсек-орны", "койко-место {} не используется"),
        (2, "2 төсек-орын ({})", "2 койко-места ({}) не используются"),
        (5, "5 төсек-орын ({})", "5 койко-мест ({}) не используются"),
        (21, "21 төсек-орын ({})", "21 койко-место ({}) не используется"),
    ],
)
def test_closed_beds_are_counted_by_the_language(house: Ayala, beds: int, kk: str, ru: str) -> None:
    house("dormitory", "add", "ZU-1/301", "--beds", beds)
    places = ", ".join(f"ZU-1/301/{number}" for number in range(1, beds + 1))
    close = ("dormitory", "close", "ZU-1/301", "--from", "2026-12-01", "--reason", "ремонт", "--dry-run")
    said = {
        (lang, more): house(*close, *more, env={"AYALA_LANG": lang}).err.splitlines()[0]
        for lang in ("kk", "ru")
        for more in ((), ("--until", "2026-12-15"))
    }
    assert said == {
        ("kk", ()): f"{kk.format(places)} 2026-12-01 күнінен бастап пайдаланылмайды",
        ("kk", ("--until", "2026-12-15")): f"{kk.format(places)} 2026-12-01 күнінен 2026-12-15 күніне дейін "
        "пайдаланылмайды",
        ("ru", ()): f"{ru.format(places)} с 2026-12-01",
        ("ru", ("--until", "2026-12-15")): f"{ru.format(places)} с 2026-12-01 до 2026-12-15",
    }


STAYS = """\
graduate,building,room,bed,from_date,until
G-2,ZU-1,101,1,2026-05-01,
G-3,ZU-1,201,1,2026-11-02,
G-3,ZU-1,102,1,2026-11-10,
G-4,ZU-1,101,9,2026-11-02,
G-4,ZU-1,102,1,2026-11-02,2026-11-01
"""


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        (
            "kk",
            [
                "2: bed: осы күндердің кейбірінде төсек-орын бос емес: G-1, ZU-1/101/1, 2026-01-05 күнінен "
                "2026-11-01 күніне дейін",
                "4: from_date: осы күндердің кейбірінде адамның басқа төсек-орны бар: G-3, ZU-1/201/1, 2026-11-02 "
                "күнінен бастап (3-жол)",
                "5: bed: есепте ZU-1/101/9 деген төсек-орын жоқ",
                "6: until: 2026-11-01 бірінші күннен (2026-11-02) кейін емес",
            ],
        ),
        (
            "ru",
            [
                "2: bed: в некоторые из этих дней койко-место занято: G-1, ZU-1/101/1 с 2026-01-05 до 2026-11-01",
                "4: from_date: в некоторые из этих дней у человека другое койко-место: G-3, ZU-1/201/1 с "
                "2026-11-02 (строка 3)",
                "5: bed: койко-места ZU-1/101/9 нет в учёте",
                "6: until: 2026-11-01 – не позже первого дня (2026-11-02)",
            ],
        ),
    ],
)  # fmt: skip
def test_rows_of_stays_are_refused_in_the_language(house: Ayala, lang: str, said: list[str]) -> None:
    house("dormitory", "place", "G-1", "ZU-1/101/1", "--on", "2026-01-05", "--until", "2026-11-01")
    path = sheet(house, "stays", STAYS)
    refused = house("import", "--as", "stays", path.name, ok=4, env={"AYALA_LANG": lang})
    lines = [line for line in refused.err.splitlines() if line.startswith("stays.csv:")]
    assert lines == [f"stays.csv:{line}" for line in said]
