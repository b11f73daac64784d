"""How a graduate is told from another: the columns that are computed from the name."""

from __future__ import annotations

from functools import lru_cache
from typing import TypedDict

from ayala.language.names import fold, sort_key


class NameColumns(TypedDict):
    """Columns kept beside the name, for finding and sorting."""

    name_key: str
    surname_fold: str
    given_fold: str
    sort_key: str


def name_columns(surname: str, given_name: str, patronymic: str | None) -> NameColumns:
    """Folded name for finding, key for sorting by the Kazakh alphabet; written with every name."""
    # Word by word, as folding and ordering work: names repeat, whole names hardly do.
    surname_fold, first = _keys(surname)
    given_fold, second = _keys(given_name)
    rest_fold, third = _keys(patronymic or "")
    return {
        "name_key": " ".join(filter(None, (surname_fold, given_fold, rest_fold))),
        "surname_fold": surname_fold,
        "given_fold": given_fold,
        "sort_key": " ".join(filter(None, (first, second, third))),
    }


@lru_cache(maxsize=16384)
def _keys(part: str) -> tuple[str, str]:
    """A part of a name, for finding and for sorting."""
    return fold(part), sort_key(part)


def full_name(surname: str, given_name: str, patronymic: str | None) -> str:
    return " ".join(part for part in (surname, given_name, patronymic) if part)
