"""What is said of consents, blocks and erasing in Kazakh and Russian: whole outputs, and the forms of numbers."""

from __future__ import annotations

import pytest

from tests.personal.conftest import OPERATOR, PAPER, PURPOSE
from tests.program import Ayala

ADD = ("graduate", "consent", "add", "G-1", "--form", "written", *OPERATOR, *PAPER, *PURPOSE)
BLOCK = ("graduate", "block", "G-1", "--reason", "№ 7")


@pytest.mark.parametrize(
    ("more", "kk", "ru"),
    [
        (
            ("--form", "phone"),
            "телефон арқылы берілген келісімнің қағазы жоқ: оны немен растауға болатынын --proof көрсетеді\n"
            'кеңес: --proof "14:05-тегі қоңыраудың жазбасы, … сақтайды"',
            "у согласия по телефону нет бумаги: в --proof укажите, чем его можно подтвердить\n"
            'совет: --proof "запись звонка в 14:05, хранится у …"',
        ),
        (
            ("--operator-bin", "990140000385"),
            "--operator-bin: БСН-нің бақылау цифры сәйкес келмейді; бір цифр қате",
            "--operator-bin: контрольная цифра БИН не сходится; в одной из цифр ошибка",
        ),
        (
            ("--operator-bin", "9901"),
            "--operator-bin: БСН 12 цифрдан тұрады, мұнда 4",
            "--operator-bin: в БИН 12 цифр, а здесь 4",
        ),
        (("--operator-bin", "0" * 12), "--operator-bin: БСН тек нөлдерден тұр", "--operator-bin: БИН состоит из одних нулей"),
        (
            ("--operator-bin", "*" * 12),
            "--operator-bin: БСН жасырылған; толық нөмір керек",
            "--operator-bin: БИН скрыт; нужен полный номер",
        ),
        (
            ("--operator-bin", "99014000038a"),
            "--operator-bin: БСН 12 цифрдан тұрады; мұнда басқа таңбалар бар",
            "--operator-bin: БИН состоит из 12 цифр; здесь есть другие знаки",
        ),
        (("--on", "2026-11-24"), "2026-11-24 әлі келген жоқ", "2026-11-24 ещё не наступил"),
    ],
)  # fmt: skip
def test_a_consent_that_cannot_be_in_kazakh_and_russian(
    desk: Ayala, more: tuple[str, ...], kk: str, ru: str
) -> None:
    assert desk("--lang", "kk", *ADD, *more, ok=2).err == f"ayala: {kk}\n"
    assert desk("--lang", "ru", *ADD, *more, ok=2).err == f"ayala: {ru}\n"


def test_a_withdrawal_without_a_consent(desk: Ayala) -> None:
    words = ("graduate", "consent", "withdraw", "G-1")
    assert desk("--lang", "kk", *words, ok=5).err == (
        "ayala: G-1: базада кері қайтаруға болатын келісім жоқ\nкеңес: ayala graduate consent list G-1\n"
    )
    assert desk("--lang", "ru", *words, "--given", "2026-11-01", ok=5).err == (
        "ayala: G-1: в базе нет согласия от 2026-11-01, которое можно отозвать\n"
        "совет: ayala graduate consent list G-1\n"
    )
    assert desk(*words, "--given", "2026-11-01", ok=5).err == (
        "ayala: G-1 has no consent on record that could be withdrawn of 2026-11-01\n"
        "try: ayala graduate consent list G-1\n"
    )


@pytest.mark.parametrize(
    ("count", "ru"),
    [(2, "G-1: 2 таких согласия"), (5, "G-1: 5 таких согласий"), (21, "G-1: 21 такое согласие")],
)
def test_what_counts_has_the_form_of_its_number(desk: Ayala, count: int, ru: str) -> None:
    for day in range(1, count + 1):
        desk(*ADD, "--on", f"2026-10-{day:02}")
    words = ("graduate", "consent", "withdraw", "G-1")
    told = desk("--lang", "ru", *words, ok=4).err.splitlines()
    assert (told[0], told[1], told[-1]) == (
        f"ayala: {ru}",
        "  2026-10-01  Жастар үйі",
        "совет: укажите дату одного из них: --given DAY",
    )
    told = desk("--lang", "kk", *words, ok=4).err.splitlines()
    assert (told[0], told[-1]) == (
        f"ayala: G-1: мұндай келісім саны — {count}",
        "кеңес: біреуінің берілген күнін көрсетіңіз: --given DAY",
    )


def test_who_is_blocked_or_erased_in_kazakh_and_russian(desk: Ayala) -> None:
    desk(*BLOCK)
    edit = ("graduate", "edit", "G-1", "--region", "10")
    assert desk("--lang", "kk", *edit, ok=5).err == (
        "ayala: G-1: деректері 2026-11-23 күнінен бұғатталған, бұғат алынғанша ештеңе өзгертілмейді\n"
        'кеңес: ayala graduate unblock G-1 --reason "…"\n'
    )
    assert desk("--lang", "ru", *edit, ok=5).err == (
        "ayala: G-1: данные заблокированы с 2026-11-23, до снятия блокировки ничего не изменяется\n"
        'совет: ayala graduate unblock G-1 --reason "…"\n'
    )
    assert desk("--lang", "kk", *BLOCK, ok=5).err == "ayala: G-1: деректері 2026-11-23 күнінен бұғатталған\n"
    sheet = "code,surname,given_name,birth_date,sex,region\nG-1,Омаров,Асет,2001-05-06,M,10\n"
    assert desk("--lang", "ru", "import", "-", stdin=sheet, ok=4).err.splitlines()[0] == (
        "-:2: code: G-1: данные заблокированы с 2026-11-23, до снятия блокировки ничего не изменяется"
    )


def test_what_is_noticed_in_kazakh_and_russian(desk: Ayala) -> None:
    desk("graduate", "add", "--surname", "Ә", "--given-name", "Ғ", "--born", "2010-01-02", "--sex", "F")
    minor = (*ADD[:3], "G-3", *ADD[4:])
    assert desk("--lang", "kk", *minor).err.splitlines()[-1] == (
        "G-3: 2026-11-23 күні жасы 16; кәмелетке толмаған адам үшін келісімді заңды өкілі береді"
    )
    assert desk("--lang", "ru", *minor).err.splitlines()[-1] == (
        "G-3: на 2026-11-23 возраст 16; за несовершеннолетнего согласие даёт законный представитель"
    )
    told = desk("--lang", "ru", "graduate", "edit", "G-2", "--email", "a@example.kz").err.splitlines()[-1]
    assert told == (
        "G-2: ни одно согласие в базе не охватывает: электронная почта; совет: ayala graduate consent add G-2"
    )
