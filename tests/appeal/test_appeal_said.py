"""What is said about appeals, whole, in Kazakh and in Russian."""

from __future__ import annotations

import shlex

import pytest

from tests.program import Ayala

A = "A-2026-0001"


@pytest.fixture
def registered(office: Ayala) -> Ayala:
    """One appeal of G-1 with an outside number, one of a caller, on both engines."""
    office("appeal", "add", "G-1", "--topic", "housing", "--number", "ЖТ-17")
    office("appeal", "add", "--caller", "Айжан", "--topic", "legal")
    return office


# A command that changes nothing, its exit code, and what it says; below it the hint, if there is one.
SAID: list[tuple[str, int, str, str]] = [
    (
        "show A-2026-0099",
        3,
        "мұндай өтініш жоқ: A-2026-0099\nayala appeal list",
        "нет такого обращения: A-2026-0099\nayala appeal list",
    ),
    (
        "add --topic housing",
        2,
        "кім өтініш бергені көрсетілмеген: GRADUATE немесе --caller NAME",
        "не указано, кто обратился: GRADUATE или --caller NAME",
    ),
    (
        "add G-1 --topic housing --caller Айжан",
        2,
        "GRADUATE те, --caller де өтініш берушіні көрсетеді; біреуін ғана беріңіз",
        "и GRADUATE, и --caller указывают, кто обратился; дайте что-то одно",
    ),
    (
        "add --caller 87011234567 --topic housing",
        2,
        "хабарласқан адамның аты-жөні жазылады; телефоны --phone-file арқылы беріледі",
        "у обратившегося указывают имя; телефон – в --phone-file",
    ),
    (
        "add G-1 --topic housing --number A-2026-0001",
        2,
        "A-2026-0001 осы тізілімнің кодына ұқсайды; --number – басқа органның нөмірі",
        "A-2026-0001 похоже на код этого журнала; --number – номер другого органа",
    ),
    (
        "add G-2 --topic housing --number ЖТ-17",
        5,
        "мұндай нөмірлі өтініш базада бар: A-2026-0001\nayala appeal show A-2026-0001",
        "обращение с таким номером уже есть в базе: A-2026-0001\nayala appeal show A-2026-0001",
    ),
    (
        "answer A-2026-0001 --decision refused",
        5,
        "бас тартудың негіздемесі мен құжаты болуы керек; берілмегені: --ground және --document",
        "для отказа нужны основание и документ; не указано: --ground и --document",
    ),
    (
        "answer A-2026-0001 --decision refused --ground 'құжат жоқ'",
        5,
        "бас тартудың негіздемесі мен құжаты болуы керек; берілмегені: --document",
        "для отказа нужны основание и документ; не указано: --document",
    ),
    (
        "resume A-2026-0001",
        5,
        "A-2026-0001: тіркелді; жалғастыруға болмайды; қазір мүмкін қадамдар: "
        "start, pause, extend, redirect, answer, withdraw, close\nayala appeal show A-2026-0001",
        "A-2026-0001: зарегистрировано; продолжить рассмотрение нельзя; сейчас возможно: "
        "start, pause, extend, redirect, answer, withdraw, close\nayala appeal show A-2026-0001",
    ),
    (
        "notify A-2026-0001 --of extension",
        5,
        "мұнда A-2026-0001 өтінішінің мерзімі ұзартылмаған",
        "срок обращения A-2026-0001 здесь не продлевали",
    ),
    (
        "notify A-2026-0001 --of redirect",
        5,
        "мұнда A-2026-0001 өтініші ешқайда жолданбаған",
        "обращение A-2026-0001 здесь никуда не перенаправляли",
    ),
    (
        "identify A-2026-0001 G-2",
        5,
        "A-2026-0001 өтінішінде адам көрсетіліп қойған",
        "в обращении A-2026-0001 человек уже указан",
    ),
    (
        "edit A-2026-0002 --caller ''",
        2,
        "A-2026-0002 өтінішінде хабарласқан адамнан басқа ешкім жоқ: алдымен оның кім екенін анықтаңыз",
        "в обращении A-2026-0002 указан только обратившийся: сначала установите, кто это",
    ),
    ("edit A-2026-0001", 2, "нені өзгерту керегі көрсетілмеген", "не указано, что изменить"),
]


@pytest.mark.parametrize(("column", "lang"), [(2, "kk"), (3, "ru")])
def test_refusals_are_said_in_the_language(registered: Ayala, column: int, lang: str) -> None:
    for case in SAID:
        refused = registered("appeal", *shlex.split(case[0]), ok=case[1], env={"AYALA_LANG": lang})
        what, _, hint = str(case[column]).partition("\n")
        said = refused.err.splitlines()
        assert said[0] == f"ayala: {what}"
        assert not hint or said[1].endswith(f": {hint}")


