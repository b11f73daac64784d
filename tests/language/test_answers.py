"""Yes and no at a terminal: asked in the language of the program, answered in any of the three."""

from __future__ import annotations

import pytest

from tests.program import Ayala
from tests.terminal import at_terminal

PERSON = ("--surname", "Әбдіров", "--given-name", "Ғани", "--born", "1998-03-15", "--sex", "M")


@pytest.fixture
def office(ayala: Ayala) -> Ayala:
    ayala("init")
    ayala("graduate", "add", *PERSON)
    ayala("graduate", "edit", "G-1", "--note", "one", "--reason", "x")
    return ayala


def note(office: Ayala) -> str | None:
    shown = office("graduate", "show", "G-1", "--format", "json").json()
    note: str | None = shown["graduate"][0].get("note")
    return note


@pytest.mark.parametrize(("lang", "choice"), [("en", "[y/N]"), ("kk", "[и/Ж]"), ("ru", "[д/Н]")])
@pytest.mark.parametrize(
    ("typed", "done"),
    [("y", True), ("Иә", True), ("да", True), ("", False), ("n", False), ("жоқ", False), ("НЕТ", False)],
)
def test_a_question_is_answered_in_any_language(
    office: Ayala, lang: str, choice: str, typed: str, done: bool
) -> None:
    undo = ("history", "undo", "H-2", "--reason", "x")
    asked = at_terminal(office)("--lang", lang, *undo, stdin=f"{typed}\n", ok=0 if done else 2)
    assert choice in asked.err + asked.out
    assert note(office) == (None if done else "one")


def test_what_is_neither_is_asked_again(office: Ayala) -> None:
    undo = ("--lang", "kk", "history", "undo", "H-2", "--reason", "x")
    asked = at_terminal(office)(*undo, stdin="бәлкім\nиә\n")
    assert (asked.err + asked.out).count("[и/Ж]") == 2
    assert "иә немесе жоқ?\n" in asked.err
    assert note(office) is None
