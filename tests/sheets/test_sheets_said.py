"""What is said of sheets in Kazakh and Russian: whole outputs, the forms of numbers, a plan in two languages."""

from __future__ import annotations

import pytest

from ayala.language.catalogue import LANGUAGES, choose
from ayala.sheets import full_lists, reader
from ayala.sheets.days import STYLES, Style, spoken
from ayala.sheets.kinds import MODULES
from tests.program import Ayala

HEAD = "surname,given_name,birth_date,sex\n"

SHEETS = {
    "bad.csv": (
        "surname,given_name,birth_date,sex,colour\nА,Б,31.02.2001,F,red\nВ,Г,03/04/2001,M,\nД,,2001-05-06,X,\n"
    ),
    "open.csv": HEAD + "А,Б,03/04/2001,F\n",
    "half.csv": "surname,given_name,colour\nА,Б,red\n",
    "stays.csv": "building,room,bed,from_date\nZU-1,1,1,2001-01-01\n",
    "lost.csv": HEAD + "С?лейменов,?айрат,2001-01-01,M\nД?уренов,Али,2001-01-01,M\n",
    "page.csv": "<!doctype html><html>",
    "whole.csv": (
        "full_name,birth_date,sex,region\nАлиев Әлі Қайратұлы,2000-01-01,M,75\nАлиева,2000-01-01,F,75\n"
    ),
}


@pytest.fixture
def office(ayala: Ayala) -> Ayala:
    ayala("init")
    for name, text in SHEETS.items():
        (ayala.folder / name).write_text(text, encoding="utf-8")
    return ayala


SAID = {
    ("bad.csv", "kk"): """\
bad.csv:1: colour: 5-баған белгісіз, алынбайды
bad.csv:2: birth_date: «31.02.2001» — күнтізбеде мұндай күн жоқ
bad.csv:3: birth_date: «03/04/2001» — 4-айдың 3-күні немесе 3-айдың 4-күні; баған мұны анықтамайды (--dates анықтайды)
bad.csv:4: sex: «X» — мыналардың ешқайсысы емес: F, M
bad.csv:4: given_name: толтырылмаған
ayala: ештеңе импортталған жоқ: қабылданбаған жол: 3 (барлығы 3)
кеңес: жолдарды түзетіңіз немесе: ayala import bad.csv --keep-good --rejects bad.csv
""",
    ("bad.csv", "ru"): """\
bad.csv:1: colour: столбец 5 неизвестен и не загружается
bad.csv:2: birth_date: «31.02.2001» — такой даты нет в календаре
bad.csv:3: birth_date: «03/04/2001» — 3-й день 4-го месяца или 4-й день 3-го месяца; по столбцу этого не определить \
(укажите --dates)
bad.csv:4: sex: «X» — нет среди допустимых: F, M
bad.csv:4: given_name: не заполнено
ayala: ничего не импортировано: отклонено строк: 3 из 3
совет: исправьте строки или: ayala import bad.csv --keep-good --rejects bad.csv
""",
    ("open.csv", "kk"): """\
open.csv:2: birth_date: «03/04/2001» — 4-айдың 3-күні немесе 3-айдың 4-күні; бағандағы бірде-бір ұяшық мұны анықтамайды
кеңес: ayala import open.csv --dates dmy | mdy | ymd
ayala: ештеңе импортталған жоқ: қабылдау мүмкін болмаған файлдар: open.csv
кеңес: жолдарды түзетіңіз немесе: ayala import open.csv --keep-good --rejects bad.csv
""",
    ("half.csv", "ru"): """\
half.csv:1: заголовки ближе всего к виду graduates, но не хватает: birth_date, sex
совет: ayala import map save NAME --from half.csv --set 'THEIR WORD=surname', затем --map NAME
ayala: ничего не импортировано: не удалось загрузить: half.csv
совет: исправьте строки или: ayala import half.csv --keep-good --rejects bad.csv
""",
    ("stays.csv", "kk"): """\
stays.csv:1: тақырыптар stays түріне ең жақын, бірақ жетпейтіні: iin немесе graduate
кеңес: тақырыптарды түзетіңіз немесе: ayala import stays.csv --as beds
ayala: ештеңе импортталған жоқ: қабылдау мүмкін болмаған файлдар: stays.csv
кеңес: жолдарды түзетіңіз немесе: ayala import stays.csv --keep-good --rejects bad.csv
""",
    ("lost.csv", "kk"): """\
lost.csv: кестенің қазақ әріптері жоғалған: 3 сөзде ? тұр (С?лейменов, ?айрат, Д?уренов)
кеңес: кеңседен өз бағдарламасында «CSV UTF-8» немесе XLSX түрінде сақтауды сұраңыз; бұл әріптерді қалпына келтіру \
мүмкін емес
ayala: ештеңе импортталған жоқ: қабылдау мүмкін болмаған файлдар: lost.csv
кеңес: жолдарды түзетіңіз немесе: ayala import lost.csv --keep-good --rejects bad.csv
""",
    ("page.csv", "ru"): """\
page.csv: это веб-страница (HTML), а не таблица
совет: сохраните как XLSX или как «CSV UTF-8»
ayala: ничего не импортировано: не удалось загрузить: page.csv
совет: исправьте строки или: ayala import page.csv --keep-good --rejects bad.csv
""",
}


