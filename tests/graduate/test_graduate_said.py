"""What is said about graduates and their data, whole, in Kazakh and in Russian."""

from __future__ import annotations

import shlex

import pytest

from ayala.graduate.iin import BadIin, check_iin
from ayala.graduate.likeness import Likeness
from ayala.language import catalogue
from ayala.language.phrases import phrases
from tests.program import Ayala

PEOPLE = """\
code,iin,surname,given_name,patronymic,birth_date,sex,region
G-1,980315300005,Әбдіров,Ғани,Қайратұлы,1998-03-15,M,75
G-2,,Өтеген,Ұлжан,,2000-02-29,F,10
G-3,031014600003,Қасым,Індіра,,2003-10-14,F,
G-4,,Омаров,Асет,,1999-01-01,M,75
G-5,,Омаров,Асет,,2001-05-05,M,
"""


@pytest.fixture
def office(office_db: str, ayala: Ayala) -> Ayala:
    """Five people, two of them namesakes, on both engines."""
    ayala("import", "-", "--as", "graduates", stdin=PEOPLE)
    return ayala


# A command that changes nothing, its exit code, and what it says; below it the hint, if there is one.
SAID: list[tuple[str, int, str, str]] = [
    (
        "show G-9",
        3,
        "мұндай түлек жоқ: G-9\nayala graduate find NAME",
        "нет такого выпускника: G-9\nayala graduate find NAME",
    ),
    (
        "show 951201300303",
        3,
        "базада мұндай ЖСН-і бар түлек жоқ",
        "в базе нет выпускника с таким ИИН",
    ),
    ("show 'Қожа Насыр'", 3, "«Қожа Насыр» деген түлек жоқ", "нет выпускника с именем «Қожа Насыр»"),
    (
        "edit G-2 --iin-file -",
        2,
        "ЖСН 12 цифрдан тұрады, мұнда 11 цифр бар; кесте бағдарламасы алдыңғы нөлді түсіріп қалдырған болуы мүмкін",
        "ИИН состоит из 12 цифр, здесь их 11; возможно, табличная программа отбросила ноль в начале",
    ),
    (
        "edit G-1 --phone 12",
        2,
        "бұл телефон нөмірінде цифр тым аз немесе тым көп",
        "в этом номере телефона слишком мало или слишком много цифр",
    ),
    ("edit G-1 --surname ''", 2, "тегі бос болмауы керек", "фамилия не может быть пустой"),
    (
        "edit G-1",
        2,
        "нені өзгерту керегі көрсетілмеген\nayala graduate edit --help",
        "не указано, что изменить\nayala graduate edit --help",
    ),
    (
        "not-same G-1 G-1",
        2,
        "G-1 – бір ғана жазба: екі жазбаны көрсетіңіз",
        "G-1 – это одна запись: укажите две",
    ),
    ("reopen G-1", 5, "G-1 мұрағатта емес", "G-1 не в архиве"),
    (
        "find",
        2,
        "нені іздеу керегі көрсетілмеген: аты-жөнін немесе --phone беріңіз",
        "не указано, кого искать: нужно имя или --phone",
    ),
    (
        "contact G-1",
        2,
        "нәтижесін көрсетіңіз: --reached (жауап берді) немесе --no-answer (жауап болмады)",
        "укажите, чем кончилось: --reached (ответили) или --no-answer (не ответили)",
    ),
    (
        "transfer add --kind passed --to Әкімдік --purpose есеп --data аты --basis law",
        2,
        "кімнің деректері екені көрсетілмеген: түлектерді атаңыз немесе --people N беріңіз",
        "не указано, чьи данные: назовите выпускников или дайте --people N",
    ),
]


