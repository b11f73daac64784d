"""Phone numbers: read in any local spelling, kept in E.164 (``+77012345678``)."""

from __future__ import annotations

import re

_PLAIN = re.compile(r"\+7[0-9]{10}")


class BadPhone(ValueError):
    """Text that is no phone number; the sentence does not repeat it."""


def read_phone(text: str) -> str:
    """A number as dialled in Kazakhstan, or with its country code, in E.164.

    Numbers that cannot exist are refused; that a number is in use is not checked.
    """
    squeezed = re.sub(r"[\s()\-.\u00a0\u2010-\u2014]", "", text)
    if _PLAIN.fullmatch(squeezed) and squeezed[2] == "7":
        return squeezed
    import phonenumbers

    try:
        number = phonenumbers.parse(text, "KZ")
    except phonenumbers.NumberParseException:
        raise BadPhone("this is not a phone number") from None
    if not phonenumbers.is_possible_number(number):
        raise BadPhone("this phone number has too few or too many digits")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