@pytest.mark.parametrize(
    ("lang", "steps"),
    [
        (
            "kk",
            {
                "start": "A-2026-0001 қаралуда",
                "pause --reason сот": "A-2026-0001 тоқтата тұрылды",
                "resume": "A-2026-0001 қаралуда",
                "answer --decision satisfied": "A-2026-0001: жауап берілді",
                "reopen --reason қате": "A-2026-0001 қаралуда",
                "withdraw --reason пәтер": "A-2026-0001 кері қайтарып алынды",
            },
        ),
        (
            "ru",
            {
                "start": "A-2026-0001 на рассмотрении",
                "pause --reason суд": "A-2026-0001 приостановлено",
                "resume": "A-2026-0001 на рассмотрении",
                "answer --decision satisfied": "A-2026-0001: ответ дан",
                "reopen --reason ошибка": "A-2026-0001 на рассмотрении",
                "close --reason повтор": "A-2026-0001: рассмотрение прекращено",
            },
        ),
    ],
)
def test_steps_are_said_in_the_language(registered: Ayala, lang: str, steps: dict[str, str]) -> None:
    for step, told in steps.items():
        verb, *rest = shlex.split(step)
        assert registered("appeal", verb, A, *rest, env={"AYALA_LANG": lang}).err == f"{told}\n"


# From a status from which the step is not possible: how the refusal names it.
REFUSED = {
    "start": ("қарауды бастауға болмайды", "начать рассмотрение нельзя"),
    "pause --reason x": ("тоқтата тұруға болмайды", "приостановить нельзя"),
    "resume": ("жалғастыруға болмайды", "продолжить рассмотрение нельзя"),
    "extend --reason x": ("мерзімін ұзартуға болмайды", "продлить срок нельзя"),
    "redirect --to Әкімдік": ("одан әрі жолдауға болмайды", "перенаправить нельзя"),
    "answer --decision satisfied": ("жауап беруге болмайды", "дать ответ нельзя"),
    "withdraw --reason x": ("кері қайтарып алуға болмайды", "отозвать нельзя"),
    "close --reason x": ("жауапсыз аяқтауға болмайды", "прекратить без ответа нельзя"),
}


@pytest.mark.parametrize(("at", "lang"), [(0, "kk"), (1, "ru")])
def test_a_step_that_is_not_possible_is_told_whole(registered: Ayala, at: int, lang: str) -> None:
    status, possible = (
        ("қарау тоқтатылды", "қазір мүмкін қадамдар"),
        ("рассмотрение прекращено", "сейчас возможно"),
    )[at]
    registered("appeal", "close", A, "--reason", "қайталау")
    for step, clauses in REFUSED.items():
        verb, *rest = shlex.split(step)
        refused = registered("appeal", verb, A, *rest, ok=5, env={"AYALA_LANG": lang}).err
        assert refused.splitlines()[0] == f"ayala: {A}: {status}; {clauses[at]}; {possible}: reopen"
    registered("appeal", "reopen", A, "--reason", "қате")
    refused = registered("appeal", "reopen", A, "--reason", "x", ok=5, env={"AYALA_LANG": lang}).err
    assert ("қайта ашуға болмайды", "возобновить нельзя")[at] in refused


@pytest.mark.parametrize(
    ("lang", "told"),
    [
        (
            "kk",
            [
                "базада бұл нөмір A-2026-0002 емес, мына жазбада тұр: A-2026-0001",
                "базада бұл – басқа адамның өтініші: A-2026-0001",
                "толтырылмаған, ал базада ЖТ-99 нөмірлі өтініш жоқ",
                "толтырылмаған, ал базада A-2026-0077 кодты өтініш жоқ",
            ],
        ),
        (
            "ru",
            [
                "в базе этот номер у другой записи: A-2026-0001, а не A-2026-0002",
                "в базе это обращение другого человека: A-2026-0001",
                "не заполнено, а обращения с номером ЖТ-99 в базе нет",
                "не заполнено, а обращения A-2026-0077 в базе нет",
            ],
        ),
    ],
)
def test_rows_are_rejected_in_the_language(registered: Ayala, lang: str, told: list[str]) -> None:
    rows = (
        "code,number,graduate,caller,received_on,category\n"
        "A-2026-0002,ЖТ-17,,Айжан,2026-11-23,legal\n"
        ",ЖТ-17,G-2,,2026-11-23,housing\n"
        ",ЖТ-99,,,2026-11-23,housing\n"
        "A-2026-0077,,,,2026-11-23,housing\n"
    )
    done = registered("import", "-", "--as", "appeals", ok=4, stdin=rows, env={"AYALA_LANG": lang})
    lines = [line for line in done.err.splitlines() if line.startswith("-:")]
    assert len(lines) == len(told)
    for number, (line, what) in enumerate(zip(lines, told, strict=True), 2):
        assert line.startswith(f"-:{number}: ")
        assert line.endswith(f": {what}")


@pytest.mark.parametrize(
    ("lang", "told"),
    [
        ("kk", "мәртебесі: A-2026-0001 – «жауап берілді» болып қалады: кесте оны «тіркелді» ете алмайды"),
        ("ru", "статус: A-2026-0001 – остаётся «дан ответ»: таблица не меняет его на «зарегистрировано»"),
    ],
)
def test_a_status_that_stays_is_told_of_in_the_language(registered: Ayala, lang: str, told: str) -> None:
    registered("appeal", "answer", A, "--decision", "satisfied")
    rows = "code,number,graduate,received_on,category,status\n"
    rows += f"{A},ЖТ-17,G-1,2026-11-23,housing,registered\n"
    done = registered("import", "-", "--as", "appeals", stdin=rows, env={"AYALA_LANG": lang})
    assert f"-:2: {told}" in done.err.splitlines()
