"""Days as offices write them: told by their column, never guessed."""

from __future__ import annotations

import csv
from contextlib import suppress
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ayala.sheets.columns import Columns, Looking
from ayala.sheets.days import EXCEL, Days, Order, Span, span_of
from ayala.sheets.headings import matched
from ayala.sheets.kinds import kind_named
from ayala.sheets.reader import Line, Number
from ayala.sheets.rows import BadCell, day
from tests.program import Ayala

HEAD = "Тегі,Аты,Жынысы,Туған күні\n"
TODAY = date(2026, 11, 23)


@pytest.fixture
def office(ayala: Ayala) -> Ayala:
    ayala("init")
    return ayala


def sheet(*days: str, head: str = HEAD) -> str:
    return head + "".join(f'Т{n},А,ер,"{day}"\n' for n, day in enumerate(days))


def born(office: Ayala) -> list[str]:
    return [row["birth_date"] for row in office("graduate", "list", "--format", "json").json()]


@pytest.mark.parametrize(
    "typed",
    [
        "2001-03-27", "2001-03-27 00:00:00", "2001-03-27T10:15", "2001/03/27", "2001.3.27", "27.03.2001", "27.3.2001",
        "27.03.01", "27.03.2001 0:00", "27/03/2001", "27-03-2001", "27/3/01", "03/27/2001", "27 наурыз 2001 ж.",
        "2001 ж. 27 наурыз", "2001 жылғы 27 наурыз", "«27» марта 2001 г.", "27 марта 2001 года", "27-мар-2001",
        "27 March 2001", "March 27, 2001", "27th March 2001", "27-Mar-01", "27 НАУ. 2001",
    ],
)  # fmt: skip
def test_one_day_in_every_style(office: Ayala, typed: str) -> None:
    office("import", "-", stdin=sheet(typed))
    assert born(office) == ["2001-03-27"]


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("31.02.1999", "'31.02.1999' is not in the calendar"),
        ("1999-02-31", "'1999-02-31' is not in the calendar"),
        ("31 февраля 1999", "'31 февраля 1999' is not in the calendar"),
        ("31.02.99", "'31.02.99' is not in the calendar"),
        ("13/14/2001", "'13/14/2001' is not in the calendar"),
        ("1899-12-31", "'1899-12-31': the year must be from 1900 to 2100"),
        ("15.03.20", "'15.03.20': 1920 or 2020 cannot be meant; write the year with four digits"),
        ("2001", "'2001' is not a day"),
        ("03.2001", "'03.2001' is not a day"),
        ("1.2.3", "'1.2.3' is not a day"),
        ("123.2.2001", "'123.2.2001' is not a day"),
        ("27 brumaire 2001", "'27 brumaire 2001' is not a day"),
        ("27 март апрель", "'27 март апрель' is not a day"),
        ("27 март x", "'27 март x' is not a day"),
        ("027 март 2001", "'027 март 2001' is not a day"),
        ("36977", "'36977' is not a day"),
        ("бүгін", "'бүгін' is not a day"),
    ],
)
def test_what_is_no_day_is_named(office: Ayala, typed: str, sentence: str) -> None:
    done = office("import", "-", stdin=sheet(typed), ok=4)
    assert done.err.splitlines()[0] == f"-:2: birth_date: {sentence}"


def test_the_column_tells_the_order_for_all_of_its_cells(office: Ayala) -> None:
    office("import", "-", stdin=sheet("03/04/2001", "05/05/2001", "25/12/2000", "1/2/1999"))
    assert born(office) == ["2001-04-03", "2001-05-05", "2000-12-25", "1999-02-01"]


def test_month_first_is_told_just_so(office: Ayala) -> None:
    office("import", "-", stdin=sheet("03/04/2001", "12/25/2000"))
    assert born(office) == ["2001-03-04", "2000-12-25"]


def test_each_column_is_told_by_itself(office: Ayala) -> None:
    head = HEAD.replace("\n", ",Шыққан күні\n")
    office("import", "-", stdin=head + "Т,А,ер,25/04/2001,03/25/2019\nТ,Б,ер,03/04/2001,03/04/2019\n")
    office("export", "out", "--unmask", "--reason", "test")
    rows = csv.DictReader((office.folder / "out" / "graduates.csv").open(encoding="utf-8", newline=""))
    assert [(row["birth_date"], row["left_care_on"]) for row in rows] == [
        ("2001-04-25", "2019-03-25"),
        ("2001-04-03", "2019-03-04"),
    ]


