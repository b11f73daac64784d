"""The keyed chain over the history: each link a hash over new images and over the link before.

The key lies outside the database (``history.key`` in the user's data folder, or where the setting
``history_key`` says), so who holds the database alone cannot rewrite what was sealed. Who holds both
can rewrite everything after the last head that was kept elsewhere; ``docs/history.md`` says so.

An image's hash is HMAC-SHA256 over its columns; a link's is HMAC-SHA256 over its own columns, the link
before and the hashes of its images. An erased person's images are empty, and their hashes are kept in
``blanking``. On SQLite a change is sealed inside its transaction, and what was there unsealed before it
by a link of its own, marked as not Ayala's. PostgreSQL's writers work side by side, so there a link covers
the transactions that ended before the oldest one still open, each exactly once, whatever the order in
which they ended (``docs/history.md``).
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ayala.errors import BadSetting, NotWritable
from ayala.language.phrases import phrase
from ayala.paths import why

if TYPE_CHECKING:
    from ayala.storage.digesting import Digesting

IMAGE_COLUMNS = (
    "seq", "txid", "change_id", "made_at", "made_by", "table_name", "op", "row_key", "before", "after",
)  # fmt: skip

_CONTENT = IMAGE_COLUMNS.index("before")
"""Where an image begins to tell what stood in its row."""

FIRST_MAC = "0" * 64
"""What the first link has in place of the link before."""

KEY_BYTES = 32

FETCHED = 2000
"""Images that PostgreSQL gives at once."""


@dataclass(frozen=True)
class HistoryKey:
    """Where the key lies; read when it is needed."""

    path: Path

    @cached_property
    def secret(self) -> bytes | None:
        """The key, or nothing where there is no file. Raises :class:`BadSetting` for a file that is none."""
        try:
            text = self.path.read_text(encoding="ascii").strip()
        except FileNotFoundError:
            return None
        except (OSError, UnicodeDecodeError):
            raise BadSetting(phrase("the history key {path} cannot be read", path=self.path)) from None
        try:
            key = bytes.fromhex(text)
        except ValueError:
            key = b""
        if len(key) != KEY_BYTES:
            raise BadSetting(
                phrase("{path} holds no history key", path=self.path),
                phrase("put the key back from where it is kept"),
            )
        return key

    def make(self) -> None:
        """Draw a key, unless another command has just done so; mode 0600."""
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            part = self.path.with_name(f".{self.path.name}.{os.getpid()}")
            handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "w") as stream:
                stream.write(secrets.token_hex(KEY_BYTES) + "\n")
                stream.flush()
                os.fsync(stream.fileno())
            try:
                os.link(part, self.path)  # never over a key that is there
            except FileExistsError:
                pass
            finally:
                part.unlink()
        except OSError as error:
            raise NotWritable(
                phrase("{path} cannot be made: {reason}", path=self.path, reason=why(error))
            ) from None
        self.__dict__.pop("secret", None)


def key_id(key: bytes) -> str:
    """A name for a key, by which a link says what it was sealed with; tells nothing of the key."""
    return hmac.new(key, b"ayala history key", hashlib.sha256).hexdigest()[:8]


def content_digest(key: bytes, image: Sequence[Any]) -> bytes:
    """The keyed hash of what an image holds of its row; it stays where the person's data go."""
    return hmac.digest(key, _joined(image[_CONTENT:]), "sha256")


def image_digest(key: bytes, image: Sequence[Any], content: bytes | None = None) -> bytes:
    """The keyed hash of one image, its columns in the order of :data:`IMAGE_COLUMNS`.

    ``content`` is what :func:`content_digest` gave before the image was made blank. Who made it and when
    is under the hash all the same.
    """
    held = content or content_digest(key, image)
    return hmac.digest(key, _joined(image[:_CONTENT]) + held, "sha256")


def _joined(values: Iterable[Any]) -> bytes:
    return b"\x1f".join([b"\x00" if value is None else _bytes(value) for value in values])


def _bytes(value: Any) -> bytes:
    return value if type(value) is bytes else str(value).encode("utf-8", "surrogateescape")


