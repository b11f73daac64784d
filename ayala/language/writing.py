"""Numbers and days as they are written in the chosen language, for what people read.

Kazakh and Russian write a decimal comma and 23.11.2026, English a point and the ISO day. Digits are never
grouped: 12000 is read back by every program. JSON, CSV and codes know nothing of this.
"""

from __future__ import annotations

import re
from datetime import date

from ayala.language.catalogue import current

_DAY = re.compile(r"(?<![\w.-])(\d{4})-(\d{2})-(\d{2})(?![\w-])")


def decimal(value: float, form: str) -> str:
    """A number in a format such as ``.2f``, with the language's decimal sign."""
    text = format(value, form)
    return text if current() == "en" else text.replace(".", ",")


def day(value: date | str) -> str:
    """A day, given as such or in ISO form; any other text stays what it is."""
    text = value if isinstance(value, str) else value.isoformat()
    if current() == "en" or not (found := _DAY.fullmatch(text)):
        return text
    return _put(found)


def days_in(text: str) -> str:
    """A text with each ISO day in it in the language's form: a span, a line above a table."""
    if current() == "en":
        return text
    # Both ends of a span stand apart: its two points would run into those of the days.
    apart = re.sub(r"(?<=-\d\d)\.\.|\.\.(?=\d{4}-\d\d-\d\d)", " – ", text)
    return _DAY.sub(_put, apart).strip()


def _put(found: re.Match[str]) -> str:
    year, month, day = found.groups()
    return f"{day}.{month}.{year}"