@pytest.mark.parametrize(("sheet", "lang"), SAID)
def test_what_is_wrong_with_a_sheet_in_kazakh_and_russian(office: Ayala, sheet: str, lang: str) -> None:
    done = office("--lang", lang, "import", sheet, ok=4)
    assert done.err == SAID[sheet, lang]


def test_a_full_list_in_kazakh_and_russian(office: Ayala) -> None:
    words = ("import", "whole.csv", "--full-list", "--keep-good", "--dry-run")
    assert office("--lang", "ru", *words, ok=4).err.splitlines()[:3] == [
        "whole.csv:1: full_name: столбец 1 читается в таком порядке: фамилия, имя, отчество",
        "whole.csv:3: surname: вместо фамилии, имени и отчества — 1 слово; запишите каждое в отдельный столбец",
        "whole.csv: принято за полный список: выпускники (регион: 75); 1 отклонённая строка может относиться к ним",
    ]
    assert office("--lang", "kk", *words, ok=4).err.splitlines()[:3] == [
        "whole.csv:1: full_name: 1-баған осы ретпен оқылады: тегі, аты, әкесінің аты",
        "whole.csv:3: surname: тегі, аты және әкесінің аты орнына 1 сөз жазылған; әрқайсысын жеке бағанға жазыңыз",
        "whole.csv: толық тізім деп қабылданды: түлектер (өңір: 75); қабылданбаған 1 жол солардың бірі туралы болуы "
        "мүмкін",
    ]


@pytest.mark.parametrize(
    ("words", "ru", "kk"),
    [
        (1, "— 1 слово;", "1 сөз"),
        (4, "— 4 слова;", "4 сөз"),
        (5, "— 5 слов;", "5 сөз"),
        (21, "— 21 слово;", "21 сөз"),
    ],
)
def test_what_counts_has_the_form_of_its_number(office: Ayala, words: int, ru: str, kk: str) -> None:
    sheet = f"full_name,birth_date,sex\n{' '.join(['А'] * words)},2000-01-01,F\n"
    assert ru in office("--lang", "ru", "import", "-", stdin=sheet, ok=4).err
    assert kk in office("--lang", "kk", "import", "-", stdin=sheet, ok=4).err


@pytest.mark.parametrize("lang", ["kk", "ru", "en"])
def test_headings_of_which_one_is_needed_are_named_in_the_language(office: Ayala, lang: str) -> None:
    either = {"kk": "немесе", "ru": "или", "en": "or"}[lang]
    missing = {"kk": "толтырылмаған", "ru": "не заполнено", "en": "missing"}[lang]
    sheet = "iin,building,room,bed,from_date\n,ZU-1,1,1,2001-01-01\n"
    done = office("--lang", lang, "import", "-", "--as", "stays", "--rejects", "out.csv", stdin=sheet, ok=4)
    assert f"-:2: iin {either} graduate: {missing}\n" in done.err
    # The rejects file calls the column as the office does, and its code is the same in every language.
    assert (
        (office.folder / "out.csv")
        .read_text(encoding="utf-8-sig")
        .splitlines()[1]
        .endswith(
            f"iin: {missing},no_iin_or_graduate"
            if lang != "en"
            else "iin or graduate: missing,no_iin_or_graduate"
        )
    )