class LinkMac:
    """The keyed hash of one link, its images' hashes added one by one."""

    def __init__(self, key: bytes, *, seq: int, made_at: str, outside: int, before: str) -> None:
        self._mac = hmac.new(key, f"{seq}|{made_at}|{outside}|{before}|".encode(), hashlib.sha256)
        self.images = 0

    def add(self, digest: bytes, images: int = 1) -> None:
        """The hash of the next image; pieces of several hashes, and how many images they end."""
        self.images += images
        self._mac.update(digest)

    def closed(self, horizon: int) -> str:
        """The hash, with where the link ends and how many images it covers."""
        self._mac.update(f"|{horizon}|{self.images}".encode())
        return self._mac.hexdigest()


@dataclass(frozen=True)
class Link:
    """The newest link of the chain."""

    seq: int = 0
    horizon: int = 0
    key_id: str = ""
    mac: str = FIRST_MAC


_LAST = "SELECT seq, horizon, key_id, mac FROM seal ORDER BY seq DESC LIMIT 1"
_COLUMNS = ", ".join(IMAGE_COLUMNS)


def _joined_there(columns: Sequence[str]) -> str:
    """What :func:`_joined` makes of columns, made by PostgreSQL."""
    return " || '\\x1f' || ".join(f"coalesce(convert_to({c}::text, 'UTF8'), '\\x00')" for c in columns)


SEALED = {
    "sqlite": _COLUMNS,
    "postgresql": f"{_joined_there(IMAGE_COLUMNS[:_CONTENT])}, {_joined_there(IMAGE_COLUMNS[_CONTENT:])}",
}
"""What :func:`digests` asks of an image. Ten columns each become a value of Python's; bytes are hashed as
they come."""

_BLANKINGS = "SELECT image_seq, digest FROM blanking"
_PLACES = {"sqlite": "?, ?, ?, ?, ?, ?, ?", "postgresql": "%s, %s, %s, %s, %s, %s, %s"}
_NEWEST = {
    "sqlite": "SELECT coalesce(max(seq) + 1, 0) FROM row_image",
    # Transactions below the oldest one still open have ended, and no later one gets their numbers.
    "postgresql": "SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint + txid_offset"
    " FROM history_context",
}


def last_link(connection: Any) -> Link:
    """The newest link, or one that stands before the first."""
    row = connection.execute(_LAST).fetchone()
    return Link(*row) if row else Link()


def draw_first(key: HistoryKey, last: Link) -> None:
    """Draw the key where nothing was ever sealed."""
    if key.secret is None and not last.seq:
        key.make()


def between(engine: str, start: int, end: int, columns: str = _COLUMNS) -> str:
    """The question for the images from one horizon up to another, in the order they are sealed in."""
    column, order = ("seq", "seq") if engine == "sqlite" else ("txid", "txid, seq")
    return (
        f"SELECT {columns} FROM row_image "
        f"WHERE {column} >= {int(start)} AND {column} < {int(end)} ORDER BY {order}"
    )


def seal(
    connection: Any,
    engine: str,
    key: HistoryKey,
    *,
    outside: bool = False,
    made: Digesting | None = None,
) -> str | None:
    """Add a link over the images that are under none; why it was not done, if it should have been.

    ``outside``: these were there before the command began, so something else wrote them. ``made``: hashes of
    images of a large load.

    ``connection`` is the driver's own, inside a transaction. Without the key that sealed the chain so
    far nothing is added: another machine's seal, or ``history verify``, tells.
    """
    last = last_link(connection)
    (horizon,) = connection.execute(_NEWEST[engine]).fetchone()
    if horizon <= last.horizon:
        return None
    draw_first(key, last)
    if key.secret is None:
        return phrase("not sealed: the history key {path} is missing", path=key.path)
    own = key_id(key.secret)
    if last.seq and last.key_id != own:
        return phrase(
            "not sealed: the history was sealed with the key {key}, {path} is {own}",
            key=last.key_id,
            path=key.path,
            own=own,
        )
    made_at = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    link = LinkMac(key.secret, seq=last.seq + 1, made_at=made_at, outside=int(outside), before=last.mac)
    start = last.horizon
    for first, images, pieces in made.taken() if made else ():
        for digest in digests(connection, engine, key.secret, between(engine, start, first, SEALED[engine])):
            link.add(digest)
        for piece in pieces:
            link.add(piece, images=0)
        link.images += images
        start = first + images
    for digest in digests(connection, engine, key.secret, between(engine, start, horizon, SEALED[engine])):
        link.add(digest)
    if link.images:
        connection.execute(
            "INSERT INTO seal (seq, made_at, horizon, images, outside, key_id, mac) "
            f"VALUES ({_PLACES[engine]})",
            (last.seq + 1, made_at, horizon, link.images, int(outside), own, link.closed(horizon)),
        )
    return None


