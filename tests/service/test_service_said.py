"""What is said about services, group sessions and their lists, whole, in Kazakh and in Russian."""

from __future__ import annotations

import shlex

import pytest

from ayala.language import catalogue
from ayala.service.sessions import OnList
from tests.program import Ayala

LEGAL = ("--kind", "legal", "--mode", "individual")


@pytest.fixture
def given(office: Ayala) -> Ayala:
    """A service that was given, one that is planned, a session with two on its list; on both engines."""
    office("service", "done", "G-2", *LEGAL)
    office("service", "plan", "G-1", *LEGAL, "--on", "2026-12-01")
    seminar = ("--kind", "legal", "--mode", "seminar", "--on", "2026-11-20")
    office("service", "session", "add", *seminar, "G-2", "Сейтқали Нұрлан", "Сейтқали Ержан")
    return office


# A command that changes nothing, its exit code, and what it says; below it the hint, if there is one.
SAID: list[tuple[str, int, str, str]] = [
    ("show S-9", 3, "S-9 деген қызмет жоқ\nayala service list", "нет услуги S-9\nayala service list"),
    ("session show E-9", 3, "E-9 деген іс-шара жоқ", "нет мероприятия E-9"),
    (
        "show қызмет",
        2,
        "«қызмет» – код емес, код мынадай болады: S-12",
        "«қызмет» – не код; код выглядит так: S-12",
    ),
    (
        "done S-2 --kind legal",
        2,
        "S-2 түрі мен көрсету тәсілі жоспарда бар",
        "вид и форма услуги S-2 уже есть в плане",
    ),
    (
        "done G-2 --kind legal --mode individual --appeal A-2026-0077",
        3,
        "базада коды немесе нөмірі «A-2026-0077» өтініш жоқ",
        "в базе нет обращения с кодом или номером «A-2026-0077»",
    ),
    ("edit S-1", 2, "нені өзгерту керегі көрсетілмеген", "не указано, что изменить"),
    (
        "session attend E-1",
        2,
        "ешкім көрсетілмеген: кодтарды, аттарды, -, --from FILE немесе --guests N беріңіз",
        "никто не указан: дайте коды, имена, -, --from FILE или --guests N",
    ),
    (
        "session attend E-1 G-99 G-98",
        3,
        "ештеңе жазылған жоқ; базада мұндай түлек жоқ: G-99, G-98\nayala graduate find NAME",
        "ничего не записано; в базе нет таких выпускников: G-99, G-98\nayala graduate find NAME",
    ),
    (
        "session absent E-1 G-3",
        3,
        "G-3 E-1 тізімінде жоқ",
        "в списке мероприятия E-1 нет G-3",
    ),
    (
        "session identify E-1 Болат G-1",
        3,
        "E-1 тізімінде «Болат» деген қонақ жоқ",
        "в списке мероприятия E-1 нет гостя с именем «Болат»",
    ),
    (
        "session identify E-1 'Сейтқали Нұрлан' G-2",
        5,
        "G-2 E-1 тізімінде бұрыннан бар",
        "G-2 уже в списке мероприятия E-1",
    ),
]


@pytest.mark.parametrize(("column", "lang"), [(2, "kk"), (3, "ru")])
def test_refusals_are_said_in_the_language(given: Ayala, column: int, lang: str) -> None:
    for case in SAID:
        refused = given("service", *shlex.split(case[0]), ok=case[1], env={"AYALA_LANG": lang})
        what, _, hint = str(case[column]).partition("\n")
        said = refused.err.splitlines()
        assert said[0] == f"ayala: {what}"
        assert not hint or said[1].endswith(f": {hint}")


@pytest.mark.parametrize(
    ("lang", "several"),
    [
        ("kk", "E-1 тізімінде «Сейтқали» атына бірнеше қонақ сәйкес келеді"),
        ("ru", "в списке мероприятия E-1 под «Сейтқали» подходят несколько гостей"),
    ],
)
def test_guests_of_whom_several_fit_are_told(given: Ayala, lang: str, several: str) -> None:
    asked = ("service", "session", "identify", "E-1", "Сейтқали", "G-1")
    refused = given(*asked, ok=4, env={"AYALA_LANG": lang}).err.splitlines()
    assert refused[0] == f"ayala: {several}"
    hint = {"kk": "аты-жөнін толық жазыңыз", "ru": "укажите имя полностью"}[lang]
    assert refused[-1].endswith(f": {hint}")


