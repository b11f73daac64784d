"""Personal numbers of invented people, computed here from the rule of the control digit and not by Ayala."""

from __future__ import annotations

from datetime import date


def control_digit(eleven: str) -> int | None:
    """The twelfth digit, or nothing where no such number is issued (Decree 565 of 2003-06-11: weights 1 to 11,
    and 3 to 11, 1, 2 where the first sum leaves 10)."""
    digits = [int(digit) for digit in eleven]
    for shift in (0, 2):
        left = sum(digit * ((place + shift) % 11 + 1) for place, digit in enumerate(digits)) % 11
        if left < 10:
            return left
    return None


def an_iin(born: date, number: int, sex: str = "F") -> str:
    """The next number from ``number`` that can be issued to a person born on a day."""
    century = {"M": 1, "F": 2}[sex] + 2 * (born.year // 100 - 18)
    while True:
        eleven = f"{born:%y%m%d}{century}{number:04d}"
        control = control_digit(eleven)
        if control is not None:
            return f"{eleven}{control}"
        number += 1