def test_a_plan_made_in_one_language_is_applied_in_another(office: Ayala) -> None:
    """What is said of a rejected or doubtful row is no part of what is done."""
    rows = "А,Б,2001-05-06,F,\nВ,Г,31.02.2001,M,\nД,Е,2001-05-06,M,980315300005\n"
    (office.folder / "in.csv").write_text("surname,given_name,birth_date,sex,iin\n" + rows, encoding="utf-8")
    planned = office("--lang", "ru", "import", "in.csv", "--plan", "in.plan", "--keep-good", ok=4)
    assert "in.csv:3: birth_date: «31.02.2001» — такой даты нет в календаре" in planned.err
    applied = office("--lang", "kk", "import", "--apply", "in.plan", "--format", "json", ok=4)
    assert [(row["added"], row["rejected"], row["warned"]) for row in applied.json()] == [(2, 1, 1)]
    assert applied.err.splitlines()[-1] == "ayala: қабылданбаған жол: 1 (барлығы 3); дұрыс жолдар сақталды"
    again = office("--lang", "ru", "import", "--apply", "in.plan", ok=5)
    assert again.err == (
        "ayala: ничего не импортировано: после составления плана записи изменились: 1 запись в истории, "
        "последняя H-1\n"
        "совет: составьте план заново: ayala import … --plan\n"
    )


GUARDED = {
    "kk": "ayala: ештеңе импортталған жоқ: -: қабылданбаған жол: 30 (барлығы 40) (many-rejected: 20 % шегінен асты, "
    "кемінде 20 жол)\nкеңес: кестені қарап шығыңыз; бәрі дұрыс болса: ayala import - --allow many-rejected\n",
    "ru": "ayala: ничего не импортировано: -: отклонено строк: 30 из 40 (many-rejected: больше 20 % и не меньше 20 "
    "строк)\nсовет: посмотрите таблицу; если всё верно: ayala import - --allow many-rejected\n",
}


@pytest.mark.parametrize("lang", ["kk", "ru"])
def test_a_guard_asks_in_the_language(office: Ayala, lang: str) -> None:
    good = "".join(f"Т{n},А,2000-01-{n + 1:02},F\n" for n in range(10))
    sheet = HEAD + good + "А,Б,2000-13-01,F\n" * 30
    done = office("--lang", lang, "import", "-", "--keep-good", stdin=sheet, ok=5)
    assert done.err.endswith(GUARDED[lang])


def test_what_a_full_list_names_is_called_by_its_name_in_each_language() -> None:
    called: dict[str, list[str]] = {}
    for lang in LANGUAGES:
        choose(lang)
        called[lang] = [full_lists.called(full_lists.OF.get(kind, kind)) for kind in MODULES]
    choose("en")
    assert called["en"] == [
        "graduates", "beds", "partners", "workplaces", "appeals", "sessions", "services", "attendees", "residents",
        "apartments", "waiting entries of the queue", "waiting entries of the queue", "placements",
    ]  # fmt: skip
    assert called["ru"] == [
        "выпускники", "койко-места", "партнёры", "рабочие места", "обращения", "групповые мероприятия", "услуги",
        "участники", "проживающие", "предоставленные квартиры", "ожидающие в очереди", "ожидающие в очереди",
        "случаи трудоустройства",
    ]  # fmt: skip
    assert called["kk"] == [
        "түлектер", "төсек-орындар", "серіктестер", "жұмыс орындары", "өтініштер", "топтық іс-шаралар", "қызметтер",
        "қатысушылар", "тұрғындар", "берілген пәтерлер", "кезекте тұрғандар", "кезекте тұрғандар",
        "жұмысқа орналасулар",
    ]  # fmt: skip