@pytest.mark.parametrize(
    ("lang", "told"),
    [
        (
            "kk",
            [
                "ayala: ештеңе жазылған жоқ; тізімді оқу мүмкін емес:",
                "3-аргумент: код та, аты-жөні де емес",
            ],
        ),
        (
            "ru",
            [
                "ayala: ничего не записано; список не читается:",
                "аргумент 3: не код и не имя",
            ],
        ),
    ],
)
def test_a_list_that_cannot_be_read_is_told_line_by_line(given: Ayala, lang: str, told: list[str]) -> None:
    asked = ("service", "session", "attend", "E-1", "G-1", "Айгүл", "+7 (701) 123-45-67-89")
    refused = given(*asked, ok=4, env={"AYALA_LANG": lang}).err.splitlines()
    assert refused[:2] == told
    assert refused[-1].endswith({"kk": ": осы жолдарды түзетіңіз", "ru": ": исправьте эти строки"}[lang])


@pytest.mark.parametrize(
    ("lang", "told", "cancelled"),
    [
        (
            "kk",
            "базада жоқ, қонақ ретінде жазылды: Болатов Айдос\n"
            "тізімде бұрыннан бар: G-2\n"
            "тізімде – 5: 2 түлек, аты жазылған 3 қонақ; аты жазылмағандар – тағы 4\n",
            "E-1 болмай қалды деп белгіленді\nE-1: тізіміндегі 5 қатысу енді қызмет болып есептелмейді\n",
        ),
        (
            "ru",
            "в базе нет, записаны как гости: Болатов Айдос\n"
            "уже в списке: G-2\n"
            "в списке – 5: 2 выпускника, 3 гостя по имени; ещё без имени – 4\n",
            "отменено: E-1\nE-1: 5 посещений из списка больше не считаются услугами\n",
        ),
    ],
)
def test_what_became_of_a_list_is_said_in_the_language(
    given: Ayala, lang: str, told: str, cancelled: str
) -> None:
    spoken = {"AYALA_LANG": lang}
    attend = ("service", "session", "attend", "E-1", "G-1", "G-2", "Болатов Айдос", "--guests", 4)
    assert given(*attend, env=spoken).err == told
    assert given("service", "session", "close", "E-1", "--reason", "x", env=spoken).err == cancelled


@pytest.mark.parametrize(
    ("lang", "told"),
    [
        (
            "kk",
            "S-3 бір адамға арналған, ал көрсету тәсілі көп адамға арналған (ағартушылық семинар); "
            "көп адамға бірден: ayala service session add\n",
        ),
        (
            "ru",
            "S-3 – для одного человека, а форма – для многих (просветительский семинар); "
            "для многих сразу: ayala service session add\n",
        ),
    ],
)
def test_a_mode_for_many_is_told_by_its_name(given: Ayala, lang: str, told: str) -> None:
    plan = ("service", "plan", "G-3", "--kind", "legal", "--mode", "seminar")
    assert given(*plan, env={"AYALA_LANG": lang}).err == told


@pytest.mark.parametrize(
    ("lang", "told"),
    [
        (
            "kk",
            [
                "базада коды немесе нөмірі «ЖТ-5» өтініш жоқ",
                "базада S-1 – басқа адамға көрсетілген қызмет",
                "көрсетілген қызметті болмай қалды деп белгілеуге болмайды",
            ],
        ),
        (
            "ru",
            [
                "в базе нет обращения с кодом или номером «ЖТ-5»",
                "в базе S-1 – услуга другому человеку",
                "оказанную услугу нельзя отменить",
            ],
        ),
    ],
)
def test_rows_are_rejected_in_the_language(given: Ayala, lang: str, told: list[str]) -> None:
    rows = (
        "code,graduate,kind,mode,provided_on,cancelled_on,appeal\n"
        ",G-1,legal,individual,2026-11-20,,ЖТ-5\n"
        "S-1,G-3,legal,individual,2026-11-23,,\n"
        "S-1,G-2,legal,individual,2026-11-23,2026-11-23,\n"
    )
    done = given("import", "-", "--as", "services", ok=4, stdin=rows, env={"AYALA_LANG": lang})
    lines = [line for line in done.err.splitlines() if line.startswith("-:")]
    assert len(lines) == len(told)
    for number, (line, what) in enumerate(zip(lines, told, strict=True), 2):
        assert line.startswith(f"-:{number}: ")
        assert line.endswith(f": {what}")


@pytest.mark.parametrize(
    ("count", "ru", "kk", "en"),
    [
        (1, "1 выпускник", "1 түлек", "1 graduate"),
        (2, "2 выпускника", "2 түлек", "2 graduates"),
        (5, "5 выпускников", "5 түлек", "5 graduates"),
        (21, "21 выпускник", "21 түлек", "21 graduates"),
    ],
)
def test_those_on_a_list_are_counted_in_the_language(
    count: int, ru: str, kk: str, en: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for lang, whole in (
        ("ru", f"в списке – {count}: {ru}"),
        ("kk", f"тізімде – {count}: {kk}"),
        ("en", f"{count} on the list: {en}"),
    ):
        monkeypatch.setattr(catalogue, "_chosen", lang)
        assert str(OnList(count, 0, 0)) == whole