def digests(connection: Any, engine: str, key: bytes, sql: str) -> Iterator[bytes]:
    """The hashes of the images that a question gives, each as :func:`image_digest` makes it.

    An import has a million of them: what neighbours have in common is joined once, and no call is made
    for a single column.
    """
    if engine != "sqlite":
        yield from _digests_there(connection, key, sql)
        return
    digest = keyed(key)
    blanked: dict[int, bytes] | None = None
    common: tuple[Any, ...] = ()
    middle = b""
    for image in streamed(connection, engine, sql):
        before, after = image[8], image[9]
        if before is None and after is None:  # an erased person's, who came before the seal
            blanked = blankings(connection) if blanked is None else blanked
            yield image_digest(key, image, blanked.get(image[0]))
        elif before is None:
            if common != image[1:7]:
                common = image[1:7]
                middle = _joined(common)
            content = digest(b"\x00\x1f" + _bytes(after))
            yield digest(b"%d\x1f%b\x1f%b%b" % (image[0], middle, _bytes(image[7]), content))
        else:
            yield image_digest(key, image)


def _digests_there(connection: Any, key: bytes, sql: str) -> Iterator[bytes]:
    """The hashes of images that PostgreSQL has joined."""
    digest = keyed(key)
    blank = _joined((None, None))
    blanked: dict[int, bytes] | None = None
    with connection.cursor(name="history", binary=True) as cursor:
        cursor.itersize = FETCHED
        cursor.execute(sql)
        for head, content in cursor:
            held = None
            if content == blank:  # an erased person's, who came before the seal
                blanked = blankings(connection) if blanked is None else blanked
                held = blanked.get(int(head.partition(b"\x1f")[0]))
            yield digest(head + (held or digest(content)))


def keyed(key: bytes) -> Callable[[bytes], bytes]:
    """HMAC-SHA256 (RFC 2104) with a key, for many texts: half the time of ``hmac.digest``, which takes the
    key up anew for each."""
    block = key.ljust(64, b"\x00")
    inner = hashlib.sha256(bytes(byte ^ 0x36 for byte in block))
    outer = hashlib.sha256(bytes(byte ^ 0x5C for byte in block))

    def digest(text: bytes) -> bytes:
        first, second = inner.copy(), outer.copy()
        first.update(text)
        second.update(first.digest())
        return second.digest()

    return digest


def digests_of(key: bytes, first: int, common: bytes, images: bytes) -> bytes:
    """The hashes of images of one statement that added rows, as :func:`image_digest` makes each.

    ``first``: the number of the first of them; ``common``: what all have between their number and their row's
    key; ``images``: key and row of each, with 0x1F between the two and 0x1E between images (neither stands in
    JSON).
    """
    digest = keyed(key)
    made = []
    for seq, image in enumerate(images.split(b"\x1e"), first):
        row_key, _, after = image.partition(b"\x1f")
        content = digest(b"\x00\x1f" + after)
        made.append(digest(b"%d\x1f%b\x1f%b%b" % (seq, common, row_key, content)))
    return b"".join(made)


def blankings(connection: Any) -> dict[int, bytes]:
    """The hashes of what blank images held, by the image's number."""
    found = connection.execute(_BLANKINGS).fetchall()
    return {
        seq: bytes.fromhex(digest.decode() if isinstance(digest, bytes) else digest) for seq, digest in found
    }


def streamed(connection: Any, engine: str, sql: str) -> Iterator[tuple[Any, ...]]:
    """The rows of an answer one by one, however many there are."""
    if engine == "sqlite":
        # Bytes as they lie there: they are hashed, and need not be read as text before.
        kept, connection.text_factory = connection.text_factory, bytes
        try:
            yield from connection.execute(sql)
        finally:
            connection.text_factory = kept
        return
    with connection.cursor(name="history") as cursor:
        cursor.itersize = FETCHED
        cursor.execute(sql)
        yield from cursor
