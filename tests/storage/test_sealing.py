"""The hashes that a seal takes of many images at once are those of each image by itself."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ayala.storage import opening, sealing
from ayala.storage.opening import address
from tests.faults.invented import people
from tests.program import Ayala

ODD = [
    ("c", "u", "I", None, '{"note": "Әбд\x1e\x1f\\\\"}'),
    (None, None, "U", '{"note": "a"}', '{"note": "b"}'),
    ("c", None, "D", '{"note": "a"}', None),
    ("c", "u", "I", None, None),
    ("c", "u", "B", None, None),
]
"""Images (change, author, operation, before, after) such as another program may write; the last two blank."""


@pytest.fixture
def connection(ayala: Ayala, office_db: str) -> Iterator[Any]:
    """The driver's connection to an office of thirty people, with odd images behind them."""
    ayala("import", people(ayala.folder / "people.csv", 1, 30))
    path = address(office_db).path
    connection: Any
    if path is not None:
        connection, mark = opening.open_sqlite(path, reading=False), "?"
    else:
        connection, mark = opening.connect_postgresql(office_db, reading=False), "%s"
    connection.execute("BEGIN")
    for image in ODD:
        connection.execute(
            "INSERT INTO row_image (txid, change_id, made_at, made_by, table_name, op, row_key, before, after) "
            f"VALUES (1234567890, {mark}, '2026-11-23', {mark}, 'graduate', {mark}, 'k', {mark}, {mark})",
            image,
        )
    connection.execute(
        "INSERT INTO blanking (image_seq, change_id, digest) SELECT max(seq), 'c', 'ab12' FROM row_image"
    )
    try:
        yield connection
    finally:
        connection.close()


def test_many_images_have_the_hashes_of_each_by_itself(connection: Any, office_db: str) -> None:
    key = secrets.token_bytes(sealing.KEY_BYTES)
    engine = address(office_db).engine
    found = list(sealing.streamed(connection, engine, sealing.between(engine, 0, 10**12)))
    assert len(found) > 30 + len(ODD)
    blank = [image[0] for image in found if image[8] is None and image[9] is None]
    assert len(blank) == 2
    blanked = {blank[-1]: bytes.fromhex("ab12")}
    one_by_one = [sealing.image_digest(key, image, blanked.get(image[0])) for image in found]
    sql = sealing.between(engine, 0, 10**12, sealing.SEALED[engine])
    assert list(sealing.digests(connection, engine, key, sql)) == one_by_one


@given(st.binary(), st.binary(min_size=1, max_size=64))
def test_the_quick_hash_is_the_standard_one(text: bytes, key: bytes) -> None:
    assert sealing.keyed(key)(text) == hmac.digest(key, text, "sha256")
