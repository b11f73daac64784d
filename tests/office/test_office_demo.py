"""The demo: the briefing's totals, in a database of its own, every time the same."""

from __future__ import annotations

from pathlib import Path

from tests.program import Ayala


def test_the_demo_has_the_totals_of_the_briefing(ayala: Ayala, tmp_path: Path) -> None:
    s = ayala("demo", "--format", "json").json()
    topics = {row["topic"]: row["appeals"] for row in s["appeals_by_topic"]}
    assert (topics["housing"], sum(topics.values())) == (689, 1289)
    assert [row["apartments"] for row in s["apartments"] if row["year"] == 2019] == [61]
    assert [row["ratio"] for row in s["apartments"] if row["year"] == 2019] == [3.05]
    assert {row["building"]: row["residents"] for row in s["dormitory"]} == {"ZU-1": 80, "ZU-2": 110}
    assert all(row["services"] for row in s["services_by_kind"])
    path = tmp_path / "home" / ".local" / "share" / "ayala" / "demo.db"
    ayala("--database", path, "check")


def test_the_demo_says_what_is_invented_and_what_to_try(ayala: Ayala) -> None:
    said = ayala("demo").err
    assert "invented" in said
    tries = [line.strip() for line in said.splitlines() if line.startswith("  ayala ")]
    assert len(tries) == 3
    for line in tries:
        ayala(*line.split()[1:])


def test_the_demo_speaks_kazakh_and_russian(ayala: Ayala, tmp_path: Path) -> None:
    path = tmp_path / "d.db"
    first = ayala("--lang", "ru", "demo", "--file", path).err.splitlines()
    assert first[:4] == [
        "создаётся демонстрационная база: 2400 вымышленных людей и помощь, оказанная им в 2018 и 2019 годах …",
        "Все люди здесь вымышлены, как и распределение остальных 600 обращений, услуги и 2018 год.",
        "Из отчёта за 2019 год взяты: 1289 обращений, из них 689 о жилье, 61 квартира, 190 проживающих (80 + 110).",
        "Попробуйте дальше:",
    ]
    second = ayala("--lang", "kk", "demo", "--file", path).err.splitlines()
    assert second[:3] == [
        "Мұндағы адамдардың бәрі ойдан шығарылған; қалған 600 өтініштің бөлінуі, қызметтер және 2018 жыл да солай.",
        "2019 жылғы есептен алынғаны: 1289 өтініш, оның 689-ы тұрғын үй туралы, 61 пәтер, 190 тұрғын (80 + 110).",
        "Енді мынаны көріңіз:",
    ]
    assert second[3:] == first[4:]  # commands are the same in every language
    ayala("--database", tmp_path / "office.db", "init")
    done = ayala("--lang", "ru", "demo", "--file", tmp_path / "office.db", ok=6)
    assert done.err.splitlines()[-1] == "совет: ayala demo --file ANOTHER"


def test_the_demo_never_touches_the_office(ayala: Ayala, tmp_path: Path) -> None:
    ayala("init")
    ayala("graduate", "add", "--surname", "Ә", "--given-name", "Ғ", "--born", "1998-03-15", "--sex", "M")
    before = (tmp_path / "office.db").read_bytes()
    ayala("demo")
    assert (tmp_path / "office.db").read_bytes() == before
    done = ayala("demo", "--file", tmp_path / "office.db", ok=6)
    assert "is left alone" in done.err
    ayala("demo", "--fresh", "--file", tmp_path / "office.db", ok=6)
    assert len(ayala("graduate", "list", "--format", "json").json()) == 1


def test_a_second_demo_keeps_what_was_tried_and_a_fresh_one_does_not(ayala: Ayala, tmp_path: Path) -> None:
    path = tmp_path / "d.db"
    first = ayala("demo", "--file", path).out
    ayala("--database", path, "graduate", "edit", "G-1", "--region", "10")
    assert ayala("demo", "--file", path).out != first
    assert ayala("demo", "--file", path, "--fresh").out == first
