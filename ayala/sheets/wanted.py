"""How sheets are to be taken in, as the command said it; a plan keeps it and says it again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ayala.sheets.days import Style


@dataclass(frozen=True)
class Wanted:
    """What ``ayala import`` was asked for, the files aside."""

    kind: str | None = None
    """The kind of all the sheets, where their headings do not tell."""
    keep_good: bool = False
    """Whether the good rows come in where others are rejected."""
    full_list: bool = False
    """Whether what is on record and not in the sheets is listed."""
    allow: tuple[str, ...] = ()
    """The guards that may not stop the import."""
    given: Mapping[str, str] = field(default_factory=dict)
    """Heading -> what stands for it in rows that leave it out."""

    headings: Mapping[str, str] = field(default_factory=dict)
    """What the office's own headings mean: heading of the sheet -> known heading."""
    dates: Style | None = None
    """The order of day, month and year, where the sheet does not tell."""
    encoding: str | None = None
    """As Python calls it, where the evidence of the bytes is not asked."""
    sheet: str | None = None
    """The sheet of a workbook, by name or number."""
    delimiter: str | None = None

    def as_json(self) -> dict[str, Any]:
        """As a plan keeps it."""
        return {
            **asdict(self),
            "allow": list(self.allow),
            "given": dict(self.given),
            "headings": dict(self.headings),
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Wanted:
        """What a plan kept. Raises :class:`ValueError` for options that this Ayala does not know."""
        unknown = kept.keys() - {known.name for known in fields(cls)}
        if unknown:
            raise ValueError(f"unknown options: {', '.join(sorted(unknown))}")
        return cls(**{**kept, "allow": tuple(kept["allow"])})
