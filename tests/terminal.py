"""The program at a terminal, inside this process: each end of the talk says that a person is there.

For what a command asks, draws and says there; what a real terminal does with it is shown by the tests that open
one (``pty``), in a process of its own.
"""

from __future__ import annotations

import io

from tests.program import Ayala


class Screen(io.TextIOWrapper):
    """A stream that is a terminal's."""

    def isatty(self) -> bool:
        return True


class AtTerminal(Ayala):
    """``at_terminal(ayala)("dormitory", "map", stdin="what is typed\\n")``."""

    Stream = Screen


def at_terminal(ayala: Ayala, columns: int = 80) -> AtTerminal:
    """The same program, in the same folder, at a terminal of that width."""
    program = AtTerminal(ayala.folder, ayala.database, ayala.folder / "home")
    program.env |= {"COLUMNS": str(columns), "LINES": "50", "TERM": "xterm", "AYALA_PAGER": "cat"}
    return program
