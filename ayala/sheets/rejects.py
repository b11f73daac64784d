"""The rejects file: rows that did not come in, as the office wrote them, each with its problem.

The office's own headings, column order and delimiter, in UTF-8 with a byte order mark (a spreadsheet opens it
right); behind them what is wrong in the chosen language, and its code. Mended, it is imported as it is.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ayala.language.catalogue import codes, current, word
from ayala.language.catalogue import heading as printed
from ayala.language.names import fold
from ayala.language.phrases import phrase
from ayala.output.emit import replacing
from ayala.output.saying import say
from ayala.sheets.days import STYLES, Order, spoken
from ayala.sheets.headings import ADDED, added, is_added
from ayala.sheets.kinds import kind_named
from ayala.sheets.rows import OR

if TYPE_CHECKING:
    from ayala.sheets.rows import Problem
    from ayala.sheets.taking import Taken

OCCURRENCE = "occurrence"
SAME_AS = "same_as"
"""The heading under which a person answers whether a row is somebody on record."""


def write_rejects(taken: Sequence[Taken], name: str) -> None:
    """The rejected rows with their problems; a file for each sheet if several had some."""
    having = [file for file in taken if file.rejects]
    if not having and Path(name).exists():
        say(phrase("no rows are rejected; {file} is as it was", file=name))
    written: set[Path] = set()
    for file in having:
        path = Path(name)
        if len(having) > 1:
            stem = f"{path.stem}-{Path(file.file).stem}"
            path = path.with_name(f"{stem}{path.suffix}")
            if path in written:
                path = path.with_name(f"{stem}-{len(written) + 1}{path.suffix}")
            written.add(path)
            say(phrase("rejected rows of {file}: {rejects}", file=file.file, rejects=path))
        with replacing(path) as stream:
            stream.write("\ufeff")
            csv.writer(stream, delimiter=file.delimiter, lineterminator="\n").writerows(_mendable(file))
        if sentence := _order_lost(file, path):
            say(sentence)


def _mendable(file: Taken) -> Iterator[list[str]]:
    """The rejected rows with their problems, under the sheet's own headings, ready to be mended.

    Where rows like a rejected one came in, ``occurrence`` says the how-manieth of them it is: by itself
    in a file of its own it would be taken for the first. ``+`` is a row whose like could not be told.
    """
    seen, repeats = Counter(file.alike), bool(kind_named(file.kind).repeats)
    nth: list[str] = []
    for reject in file.rejects:
        seen[reject.alike or ()] += 1
        known = reject.alike is not None and file.alike[reject.alike]
        if reject.alike is None and repeats:
            nth.append("+")  # its like cannot be told before it is mended: it is a record of its own
        else:
            nth.append(str(seen[reject.alike]) if reject.alike and known else "")
    repeated = any(nth)
    kept = [
        i
        for i, heading in enumerate(file.headings)
        if not is_added(heading) and not (repeated and fold(heading) == OCCURRENCE)
    ]
    answer = [added(SAME_AS)] if _asks(file) else []
    yield [
        *(file.headings[i] for i in kept),
        *answer,
        *map(added, ADDED),
        *([OCCURRENCE] if repeated else []),
    ]
    for reject, which in zip(file.rejects, nth, strict=True):
        cells = _as_text(file, [*reject.cells, *[""] * len(file.headings)])
        said = " ".join(dict.fromkeys(problem.code for problem in reject.problems))
        yield [
            *(cells[i] for i in kept),
            *("" for _ in answer),
            _in_words(file, reject.problems),
            said,
            *([which] if repeated else []),
        ]


def _asks(file: Taken) -> bool:
    """Whether a rejected row is a question that the sheet has no column yet to answer in."""
    assert file.columns is not None
    asked = any(problem.code == "likely_same" for reject in file.rejects for problem in reject.problems)
    return asked and SAME_AS not in file.columns.headings


def _as_text(file: Taken, cells: list[str]) -> list[str]:
    assert file.columns is not None  # rows were read by them
    return file.columns.as_text(cells)


def _in_words(file: Taken, problems: Sequence[Problem]) -> str:
    """What is wrong with a row: sentences in English, the name of each problem in the other languages."""
    if current() == "en":
        return "; ".join(f"{problem.heading}: {problem.what}" for problem in problems)
    return "; ".join(f"{_heading(file, problem)}: {_name(problem)}" for problem in problems)


def _heading(file: Taken, problem: Problem) -> str:
    """The office's own heading of the column; if it has none, ours."""
    assert file.columns is not None
    known = problem.heading.partition(OR)[0]
    place = file.columns.place_of(known)
    return file.headings[place] if place is not None else printed(known)


def _name(problem: Problem) -> str:
    if problem.code == "likely_same":  # a question about somebody, who has to be named
        return f"{word('problem', problem.code)}: {', '.join(_CODES.findall(problem.what))}"
    # `no_` and a heading: it is missing. That is no word of the vocabulary, as `no_such_record` is.
    return word("problem", problem.code if problem.code in codes("problem") else "missing")


_CODES = re.compile(r"G-\d+")


def _order_lost(file: Taken, path: Path) -> str | None:
    """What to say if the sheet told the order of day and month, and the rejected rows alone do not."""
    assert file.columns is not None
    for heading, days in file.columns.days.items():
        order, place = Order(), file.columns.headings.index(heading)
        for reject in file.rejects:
            order.see(reject.cells[place] if place < len(reject.cells) else "", 0)
        if order.either and order.style is None and days.style in STYLES:
            return phrase(
                "{file}: days are {order}; import it with --dates {style}",
                file=path,
                order=spoken(days.style),
                style=days.style,
            )
    return None
