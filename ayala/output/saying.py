"""What is said about the answer: sentences on stderr; and the answers of one line, such as a new code.

Whatever is said passes here, so nothing in it acts on a terminal and no personal number is repeated.
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterable

from ayala.errors import AyalaError, LikelySame, SeveralFit
from ayala.language.phrases import phrase
from ayala.output.harmless import LONGEST, hidden, term

_quiet = False


def be_quiet(quiet: bool) -> None:
    """Silence :func:`say` for the rest of the command (``--quiet``); errors are still said."""
    global _quiet
    _quiet = quiet


def say(sentence: str, *, exactly: bool = False) -> None:
    """One line on stderr, unless the command was asked to be quiet.

    ``exactly``: the sentence is Ayala's own, and a long number in it nobody's: the head of the history.
    """
    if not _quiet:
        complain(sentence, exactly=exactly)


def say_all(sentences: Iterable[str]) -> None:
    for sentence in sentences:
        say(sentence)


def complain(sentence: str, *, exactly: bool = False) -> None:
    """One line on stderr, always; several if the sentence has several."""
    lines = [
        term(line if len(line) <= LONGEST else line[: LONGEST - 1] + "…") for line in sentence.split("\n")
    ]
    with contextlib.suppress(OSError):  # nobody listens: the deed and its exit code stand all the same
        sys.stderr.write("\n".join(lines if exactly else map(hidden, lines)) + "\n")
        sys.stderr.flush()


def give(line: str) -> None:
    """A line on stdout that is the whole answer of a command: the code of a new record."""
    sys.stdout.write(term(line) + "\n")
    sys.stdout.flush()


def complain_of(error: AyalaError) -> None:
    """An error in its house form: what is wrong, the candidates if several fit, what to try."""
    complain(phrase("ayala: {error}", error=error))
    if isinstance(error, SeveralFit | LikelySame):
        for code, description in error.candidates:
            complain(f"  {code}  {description}")
    if error.hint:
        complain(phrase("try: {hint}", hint=error.hint))
