"""Phone numbers: read in any local spelling, kept in E.164 (``+77012345678``)."""

from __future__ import annotations

import re

from ayala.language.phrases import phrase

_MOBILE = re.compile(r"(?:\+7|8)(7[0-9]{9})")
is_as_kept = re.compile(r"\+77[0-9]{9}").fullmatch
"""Whether a text is a Kazakh number just as it is kept; most other numbers are not, and are kept as well."""
_SPACING = re.compile(r"[\s()\-.\u00a0\u2010-\u2014]")


class BadPhone(ValueError):
    """Text that is no phone number; the sentence does not repeat it."""


def read_phone(text: str) -> str:
    """A number as dialled in Kazakhstan, or with its country code, in E.164.

    Numbers that cannot exist are refused; that a number is in use is not checked.
    """
    # Nearly all numbers are such: a country code or the long-distance 8, and ten digits from 7.
    if text.isascii() and (plain := _MOBILE.fullmatch(_SPACING.sub("", text))):
        return f"+7{plain[1]}"
    import phonenumbers

    try:
        number = phonenumbers.parse(text, "KZ")
    except phonenumbers.NumberParseException:
        raise BadPhone(phrase("this is not a phone number")) from None
    if not phonenumbers.is_possible_number(number):
        raise BadPhone(phrase("this phone number has too few or too many digits"))
    # A number of ten digits from 8 is possible, and is always one from which a digit was cut.
    if number.country_code == 7 and not phonenumbers.is_valid_number(number):
        raise BadPhone(phrase("there is no such phone number; a digit may be missing"))
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
