"""The IIN (ЖСН, ИИН), the personal number of twelve digits: what makes one wrong, and hiding it.

The first six digits were the birth date and the seventh told century and sex when a number was
made, and a number is never changed afterwards, so a difference from the person's papers is a
warning and never an error (Government Decree 853 of 2013-08-26 removed the tie). No sentence made
here holds a digit of the number: its head is a birth date.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import lru_cache

from ayala.errors import WrongUsage
from ayala.language.phrases import phrase

FIRST_WEIGHTS = (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11)
SECOND_WEIGHTS = (3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2)
"""Used when the first sum leaves 10. If this one leaves 10 too, such a number is never issued."""

# Digit 7 -> the first two digits of the year of birth, sex. 0 is said to mark foreign citizens.
_CENTURY_AND_SEX = {
    "1": ("18", "M"),
    "2": ("18", "F"),
    "3": ("19", "M"),
    "4": ("19", "F"),
    "5": ("20", "M"),
    "6": ("20", "F"),
}


class BadIin(WrongUsage, ValueError):
    """A text that cannot be anybody's IIN; ``reason`` is a sentence for a clerk, without the number, and
    ``code`` says the same to a program (vocabulary ``problem``)."""

    def __init__(self, reason: str, code: str = "bad_iin") -> None:
        super().__init__(reason)
        self.reason = reason
        self.code = code


def check_iin(text: str) -> str:
    """The twelve digits of an IIN; white space and hyphens between digits are dropped.

    Raises :class:`BadIin` only for what no issued number can be: not twelve ASCII digits, all zeros,
    a wrong control digit, or a number for which there is no control digit.
    """
    if iin_is_valid(text):
        return text
    iin = "".join(text.split()).replace("-", "")
    if iin_is_valid(iin):
        return iin
    raise BadIin(*_what_is_wrong(iin))


def iin_is_valid(text: str) -> bool:
    """Whether a text is twelve ASCII digits with the right control digit. Table look-ups, for bulk."""
    if len(text) != 12 or text == "000000000000":
        return False
    head, tail = text[:7], text[7:11]
    try:
        left = (_FIRST_HEADS[head] + _FIRST_TAILS[tail]) % 11
        if left == 10:
            left = (_SECOND_HEADS[head] + _SECOND_TAILS[tail]) % 11
    except KeyError:
        return False
    return text[11] == "0123456789X"[left]


def agrees(iin: str, birth_date: date, sex: str) -> bool:
    """Whether a valid IIN begins as a number of this birth date and sex does: nothing is odd about it.

    False where there is more to look at; :func:`iin_warnings` tells what.
    """
    return iin[:7] == _beginning(birth_date, sex)


@lru_cache(maxsize=65536)
def _beginning(birth_date: date, sex: str) -> str | None:
    written = birth_date.isoformat()
    digit = next((d for d, known in _CENTURY_AND_SEX.items() if known == (written[:2], sex)), "")
    return f"{written[2:4]}{written[5:7]}{written[8:10]}{digit}" if digit else None


def iin_warnings(iin: str, birth_date: date | str | None = None, sex: str | None = None) -> list[str]:
    """What is odd about a valid IIN beside the person's papers: sentences, without the number.

    ``birth_date`` is a day or its ISO text, ``sex`` is F or M; what is not known is not compared.
    """
    warnings = []
    century_and_sex = _CENTURY_AND_SEX.get(iin[6])
    if century_and_sex is None:
        warnings.append(phrase("digit 7 of the IIN is outside 1 to 6"))
    if not _is_a_date(iin, century_and_sex):
        warnings.append(phrase("the IIN does not begin with a date"))
    elif birth_date:
        written = birth_date if isinstance(birth_date, str) else birth_date.isoformat()
        head = f"{iin[:2]}-{iin[2:4]}-{iin[4:6]}"
        if (century_and_sex[0] + head if century_and_sex else head) != (
            written if century_and_sex else written[2:]
        ):
            warnings.append(phrase("the birth date differs from the IIN"))
    if sex and century_and_sex and century_and_sex[1] != sex:
        warnings.append(phrase("the sex differs from the IIN"))
    return warnings


def mask_iin(iin: str) -> str:
    """The IIN with its last four digits only: ``********0005``."""
    return _mask(iin)


def mask_phone(phone: str) -> str:
    """The telephone number with its last four digits only: ``********5678``."""
    return _mask(phone)


def _mask(text: str) -> str:
    shown = text[-4:] if len(text) > 4 else ""
    return "*" * (len(text) - len(shown)) + shown


def _what_is_wrong(iin: str) -> tuple[str, str]:
    """The sentence, and the code of the vocabulary ``problem``."""
    if "*" in iin:
        return phrase("the IIN is masked; the whole number is needed"), "masked_iin"
    if not (iin.isascii() and iin.isdigit()):
        if iin[:1].isdigit() and "E+" in iin.upper():
            sentence = phrase(
                "a spreadsheet has rounded the IIN; format the column as text and enter it again"
            )
            return sentence, "rounded_iin"
        return phrase("an IIN is 12 digits; this has other characters"), "bad_iin"
    if len(iin) == 11:
        sentence = phrase("an IIN is 12 digits, this has 11; a spreadsheet may have dropped a leading zero")
        return sentence, "short_iin"
    if len(iin) != 12:
        code = "short_iin" if len(iin) < 12 else "long_iin"
        return phrase("an IIN is 12 digits, this has {count}", count=len(iin)), code
    if not iin.strip("0"):
        return phrase("the IIN is all zeros"), "bad_iin"
    if _left(iin, FIRST_WEIGHTS) == 10 and _left(iin, SECOND_WEIGHTS) == 10:
        return phrase("such an IIN is never issued; a digit is wrong"), "bad_iin_check_digit"
    sentence = phrase("the control digit of the IIN does not match; a digit is wrong")
    return sentence, "bad_iin_check_digit"


def _left(digits: str, weights: Sequence[int]) -> int:
    """The weighted sum of the first eleven digits, modulo 11."""
    return sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=False)) % 11


class _Sums(dict[str, int]):
    """The part of a weighted sum that some digits give, worked out when they first come: birth dates repeat.
    KeyError for what is not ASCII digits."""

    def __init__(self, weights: Sequence[int]) -> None:
        super().__init__()
        self.weights = weights

    def __missing__(self, digits: str) -> int:
        if not (digits.isascii() and digits.isdigit()):
            raise KeyError
        found = sum(int(digit) * weight for digit, weight in zip(digits, self.weights, strict=True))
        if len(self) < _REMEMBERED:
            self[digits] = found
        return found


_REMEMBERED = 1 << 14
_FIRST_HEADS, _FIRST_TAILS = _Sums(FIRST_WEIGHTS[:7]), _Sums(FIRST_WEIGHTS[7:])
_SECOND_HEADS, _SECOND_TAILS = _Sums(SECOND_WEIGHTS[:7]), _Sums(SECOND_WEIGHTS[7:])


def _is_a_date(iin: str, century_and_sex: tuple[str, str] | None) -> bool:
    # Without a century any leap year will do; 2000 is one.
    year = int((century_and_sex[0] if century_and_sex else "20") + iin[:2])
    try:
        date(year, int(iin[2:4]), int(iin[4:6]))
    except ValueError:
        # 29 February of a year whose century is not known stays possible.
        return century_and_sex is None and iin[2:6] == "0229"
    return True
