"""What can go wrong at the office: one class for each thing, a sentence, a hint, an exit code.

Everything a user can get wrong is an :class:`AyalaError`; any other exception is a bug in Ayala.
Errors carry words and never print them; the root command does. No personal number, no phone and
no stored value of another record belongs in a sentence here.

Exit codes (``docs/errors.md`` is generated from this module): 0 done, 1 something found, 2 wrong
usage or no such file, 3 no such record, 4 rows rejected, sheet not readable or several records
fit, 5 against a rule, 6 database, 7 failed, 8 saved here but not yet on the second server, 130
interrupted.
"""

from __future__ import annotations

from collections.abc import Sequence

from ayala.language.phrases import phrase


class AyalaError(Exception):
    """Something that a person can put right. ``hint`` is a command or an act that helps."""

    exit_code = 7

    def __init__(self, sentence: str, hint: str = "") -> None:
        super().__init__(sentence)
        self.hint = hint or self.usual_hint()

    @staticmethod
    def usual_hint() -> str:
        """What helps where nobody knows better, in the chosen language; nothing for most errors."""
        return ""


# --- 0: done --------------------------------------------------------------------------------------


class DoneAlready(AyalaError):
    """The command was saved before, under the same request key; it is not done twice."""

    exit_code = 0

    def __init__(self, code: str, command: str) -> None:
        super().__init__(phrase("done already as {code}: {command}", code=code, command=command))
        self.code = code


# --- 2: the command was not understood -----------------------------------------------------------


class WrongUsage(AyalaError):
    """The words of the command do not fit together, or a value cannot be read."""

    exit_code = 2


class MissingValue(WrongUsage):
    """A value that the record cannot do without was not given, and nobody is there to ask."""


class NeedsYes(WrongUsage):
    """The deed cannot be undone, no terminal is there to ask at, and ``--yes`` was not given."""


class NeedsReason(WrongUsage):
    """The deed is recorded with a reason, and ``--reason`` was not given."""


class NoSuchFile(WrongUsage):
    """The file or folder named does not exist or cannot be read."""


class BadSetting(WrongUsage):
    """A setting (option, variable or configuration file) has a value Ayala cannot use."""


# --- 3: no such record ---------------------------------------------------------------------------


class NoSuchRecord(AyalaError):
    """No record has that code, number or name."""

    exit_code = 3


# --- 4: sheets and ambiguity ---------------------------------------------------------------------


class RowsRejected(AyalaError):
    """Some rows of a sheet are wrong; each was named on stderr."""

    exit_code = 4


class SheetNotReadable(AyalaError):
    """A sheet cannot be taken as a whole: encoding, headings, quotes, size, masked values."""

    exit_code = 4


class SeveralFit(AyalaError):
    """Several records fit what was typed; ``candidates`` are (code, description) pairs."""

    exit_code = 4

    def __init__(self, sentence: str, candidates: Sequence[tuple[str, str]], hint: str = "") -> None:
        super().__init__(sentence, hint or phrase("name one by its code"))
        self.candidates = list(candidates)


# --- 5: against a rule ---------------------------------------------------------------------------


class RuleBroken(AyalaError):
    """The deed is against a rule of the office or of the records."""

    exit_code = 5


class Taken(RuleBroken):
    """The bed, or the person, has a stay on one of these days already."""


class OutOfService(RuleBroken):
    """The bed or its room is closed on these days."""


class AlreadyThere(RuleBroken):
    """The record would be entered twice."""


class LikelySame(AlreadyThere):
    """Somebody on record is likely the same person; ``candidates`` are (code, description) pairs."""

    def __init__(self, sentence: str, candidates: Sequence[tuple[str, str]], hint: str = "") -> None:
        super().__init__(sentence, hint)
        self.candidates = list(candidates)


class NotNow(RuleBroken):
    """The record is not in a state that allows this step."""


class ReasonDemanded(RuleBroken):
    """An age or sex rule warns here; a person may go on by giving ``--reason``."""


class SheetDoubted(RuleBroken):
    """A sheet would reject or replace so much that a person has to allow it, or contradicts itself."""


class PlanOutdated(RuleBroken):
    """The sheets or the records are no longer those that the plan of an import was made on."""


# --- 6: the database -----------------------------------------------------------------------------


class DatabaseProblem(AyalaError):
    """The database cannot be used."""

    exit_code = 6


class DatabaseMissing(DatabaseProblem):
    """There is no database yet, or it holds no office."""

    @staticmethod
    def usual_hint() -> str:
        return "ayala init"


class DatabaseForeign(DatabaseProblem):
    """The file is no database, or another program's."""


class DatabaseBehind(DatabaseProblem):
    """The database was made by an older Ayala."""

    @staticmethod
    def usual_hint() -> str:
        return "ayala upgrade"


class DatabaseNewer(DatabaseProblem):
    """The database was made by a newer Ayala; this one leaves it alone."""

    @staticmethod
    def usual_hint() -> str:
        return phrase("install the newer ayala")


class DatabaseBusy(DatabaseProblem):
    """Another command held the database for longer than this one may wait."""

    @staticmethod
    def usual_hint() -> str:
        return phrase("the same command again in a minute")


class DatabaseDamaged(DatabaseProblem):
    """The database file is damaged."""

    @staticmethod
    def usual_hint() -> str:
        return phrase("a copy from the last backup; keep the damaged file")


class DatabaseUnreachable(DatabaseProblem):
    """The database server does not answer, or does not let this user in."""


class NotAllowed(DatabaseProblem):
    """The database server does not allow this user to do that."""

    @staticmethod
    def usual_hint() -> str:
        return phrase("a login of the role ayala_clerk; of ayala_admin to upgrade, erase or restore")


class PerhapsSaved(DatabaseProblem):
    """The database server was lost while it saved, and has not come back to be asked."""


# --- 7: failed -----------------------------------------------------------------------------------


class Failed(AyalaError):
    """The deed could not be carried out."""

    exit_code = 7


class NotWritable(Failed):
    """The output, or the folder of the database, cannot be written."""


class DiskFull(Failed):
    """No room is left; nothing was changed."""


class LibraryMissing(Failed):
    """An optional part is not installed."""


# --- 8: saved, and not yet twice ------------------------------------------------------------------


class SavedHereOnly(AyalaError):
    """The change is saved on the first server, and perhaps not yet on the second: it does not answer."""

    exit_code = 8

    @staticmethod
    def usual_hint() -> str:
        return phrase(
            "ask whoever looks after the servers to bring the second one back; do not repeat the command"
        )
