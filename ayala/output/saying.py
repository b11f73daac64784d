"""What is said about the answer: sentences on stderr, never on stdout."""

from __future__ import annotations

import contextlib
import re
import sys
from collections.abc import Iterable

from ayala.errors import AyalaError, SeveralFit
from ayala.output.harmless import term

_quiet = False


def be_quiet(quiet: bool) -> None:
    """Silence :func:`say` for the rest of the command (``--quiet``); errors are still said."""
    global _quiet
    _quiet = quiet


def say(sentence: str) -> None:
    """One line on stderr, unless the command was asked to be quiet."""
    if not _quiet:
        complain(sentence)


def say_all(sentences: Iterable[str]) -> None:
    for sentence in sentences:
        say(sentence)


def complain(sentence: str) -> None:
    """One line on stderr, always."""
    with contextlib.suppress(OSError):  # nobody listens: the deed and its exit code stand all the same
        sys.stderr.write("\n".join(term(line) for line in sentence.split("\n")) + "\n")
        sys.stderr.flush()


def hidden(sentence: str) -> str:
    """A sentence whose long numbers keep only their last four digits: a personal number or a phone may
    have been typed where it does not belong, and errors end in mails and logs."""
    return re.sub(r"\d{6,}(?=\d{4})", lambda found: "*" * len(found[0]), sentence)


def complain_of(error: AyalaError) -> None:
    """An error in its house form: what is wrong, the candidates if several fit, what to try."""
    complain(hidden(f"ayala: {error}"))
    if isinstance(error, SeveralFit):
        for code, description in error.candidates:
            complain(f"  {code}  {description}")
    if error.hint:
        complain(f"try: {error.hint}")
