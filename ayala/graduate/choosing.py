"""How a command of any noun names one graduate: the argument, and who is meant by it."""

from __future__ import annotations

from typing import Annotated

import typer

from ayala.graduate import reading
from ayala.office import Office
from ayala.options import completes, one_of_several, read_text

GraduateArgument = Annotated[
    str,
    typer.Argument(
        parser=read_text,
        metavar="GRADUATE",
        help="A code, an IIN or a name.",
        autocompletion=completes("graduate", "codes"),
    ),
]


def the_graduate(office: Office, text: str) -> str:
    """The code of the one graduate meant; a numbered choice at a terminal if several fit."""
    return one_of_several(lambda typed: reading.one(office.ask, typed, office.today), text)
