"""Encrypted backups: age (age-encryption.org), to the public keys of several people or offices.

No passphrase and no secret key is ever on the machine that makes the backup. ``pyrage`` is an optional part
and imported when it is used.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator, Sequence
from errno import EIO
from pathlib import Path
from typing import Any

from ayala.errors import (
    DatabaseDamaged,
    DatabaseProblem,
    LibraryMissing,
    MissingValue,
    NoSuchFile,
    WrongUsage,
)
from ayala.language.phrases import phrase
from ayala.paths import typed_path


def _pyrage() -> Any:
    try:
        import pyrage
    except ImportError:
        raise LibraryMissing(
            phrase("the library for encrypted backups is not installed"), "pip install 'ayala[backup]'"
        ) from None
    return pyrage


def recipients(texts: Sequence[str]) -> list[Any]:
    """Who may open a backup: ``age1…``, a public SSH key, or ``@FILE`` with one of these a line.

    Raises :class:`WrongUsage` for what is no public key, and never repeats what may be a secret.
    """
    pyrage = _pyrage()
    found = []
    for text, where in _lines(texts):
        if text.startswith("AGE-SECRET-KEY-"):
            raise WrongUsage(
                phrase("{source} is a secret key", source=where),
                phrase("its public key, the one that begins with age1"),
            )
        reader = pyrage.ssh.Recipient if text.startswith("ssh-") else pyrage.x25519.Recipient
        try:
            found.append(reader.from_str(text))
        except (pyrage.RecipientError, UnicodeEncodeError):
            raise WrongUsage(
                phrase("{source} is no public key", source=where),
                phrase("age1…, a line of an SSH key's .pub file, or @FILE with such lines"),
            ) from None
    return found


def _lines(texts: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Each key and how to call it; a file's empty lines and comments are left out."""
    for text in texts:
        if not text.startswith("@"):
            yield text.strip(), phrase("the value of --encrypt-to")
            continue
        lines = [line.strip() for line in _read(typed_path(text[1:])).splitlines()]
        keys = [(number, line) for number, line in enumerate(lines, 1) if line and not line.startswith("#")]
        if not keys:
            raise MissingValue(phrase("{file} holds no public key", file=text[1:]))
        for number, line in keys:
            yield line, f"{text[1:]}:{number}"


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise NoSuchFile(phrase("there is no file {path}", path=path)) from None
    except (OSError, UnicodeDecodeError):
        raise NoSuchFile(phrase("{path} cannot be read", path=path)) from None


def identities(source: str) -> list[Any]:
    """The secret keys in a file, or on standard input (``-``): those of age, or one of SSH."""
    pyrage = _pyrage()
    text = sys.stdin.read() if source == "-" else _read(typed_path(source))
    shown = phrase("standard input") if source == "-" else source
    if text.startswith(("age-encryption.org/", "-----BEGIN AGE ENCRYPTED FILE-----")):
        raise WrongUsage(
            phrase("{source} is locked with a passphrase", source=shown),
            phrase("age --decrypt {file} > key.txt", file=source),
        )
    try:
        if text.startswith("-----BEGIN "):
            return [pyrage.ssh.Identity.from_buffer(text.encode())]
        lines = [line.strip() for line in text.splitlines()]
        found = [pyrage.x25519.Identity.from_str(line) for line in lines if line and not line.startswith("#")]
    except (pyrage.IdentityError, UnicodeEncodeError) as error:
        if "must be decrypted" in str(error):
            raise WrongUsage(
                phrase("the SSH key {source} is locked with a passphrase", source=shown),
                phrase("ssh-keygen -p, on a copy"),
            ) from None
        found = []
    if not found:
        raise WrongUsage(
            phrase("{source} holds no secret key", source=shown),
            phrase("a file with a line AGE-SECRET-KEY-1…"),
        )
    return found


def encrypt(plain: Path, part: Path, to: Sequence[Any]) -> None:
    """Encrypt a file for several recipients, a block at a time. Raises ``OSError``, also for a full disk.

    Not by ``pyrage.encrypt_file``, which takes a file that could not be written to its end for a success.
    Whether all of it is there is therefore looked at once more.
    """
    pyrage = _pyrage()
    part.touch(mode=0o600)
    try:
        with plain.open("rb") as reader, part.open("wb") as writer:
            pyrage.encrypt_io(reader, writer, list(to))
    except pyrage.EncryptError as error:
        raise _as_system_says(error) from None
    if part.stat().st_size != _length(part, plain.stat().st_size):
        raise OSError(EIO, os.strerror(EIO))


def _length(encrypted: Path, size: int) -> int:
    """How long an age file around so many bytes has to be: its head, a nonce, and 16 bytes a block.

    Source: age-encryption.org/v1, "Payload".
    """
    with encrypted.open("rb") as stream:
        any(line.startswith(b"--- ") for line in stream)
        head = stream.tell()
    return head + 16 + size + 16 * max(1, -(-size // 65_536))


def decrypt(encrypted: Path, plain: Path, keys: Sequence[Any], shown: Path) -> None:
    """Decrypt a file; age itself proves every block, so damage never comes through.

    Raises ``OSError`` where the plain file cannot be written.
    """
    pyrage = _pyrage()
    plain.touch(mode=0o600)
    try:
        with encrypted.open("rb") as reader, plain.open("wb") as writer:
            pyrage.decrypt_io(reader, writer, list(keys))
    except (pyrage.DecryptError, OSError) as error:
        if (isinstance(error, OSError) and error.errno) or "[Errno " in str(error):
            raise _as_system_says(error) from None
        if "matching keys" in str(error):
            raise DatabaseProblem(
                phrase(
                    "the identity does not open {file}: it was encrypted for others, or its head is damaged",
                    file=shown,
                ),
                phrase("the identity of one of its recipients"),
            ) from None
        raise DatabaseDamaged(
            phrase("{file} is damaged: it cannot be decrypted to its end", file=shown),
            phrase("another backup"),
        ) from None


def _as_system_says(error: Exception) -> OSError:
    """What the operating system told the library, which may pass it on as text only."""
    found = re.search(r"\[Errno (\d+)\]", str(error))
    number = int(found[1]) if found else EIO
    return OSError(number, os.strerror(number))