def test_a_column_that_fits_both_is_a_question(office: Ayala, office_db: str) -> None:
    text = sheet("05/05/2001", "03/04/2001", "")
    done = office("import", "-", "--format", "json", stdin=text, ok=4)
    assert done.err.splitlines()[:2] == [
        "-:3: birth_date: '03/04/2001' is day 3 of month 4, or day 4 of month 3; no cell of the column tells",
        "try: ayala import - --dates dmy | mdy | ymd",
    ]
    assert [(row["read"], row["added"]) for row in done.json()] == [(0, 0)]
    office("import", "-", "--dates", "mdy", stdin=sheet("05/05/2001", "03/04/2001"))
    assert born(office) == ["2001-05-05", "2001-03-04"]


def test_the_answer_holds_for_every_cell_and_what_does_not_fit_is_named(office: Ayala) -> None:
    text = sheet("03/04/2001", "25/12/2000", "05.06.1999", "1999-02-03")
    done = office("import", "-", "--dates", "mdy", "--keep-good", stdin=text, ok=4)
    assert done.err.splitlines()[0] == (
        "-:3: birth_date: '25/12/2000' is not in the calendar; the column is month/day/year"
    )
    assert born(office) == ["2001-03-04", "1999-06-05", "1999-02-03"]


def test_year_first_is_only_said_never_told(office: Ayala) -> None:
    done = office("import", "-", "--dates", "ymd", "--keep-good", stdin=sheet("01/03/04", "03/04/2001"), ok=4)
    assert done.err.splitlines()[0] == (
        "-:3: birth_date: '03/04/2001' is not year/month/day, as the column was said to be"
    )
    assert born(office) == ["2001-03-04"]


def test_days_of_both_orders_in_one_column_are_each_a_problem(office: Ayala) -> None:
    text = sheet("25/12/2000", "12/25/2001", "03/04/2001", "04/04/2001")
    done = office("import", "-", "--keep-good", stdin=text, ok=4)
    assert done.err.splitlines()[0] == (
        "-:4: birth_date: '03/04/2001' is day 3 of month 4, or day 4 of month 3, "
        "and the column does not tell (--dates does)"
    )
    assert born(office) == ["2000-12-25", "2001-12-25", "2001-04-04"]


def test_one_strange_day_among_others_is_a_problem_of_its_row(office: Ayala) -> None:
    done = office("import", "-", "--keep-good", stdin=sheet("2001-03-27", "27.03.2001", "03/04/2001"), ok=4)
    assert "-:4: birth_date: '03/04/2001' is day 3" in done.err
    assert born(office) == ["2001-03-27"] * 2


def test_an_order_that_does_not_exist(office: Ayala) -> None:
    done = office("import", "-", "--dates", "dym", stdin=sheet("2001-03-27"), ok=2)
    assert done.err == "ayala: 'dym' is no order of a day\ntry: --dates dmy | mdy | ymd\n"


# --- two digits ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "year"),
    [("01.01.64", "1964"), ("24.11.64", "1964"), ("01.01.99", "1999"), ("01.01.12", "2012")],
)
def test_two_digits_of_a_birth_year_mean_the_age_they_give(office: Ayala, typed: str, year: str) -> None:
    office("import", "-", stdin=sheet(typed))
    assert [day[:4] for day in born(office)] == [year]


@pytest.mark.parametrize("typed", ["23.11.63", "24.11.12", "01.01.13", "01.01.26"])
def test_an_age_that_nobody_here_has_is_a_problem(office: Ayala, typed: str) -> None:
    assert "cannot be meant" in office("import", "-", stdin=sheet(typed), ok=4).err


def test_other_columns_lie_in_the_last_decades_or_the_coming_year() -> None:
    read = Days(today=TODAY, years=span_of("left_care_on")).read
    assert [read(text) for text in ("16.10.19", "22.11.27", "24.11.66")] == [
        date(2019, 10, 16), date(2027, 11, 22), date(1966, 11, 24),
    ]  # fmt: skip
    assert Days(today=TODAY, years=span_of("planned_end")).read("01.09.30") == date(2030, 9, 1)


def test_two_centuries_that_both_fit_are_a_problem() -> None:
    read = Days(today=TODAY, years=Span(at_most=120, at_least=0)).read
    with pytest.raises(BadCell, match=r"'01\.02\.15': 1915 and 2015 both fit") as caught:
        read("01.02.15")
    assert caught.value.code == "unclear_century"
    assert read("29.02.00") == date(2000, 2, 29)  # 1900 has no such day


def test_a_day_by_itself_is_read_only_where_nothing_is_to_be_guessed() -> None:
    assert day("27.03.2001") == day("27/03/2001") == date(2001, 3, 27)
    for text, code in (
        ("03/04/2001", "unclear_date"),
        ("27.03.01", "unclear_century"),
        (Number("36977"), "bad_date"),
    ):
        with pytest.raises(BadCell) as caught:
            day(text)
        assert caught.value.code == code


# --- numbers of a workbook ----------------------------------------------------------------------------

HEADINGS = ["ЖСН", "Тегі", "Туған күні", "Шыққан күні"]


