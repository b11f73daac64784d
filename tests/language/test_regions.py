"""Regions: names on a day, and codes from every way to write them."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from datetime import date

import pytest

from ayala.language import regions
from ayala.language.catalogue import LANGUAGES, codes, read_code, word
from ayala.language.regions import FACTS, read_region, region_name

FILE = tomllib.loads(FACTS.read_text(encoding="utf-8"))
REGIONS = FILE["region"]


def test_the_file_holds_every_code_once_in_order() -> None:
    assert tuple(region["code"] for region in REGIONS) == regions.codes == codes("region")
    assert len(regions.codes) == 20
    assert [region["kind"] for region in REGIONS].count("city") == 3


@pytest.mark.parametrize("region", REGIONS, ids=lambda region: str(region["code"]))
def test_every_fact_is_whole_and_has_a_source(region: dict[str, object]) -> None:
    assert region["iso"] == f"KZ-{region['code']}"
    assert region["kato"] == f"{region['code']}0000000"
    for key in ("read", "valid_from"):
        assert (key in region) == (f"{key.removesuffix('_from')}_source" in region)
    assert ("parent_before_2022" in region) == (region.get("valid_from") == date(2022, 6, 8))
    former = region.get("former", [])
    assert isinstance(former, list)
    for facts in [region, *former]:
        assert all(facts[lang] for lang in LANGUAGES)
        for key, value in facts.items():
            if key == "source" or key.endswith("_source"):
                assert value in FILE["sources"]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_name_is_read_back(lang: str) -> None:
    for code in regions.codes:
        name = word("region", code, lang)
        assert name != code
        assert read_code("region", name) == code
        assert read_code("region", name.upper()) == code


def test_every_former_and_other_name_is_read() -> None:
    for region in REGIONS:
        for former in region.get("former", []):
            assert {read_region(former[lang]) for lang in LANGUAGES} == {region["code"]}
        for other in region.get("read", []):
            assert read_region(other) == region["code"], other


def test_no_two_regions_are_read_from_one_name() -> None:
    seen: dict[tuple[str, str], str] = {}
    for region in REGIONS:
        names = [region[lang] for lang in LANGUAGES] + region.get("read", [])
        names += [former[lang] for former in region.get("former", []) for lang in LANGUAGES]
        for name in names:
            code = read_region(name)
            assert code == region["code"]
            assert seen.setdefault((name, region["kind"]), region["code"]) == region["code"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("75", "75"),
        (" 75 ", "75"),
        ("KZ-75", "75"),
        ("kz75", "75"),
        ("750000000", "75"),
        ("Алматы", "75"),
        ("г. Алматы", "75"),
        ("Алматы қ.", "75"),
        ("almaty", "75"),
        ("Almaty city", "75"),
        ("Алма-Ата", "75"),
        ("Алматы облысы", "19"),
        ("Алматы обл.", "19"),
        ("Алматинская область", "19"),
        ("алматинская", "19"),
        ("Almaty Region", "19"),
        ("Шығыс Қазақстан", "63"),
        ("Шыгыс Казакстан облысы", "63"),
        ("ШҚО", "63"),
        ("ВКО", "63"),
        ("Восточно Казахстанская обл.", "63"),
        ("ЗКО", "27"),
        ("СКО", "59"),
        ("СҚО", "59"),
        ("ЮКО", "61"),
        ("South Kazakhstan", "61"),
        ("область Абай", "10"),
        ("Абай", "10"),
        ("область Жетису", "33"),
        ("область Улытау", "62"),
        ("Нұр-Сұлтан", "71"),
        ("г. Нур-Султан", "71"),
        ("нурсултан", "71"),
        ("Астана", "71"),
        ("Шымкент қаласы", "79"),
    ],
)
def test_a_region_is_read(text: str, code: str) -> None:
    assert read_region(text) == code


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "облысы",
        "99",
        "KZ-76",
        "г. Абай",
        "г. Караганда",
        "Шымкент облысы",
        "Талғар",
        "Алматы обл., г. Талгар",
    ],
)
def test_what_is_no_region_is_nothing(text: str) -> None:
    assert read_region(text) is None


@pytest.mark.parametrize(
    ("code", "on", "names"),
    [
        ("71", date(2019, 3, 22), ("Астана қаласы", "город Астана", "Astana")),
        ("71", date(2019, 3, 23), ("Нұр-Сұлтан қаласы", "город Нур-Султан", "Nur-Sultan")),
        ("71", date(2022, 9, 16), ("Нұр-Сұлтан қаласы", "город Нур-Султан", "Nur-Sultan")),
        ("71", date(2022, 9, 17), ("Астана қаласы", "город Астана", "Astana")),
        ("71", None, ("Астана қаласы", "город Астана", "Astana")),
        (
            "61",
            date(2018, 6, 18),
            ("Оңтүстік Қазақстан облысы", "Южно-Казахстанская область", "South Kazakhstan Region"),
        ),
        ("61", date(2018, 6, 19), ("Түркістан облысы", "Туркестанская область", "Turkistan Region")),
        ("19", date(2019, 1, 1), ("Алматы облысы", "Алматинская область", "Almaty Region")),
        ("99", None, ("99", "99", "99")),
    ],
)
def test_a_name_is_that_of_its_day(code: str, on: date | None, names: tuple[str, ...]) -> None:
    assert tuple(region_name(code, lang, on) for lang in LANGUAGES) == names


def test_a_code_is_known_without_the_file() -> None:
    code = (
        "import sys\n"
        "from ayala.language.catalogue import read_code\n"
        "assert read_code('region', '75') == '75'\n"
        "assert read_code('topic', 'housing') == 'housing'\n"
        "late = {'tomllib', 'gettext', 'ayala.language.names', 'ayala.language.synonyms'}\n"
        "print(sorted(late & set(sys.modules)))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"