ORDERS = {
    "ymd": ("жыл/ай/күн", "год/месяц/день", "year/month/day"),
    "mdy": ("ай/күн/жыл", "месяц/день/год", "month/day/year"),
    "dmy": ("күн/ай/жыл", "день/месяц/год", "day/month/year"),
}


@pytest.mark.parametrize("style", STYLES)
def test_the_order_of_a_day_is_said_in_each_language(style: Style) -> None:
    said = []
    for lang in LANGUAGES:
        choose(lang)
        said.append(spoken(style))
    choose("en")
    assert tuple(said) == ORDERS[style]


@pytest.mark.parametrize(
    ("mark", "kk", "ru"),
    [
        (b"PK\x05\x06", "бұл — бос мұрағат, кесте емес", "это пустой архив, а не таблица"),
        (b"%PDF-1.7", "бұл — PDF, кесте емес", "это PDF, а не таблица"),
        (b"{\\rtf1", "бұл — мәтіндік құжат (RTF), кесте емес", "это текстовый документ (RTF), а не таблица"),
        (b"<table>", "бұл — веб-бет (HTML), кесте емес", "это веб-страница (HTML), а не таблица"),
        (b"<?xml ?>", "бұл — XML файлы, кесте емес", "это файл XML, а не таблица"),
        (b"\x89PNG", "бұл — сурет, кесте емес", "это изображение, а не таблица"),
        (
            b"Rar!",
            "бұл — Ayala ашпайтын мұрағат, кесте емес",
            "это архив, который Ayala не открывает, а не таблица",
        ),
        (b"SQLite format 3\0", "бұл — дерекқор, кесте емес", "это база данных, а не таблица"),
    ],
)
def test_what_was_sent_in_place_of_a_sheet(office: Ayala, mark: bytes, kk: str, ru: str) -> None:
    (office.folder / "sent.csv").write_bytes(mark)
    for lang, sentence in (("kk", kk), ("ru", ru)):
        told = office("--lang", lang, "import", "sent.csv", ok=4).err.splitlines()
        assert told[0] == f"sent.csv: {sentence}"


@pytest.mark.parametrize(
    ("error", "ru"),
    [
        (
            "field larger than field limit (131072)",
            "в поле больше 160000 знаков; возможно, не закрыта кавычка",
        ),
        ("unexpected end of data", 'открытая кавычка (") не закрыта'),
        (
            "',' expected after '\"'",
            'после закрывающей кавычки (") идёт текст; кавычки внутри поля нужно удваивать',
        ),
        (
            "new-line character seen in unquoted field",
            "внутри строки стоит возврат каретки; сохраните таблицу с концами строк Unix или Windows",
        ),
        ("something else", "something else"),
    ],
)
def test_what_the_csv_reader_says_is_said_to_who_made_the_sheet(error: str, ru: str) -> None:
    choose("ru")
    said = reader._csv_words(error, '"')
    choose("en")
    assert said == ru.replace("160000", str(reader.LONGEST_FIELD))


def test_a_heading_that_nobody_knows_in_kazakh_and_russian(office: Ayala) -> None:
    words = ("import", "map", "save", "m", "--set", "Воспитанник=pupil")
    hint = "совет: заголовки каждого вида названы в docs/sheets.md; знак - исключает заголовок\n"
    assert office("--lang", "ru", *words, ok=2).err == (
        f"ayala: ни в одном виде таблиц нет заголовка «pupil»\n{hint}"
    )
    assert office("--lang", "ru", *words, "--as", "graduates", ok=2).err == (
        f"ayala: в таблице вида graduates нет заголовка «pupil»\n{hint}"
    )


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("kk", "қабылданбаған жол: 3 (барлығы 3); қабылдау мүмкін болмаған файлдар: page.csv"),
        ("ru", "отклонено строк: 3 из 3; не удалось загрузить: page.csv"),
        ("en", "3 of 3 rows are rejected and page.csv could not be taken"),
    ],
)
def test_rows_and_files_that_did_not_come_in(office: Ayala, lang: str, said: str) -> None:
    done = office("--lang", lang, "import", "bad.csv", "page.csv", "--keep-good", ok=4)
    assert done.err.splitlines()[-1] == f"ayala: {said}"
