"""The keys of a name are made word by word; they are those of the whole name."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from ayala.graduate.identity import full_name, name_columns
from ayala.language.names import fold, sort_key

NAME = st.text(alphabet="АәҒіЁйК aBсe'-\u0301\u00a0\u200b.1Ь", max_size=12)


@given(NAME, NAME, st.none() | NAME)
@example("Aсан", "Bек", None)
@example("-", "Әли", " ")
@example("И\u0306", "\u0306Е", "о'")
def test_a_key_joined_of_its_words_is_that_of_the_whole_name(
    surname: str, given_name: str, patronymic: str | None
) -> None:
    keys = name_columns(surname, given_name, patronymic)
    whole = full_name(surname, given_name, patronymic)
    assert keys["name_key"] == fold(whole)
    assert keys["sort_key"] == sort_key(f"{surname} {given_name} {patronymic or ''}")
    assert (keys["surname_fold"], keys["given_fold"]) == (fold(surname), fold(given_name))