@pytest.mark.parametrize(("column", "lang"), [(2, "kk"), (3, "ru")])
def test_refusals_are_said_in_the_language(office: Ayala, column: int, lang: str) -> None:
    for case in SAID:
        stdin = "98031530000\n" if "--iin-file" in case[0] else None
        words = shlex.split(case[0])
        refused = office("graduate", *words, ok=case[1], stdin=stdin, env={"AYALA_LANG": lang})
        what, _, hint = str(case[column]).partition("\n")
        said = refused.err.splitlines()
        assert said[0] == f"ayala: {what}"
        assert not hint or said[1].endswith(f": {hint}")


@pytest.mark.parametrize(
    ("lang", "several", "near", "likely", "step"),
    [
        (
            "kk",
            "«Омаров Асет» сөзіне бірнеше түлек сәйкес келеді",
            "«Өтегенн Ұлжан» деген түлек жоқ; аты-жөні ұқсас:",
            "ayala: ешкім қосылған жоқ: бұл адам базада бар болуы мүмкін\n"
            "  G-2  Өтеген Ұлжан, 2000-02-29, 10: аты-жөнінің ұқсастығы: 92, туған күні бірдей; "
            "қарсы: жынысы әртүрлі\n",
            "басқа адам болса, сол команданы --not-same G-2 қосып қайталаңыз\n",
        ),
        (
            "ru",
            "под «Омаров Асет» подходят несколько выпускников",
            "нет выпускника с именем «Өтегенн Ұлжан»; похожее имя:",
            "ayala: никто не добавлен: возможно, этот человек уже есть в базе\n"
            "  G-2  Өтеген Ұлжан, 2000-02-29, 10: сходство имени: 92, та же дата рождения; "
            "против: разный пол\n",
            "если это другой человек, повторите команду, добавив --not-same G-2\n",
        ),
    ],
)
def test_people_who_are_alike_are_told_of_in_the_language(
    office: Ayala, lang: str, several: str, near: str, likely: str, step: str
) -> None:
    spoken = {"AYALA_LANG": lang}
    shown = office("graduate", "show", "Омаров Асет", ok=4, env=spoken).err.splitlines()
    assert shown[:3] == [
        f"ayala: {several}",
        "  G-4  Омаров Асет, 1999-01-01, 75",
        "  G-5  Омаров Асет, 2001-05-05",
    ]
    shown = office("graduate", "show", "Өтегенн Ұлжан", ok=4, env=spoken).err.splitlines()
    assert shown[:2] == [f"ayala: {near}", "  G-2  Өтеген Ұлжан, 2000-02-29, 10"]
    add = ("graduate", "add", "--surname", "Утеген", "--given-name", "Улжан", "--born", "2000-02-29")
    refused = office(*add, "--sex", "M", ok=5, env=spoken).err
    assert refused[: len(likely)] == likely
    assert refused.endswith(f": {step}")


@pytest.mark.parametrize(
    ("lang", "odd", "noted", "erased"),
    [
        (
            "kk",
            "өзгертілді: G-2\nG-2: «Өтeген» сөзінде латын және кирилл әріптері аралас (латын әріптері: e)\n",
            "жазылды: 21 адам\n",
            "жойылар еді – G-3: 1 жазба, тарихта 1 көшірме, 0 себеп\nсынақ іске қосу: ештеңе өзгертілген жоқ\n",
        ),
        (
            "ru",
            "изменено: G-2\nG-2: в слове «Өтeген» смешаны латинские и русские или казахские буквы (латинские: e)\n",
            "записано: 21 человек\n",
            "было бы уничтожено – G-3: 1 запись, 1 копия в истории, 0 причин\nпробный запуск: ничего не изменено\n",
        ),
    ],
)
def test_what_is_done_is_said_in_the_language(
    office: Ayala, lang: str, odd: str, noted: str, erased: str
) -> None:
    def said(*args: object) -> str:
        return office("graduate", *args, env={"AYALA_LANG": lang}).err

    assert said("edit", "G-2", "--surname", "Өтeген") == odd
    passed = ("--kind", "passed", "--to", "Әкімдік", "--purpose", "есеп", "--data", "аты", "--basis", "law")
    assert said("transfer", "add", *passed, "--people", 21) == noted
    assert said("erase", "G-3", "--dry-run", "--reason", "өтініш") == erased


