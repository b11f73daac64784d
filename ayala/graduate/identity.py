"""How a graduate is told from another: the columns that are computed from the name."""

from __future__ import annotations

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
    parts = [part for part in (surname, given_name, patronymic) if part]
    return {
        "name_key": " ".join([key for key in map(fold, parts) if key]),
        "surname_fold": fold(surname),
        "given_fold": fold(given_name),
        "sort_key": " ".join([key for key in map(sort_key, parts) if key]),
    }


def full_name(surname: str, given_name: str, patronymic: str | None) -> str:
    return " ".join(part for part in (surname, given_name, patronymic) if part)
