"""The IIN: what is wrong, what is only odd, and what is hidden."""

from __future__ import annotations

import random
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ayala.graduate.iin import BadIin, check_iin, iin_is_valid, iin_warnings, mask_iin, mask_phone

GOOD = {
    "980315300005": (date(1998, 3, 15), "M"),
    "031014600003": (date(2003, 10, 14), "F"),
    "990531400902": (date(1999, 5, 31), "F"),
    "010701600200": (date(2001, 7, 1), "F"),
    "951201300303": (date(1995, 12, 1), "M"),
    "041231501805": (date(2004, 12, 31), "M"),
}
ODD = {
    "981315300008": "the IIN does not begin with a date",
    "980230300003": "the IIN does not begin with a date",
    "980315700000": "digit 7 of the IIN is outside 1 to 6",
    "980315000006": "digit 7 of the IIN is outside 1 to 6",
}


@pytest.mark.parametrize("iin", [*GOOD, *ODD])
def test_a_right_number_is_accepted(iin: str) -> None:
    assert check_iin(iin) == iin
    assert iin_is_valid(iin)


@pytest.mark.parametrize(("iin", "papers"), GOOD.items())
def test_papers_that_agree_give_no_warning(iin: str, papers: tuple[date, str]) -> None:
    born, sex = papers
    assert iin_warnings(iin, born, sex) == []
    assert iin_warnings(iin, born.isoformat(), sex) == []
    assert iin_warnings(iin, None, None) == []


@pytest.mark.parametrize(("iin", "warning"), ODD.items())
def test_an_odd_number_is_a_warning_only(iin: str, warning: str) -> None:
    assert iin_warnings(iin) == [warning]


def test_papers_that_differ_are_warnings() -> None:
    assert iin_warnings("980315300005", "1997-01-01", "F") == [
        "the birth date differs from the IIN",
        "the sex differs from the IIN",
    ]
    assert iin_warnings("980315300005", date(1898, 3, 15)) == ["the birth date differs from the IIN"]
    # Without a known century the rest of the date is still compared.
    assert iin_warnings("980315700000", "1998-03-15", "F") == ["digit 7 of the IIN is outside 1 to 6"]
    assert iin_warnings("980315700000", "1998-03-16")[1:] == ["the birth date differs from the IIN"]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("980315300006", "the control digit of the IIN does not match; a digit is wrong"),
        ("98031530000", "an IIN is 12 digits, this has 11; a spreadsheet may have dropped a leading zero"),
        ("9803153000051", "an IIN is 12 digits, this has 13"),
        ("98031530000А", "an IIN is 12 digits; this has other characters"),
        ("980315300690", "such an IIN is never issued; a digit is wrong"),
        ("000000000000", "the IIN is all zeros"),
        ("", "an IIN is 12 digits; this has other characters"),
        ("٩٨٠٣١٥٣٠٠٠٠٥", "an IIN is 12 digits; this has other characters"),
        ("９８０３１５３００００５", "an IIN is 12 digits; this has other characters"),
        ("980_315300005", "an IIN is 12 digits; this has other characters"),
        ("********0005", "the IIN is masked; the whole number is needed"),
        ("9.80315E+11", "a spreadsheet has rounded the IIN; format the column as text and enter it again"),
    ],
)
def test_a_wrong_number_is_refused_with_a_reason(text: str, reason: str) -> None:
    assert not iin_is_valid(text)
    with pytest.raises(BadIin) as caught:
        check_iin(text)
    assert caught.value.reason == str(caught.value) == reason
    assert isinstance(caught.value, ValueError)


@pytest.mark.parametrize("head", ["03101460043", "00022950096", "98031530069"])
def test_an_unassignable_head_has_no_control_digit(head: str) -> None:
    assert not any(iin_is_valid(f"{head}{digit}") for digit in range(10))


@pytest.mark.parametrize("text", [" 980315300005\n", "980315 300005", "980315-300005", "98 03 15 300005"])
def test_spaces_and_hyphens_are_dropped(text: str) -> None:
    assert check_iin(text) == "980315300005"


def test_another_library_agrees_on_many_numbers() -> None:
    oracle = pytest.importorskip("idnumbers.nationalid.kaz.individual_id").IndividualIDNumber
    made = random.Random(20261123)
    for _ in range(20_000):
        born = date(1930, 1, 1).toordinal() + made.randrange(34_000)
        day = date.fromordinal(born)
        seventh = made.choice("34") if day.year < 2000 else made.choice("56")
        iin = f"{day:%y%m%d}{seventh}{made.randrange(10_000):04d}{made.randrange(10)}"
        assert iin_is_valid(iin) == bool(oracle.validate(iin)), iin


def test_the_table_path_agrees_with_the_sums_of_the_decree() -> None:
    def control(head: str) -> int | None:
        for weights in ((1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11), (3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2)):
            left = sum(int(a) * w for a, w in zip(head, weights, strict=True)) % 11
            if left < 10:
                return left
        return None

    made = random.Random(7)
    for _ in range(20_000):
        iin = f"{made.randrange(10**12):012d}"
        assert iin_is_valid(iin) == (control(iin[:11]) == int(iin[11])), iin


@given(st.text(max_size=20) | st.text("0123456789 -", max_size=16))
def test_any_text_is_answered_without_its_digits(text: str) -> None:
    digits = "".join(c for c in text if c in "0123456789")
    try:
        reason = ""
        assert check_iin(text) == digits
    except BadIin as error:
        reason = error.reason
    assert len(digits) < 4 or digits not in reason


def test_only_the_last_four_digits_are_shown() -> None:
    assert mask_iin("980315300005") == "********0005"
    assert mask_phone("+77012345678") == "********5678"
    assert mask_phone("150") == "***"
    assert mask_phone("") == ""