@pytest.mark.parametrize(
    ("lang", "told"),
    [
        (
            "kk",
            [
                "ЖСН-нің бақылау цифры сәйкес келмейді; бір цифры қате",
                "«К?сым» сөзінің бір әрпі жоғалған; құжаттағыдай жазыңыз",
                "базада бұл ЖСН G-2 емес, G-1 кодымен тұр",
                "G-4 – базада басқа адам: аты-жөні де, туған күні де басқа",
                "мүмкін, бұл адам базада бар: G-4 (Омаров Асет, 1999-01-01, 75): аты-жөнінің ұқсастығы: 96, "
                "туған күні бірдей. Сол адам болса, кодын жазыңыз, болмаса – new",
            ],
        ),
        (
            "ru",
            [
                "контрольная цифра ИИН не сходится; одна из цифр неверна",
                "в «К?сым» потеряна буква; напишите, как в документе",
                "в базе этот ИИН у G-1, а не у G-2",
                "G-4 – в базе другой человек: не совпадают ни имя, ни дата рождения",
                "возможно, этот человек уже есть: G-4 (Омаров Асет, 1999-01-01, 75): сходство имени: 96, "
                "та же дата рождения. Если это он, впишите его код, если нет – new",
            ],
        ),
    ],
)
def test_rows_are_rejected_in_the_language(office: Ayala, lang: str, told: list[str]) -> None:
    rows = (
        "code,iin,surname,given_name,birth_date,sex\n"
        ",980315300006,Ким,Олег,1990-01-01,M\n"
        ",,К?сым,Олег,1990-01-01,M\n"
        "G-2,980315300005,Өтеген,Ұлжан,2000-02-29,F\n"
        "G-4,,Ким,Олег,1990-01-01,M\n"
        ",,Омарова,Асет,1999-01-01,M\n"
    )
    done = office("import", "-", "--as", "graduates", ok=4, stdin=rows, env={"AYALA_LANG": lang})
    lines = [line for line in done.err.splitlines() if line.startswith("-:")]
    assert len(lines) == len(told)
    for number, (line, what) in enumerate(zip(lines, told, strict=True), 2):
        assert line.startswith(f"-:{number}: ")
        assert line.endswith(f": {what}")


COUNTED = [
    (1, "1 запись", "1 жазба", "1 record"),
    (2, "2 записи", "2 жазба", "2 records"),
    (5, "5 записей", "5 жазба", "5 records"),
    (21, "21 запись", "21 жазба", "21 records"),
]


@pytest.mark.parametrize(("count", "ru", "kk", "en"), COUNTED)
def test_what_is_counted_has_the_form_of_its_number(
    count: int, ru: str, kk: str, en: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for lang, expected in (("ru", ru), ("kk", kk), ("en", en)):
        monkeypatch.setattr(catalogue, "_chosen", lang)
        assert phrases("{n} record", "{n} records", count) == expected


def test_what_is_wrong_with_a_number_is_said_in_the_language_of_the_moment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    alike = Likeness(96, 96, ("same_birth_date",))
    for lang, zeros, reasons in (
        ("kk", "ЖСН тек нөлдерден тұрады", "аты-жөнінің ұқсастығы: 96, туған күні бірдей"),
        ("ru", "ИИН состоит из одних нулей", "сходство имени: 96, та же дата рождения"),
        ("en", "the IIN is all zeros", "name 96 alike, same birth date"),
    ):
        monkeypatch.setattr(catalogue, "_chosen", lang)
        with pytest.raises(BadIin) as refusal:
            check_iin("0" * 12)
        assert refusal.value.reason == zeros
        assert alike.sentence == reasons