def looked_at(*rows: list[str]) -> Columns:
    kind = kind_named("graduates")
    looking = Looking(matched(HEADINGS, kind), kind)
    for number, cells in enumerate(rows, 2):
        looking.see(Line(number, cells))
    return looking.columns("book.xlsx", today=TODAY)


def read(columns: Columns, cells: list[str]) -> list[object]:
    return [parse(cell) for (_, parse), cell in zip(columns.parsers, cells, strict=False) if parse and cell]


def test_a_number_of_a_workbook_is_a_day_where_it_can_be_one() -> None:
    row = ["", "Ә", Number("36977"), "2019-03-27"]
    columns = looked_at(row, ["", "Ә", Number("42"), ""])
    assert read(columns, row) == ["Ә", date(2001, 3, 27), date(2019, 3, 27)]
    assert list(columns.notes()) == ["birth_date: numbers are read as the spreadsheet's days, once"]
    for number in ("42", "2001", "9" * 12):
        with pytest.raises(BadCell, match="is a number, and no day of this column's"):
            columns.parsers[2][1](Number(number))  # type: ignore[misc]
    with pytest.raises(BadCell, match="'36977' is not a day"):
        columns.parsers[2][1]("36977")  # type: ignore[misc]


def test_the_leading_zeros_of_an_iin_are_put_back_where_the_control_digit_fits() -> None:
    short = [Number("10101500123"), "Ә", "", ""]
    from ayala.graduate.iin import iin_is_valid

    columns = looked_at(short)
    parse = columns.parsers[0][1]
    assert parse is not None
    good = next(str(n) for n in range(10101500120, 10101500130) if iin_is_valid(str(n).zfill(12)))
    assert parse(Number(good)) == good.zfill(12)
    assert parse(Number(good)) == good.zfill(12)
    assert list(columns.notes()) == ["iin: leading zeros that the spreadsheet dropped are put back, 2 times"]
    assert parse("980315300005") == parse(Number("980315300005")) == "980315300005"
    cut = next(str(n) for n in range(10522520, 10522599) if iin_is_valid(str(n).zfill(12)))  # no such month
    for wrong in (good, Number(str(int(good) + 1)), Number("1.5"), Number(cut)):
        with pytest.raises(BadCell):
            parse(wrong)


def test_a_rejected_row_of_a_workbook_is_written_so_that_it_can_be_read_again() -> None:
    from ayala.graduate.iin import iin_is_valid

    good = next(str(n) for n in range(10101500120, 10101500130) if iin_is_valid(str(n).zfill(12)))
    row = [Number(good), Number("7"), Number("36977"), Number("5"), "beyond"]
    assert looked_at(row).as_text(row) == [good.zfill(12), "7", "2001-03-27", "5", "beyond"]


def test_a_number_stays_one_when_it_is_stripped() -> None:
    assert Number("5").strip().__class__ is Number


# --- properties ---------------------------------------------------------------------------------------

DAYS = st.dates(date(1970, 1, 1), date(2010, 12, 31))
STYLES = {
    "dmy": lambda d: f"{d.day:02}/{d.month:02}/{d.year}",
    "mdy": lambda d: f"{d.month}/{d.day}/{d.year}",
}


@given(st.lists(DAYS, min_size=1, max_size=30), st.sampled_from(sorted(STYLES)))
def test_a_column_is_read_as_it_was_written_or_asked_about(days: list[date], style: str) -> None:
    order = Order()
    cells = [STYLES[style](day) for day in days]
    for line, cell in enumerate(cells, 2):
        order.see(cell, line)
    if order.is_open:
        assert all(day.day <= 12 for day in days)
        return
    read = Days(order.style, TODAY, span_of("birth_date")).parser()
    assert [read(cell) for cell in cells] == days


@given(DAYS, st.sampled_from(["{0}.{1}.{2}", "{2}-{1}-{0}", "{2}/{1}/{0}", "{2}.{1}.{0}"]))
def test_forms_of_one_order_need_no_column(day: date, form: str) -> None:
    typed = form.format(f"{day.day:02}", f"{day.month:02}", day.year)
    assert Days().read(typed) == day


@given(st.integers(0, 60000))
def test_a_serial_number_is_the_spreadsheets_day(number: int) -> None:
    days = Days(None, TODAY, span_of("birth_date"), numbers=True)
    expected = EXCEL + timedelta(days=number)
    try:
        assert days.parser()(Number(str(number))) == expected
    except BadCell:
        assert not span_of("birth_date").has(expected, TODAY)


@given(st.text(max_size=20))
def test_any_text_is_a_day_or_a_sentence(text: str) -> None:
    with suppress(BadCell):
        assert isinstance(Days("dmy", TODAY, span_of("birth_date")).read(text), date)
