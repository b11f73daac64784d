"""What is declared of the columns is what the tables are: nobody adds one and forgets it."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import CheckConstraint, ForeignKeyConstraint

from ayala.language.catalogue import codes
from ayala.language.codes import CODES
from ayala.personal import reading
from ayala.personal.columns import PEOPLE, TABLES
from ayala.storage.tables import METADATA


@pytest.mark.parametrize("table", [*METADATA.tables, *(set(TABLES) - set(METADATA.tables))])
def test_every_column_of_every_table_is_decided_upon_once(table: str) -> None:
    assert table in TABLES, "say in ayala/personal/columns.py what erasing does with it"
    declared = TABLES[table].all
    assert sorted(declared) == sorted(METADATA.tables[table].columns.keys())


def test_the_ways_to_a_person_are_the_references_of_the_tables() -> None:
    """Whatever refers to a graduate, or to a row that belongs to one, belongs to people."""
    ways: dict[str, tuple[str, str]] = {"graduate": ("id", "graduate")}
    for _ in METADATA.tables:  # as deep as references go
        for table in METADATA.sorted_tables:
            keys = sorted(table.constraints, key=lambda c: getattr(c, "column_keys", []) != ["graduate_id"])
            for key in keys:
                if not isinstance(key, ForeignKeyConstraint) or table.name in ways:
                    continue
                parent = key.elements[0].column.table.name
                if parent in ways and (parent == "graduate" or "graduate_id" not in table.columns):
                    ways[table.name] = (key.column_keys[0], parent)
    assert {name: (own.way, own.parent) for name, own in PEOPLE.items()} == ways
    second = {
        (table.name, key.parent.name)
        for table in METADATA.sorted_tables
        for key in table.foreign_keys
        if key.column.table.name == "graduate" and key.parent.name != ways[table.name][0]
    }
    assert {(name, own.also) for name, own in PEOPLE.items() if own.also} == second


def test_parents_stand_before_their_children() -> None:
    order = list(PEOPLE)
    assert all(order.index(own.parent) <= order.index(name) for name, own in PEOPLE.items())


def test_a_blanked_column_may_be_empty_and_a_ruled_one_has_a_rule() -> None:
    for name, own in PEOPLE.items():
        for column in own.blank.split():
            assert METADATA.tables[name].columns[column].nullable, f"{name}.{column}"
        assert set(own.rule.values()) <= {"dash", "code", "year", "names"}


def test_the_persons_own_copy_has_every_table_and_column() -> None:
    """What a column of the copy is called, and by which vocabulary, follows the tables."""
    assert set(reading.KEYS) == set(PEOPLE)
    for name, own in PEOPLE.items():
        references = {c for c in own.all if c.endswith("_id") and c not in reading.LEFT_OUT}
        assert references <= set(reading.REFERRED), name
        coded = reading.VOCABULARIES.get(name, {})
        for constraint in METADATA.tables[name].constraints:
            if not isinstance(constraint, CheckConstraint):
                continue
            found = re.fullmatch(r"(\w+) IN \(('.*)\)", str(constraint.sqltext))
            if found:
                assert tuple(re.findall(r"'([^']+)'", found[2])) == codes(coded[found[1]]), (
                    f"{name}.{found[1]}"
                )
        assert set(coded.values()) <= set(CODES)
