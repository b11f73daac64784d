"""The watch: what is about to be lost and what is late, found by one question in SQL for each rule.

A rule is one file, ``rules/<name>.sql``: its question, and above it in comments how its days are counted and
what is said of it. The files are found by themselves; adding a rule is adding a file. The question answers
with ``code, graduate, region, assignee, name``, with what its sentence names, and with the day:

- ``due: given``: ``due_on`` is on record; with ``else age WHAT`` the birthday where it is not.
- ``due: term WHAT``: the term of the rulebook, counted from ``start_on``.
- ``due: age [WHAT]``: the birthday of who was born on ``start_on``, of so many ``years`` or those of the
  rulebook, moved on by ``extra_months``. Who was born on 29 February is older on 1 March.
- ``due: answer``: the clock on appeals, with pauses and extensions.
- ``due: checks WHAT``: the latest of several days after ``start_on`` that has come; not if ``done_on`` is
  that day or a later one.

``listed`` says when it is told: ``ladder WHAT`` (the steps before the day), ``soon [WHAT]``, ``ahead``
(however far), ``late``, ``checks``. ``over: on the day`` means that on the day itself it is too late.
``far: WHAT`` or ``far_years`` tell from when on it is far overdue, ``while: younger than WHAT`` whom it is
about, and ``done_on`` when it was done, if that was too late. ``bind: NAME = as_of + WHAT - WHAT`` gives
the question a day, ``bind: NAME = value WHAT`` a number, so that no law and no term stands in SQL.

Nothing is decided or changed here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from string import Formatter
from typing import TYPE_CHECKING, Any, NamedTuple

from ayala.dates import age_reached
from ayala.language import catalogue
from ayala.rules import clock
from ayala.rules.book import Book, Rule
from ayala.rules.calendar import Calendar

if TYPE_CHECKING:
    from ayala.office import Records
    from ayala.storage.asking import Asking

FOLDER = Path(__file__).resolve().parent
DAY = timedelta(days=1)

Row = dict[str, Any]


class Found(NamedTuple):
    """Something to tell, in the order in which it is told: the day, the rule's place, the record."""

    due_on: date
    order: int
    size: int
    code: str
    rule: str
    level: str
    row: Row


# --- the rules -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Watched:
    """A rule of the watch as its file has it."""

    name: str
    order: int
    due: str
    listed: Mapping[str, str]
    over_on_the_day: bool
    far: str
    younger_than: str
    binds: Mapping[str, str]
    sentences: Mapping[str, str]
    next_step: str
    nobody: str
    sql: str
    cut: dict[str, list[tuple[str, str, str]]] = field(default_factory=dict, compare=False, repr=False)

    def sentence(self, values: Mapping[str, Any]) -> str:
        """What is said, in the language of the process."""
        lang = catalogue.current()
        return _filled(self._parts(self.sentences[lang]), values)

    def next(self, values: Mapping[str, Any]) -> str:
        """The command that mends it, or the appeal that is on record for it."""
        if values.get("step_on_record"):
            return f"{catalogue.say('on record')}: {values['step_on_record']}"
        command = self.next_step if values["graduate"] or not self.nobody else self.nobody
        return _filled(self._parts(command), values)

    def _parts(self, text: str) -> list[tuple[str, str, str]]:
        if text not in self.cut:
            self.cut[text] = [
                (before, name or "", vocabulary or "")
                for before, name, vocabulary, _ in Formatter().parse(text)
            ]
        return self.cut[text]


def _filled(parts: Iterable[tuple[str, str, str]], values: Mapping[str, Any]) -> str:
    """The text with its fields; ``{topic:topic}`` is the name of a code of a vocabulary."""
    done = ""
    for before, name, vocabulary in parts:
        done += before
        if name:
            value = values[name]
            done += catalogue.word(vocabulary, value) if vocabulary else str(value)
    return done


@cache
def rules(folder: Path = FOLDER / "rules") -> Mapping[str, Watched]:
    """The rules by their names, in their order."""
    found = [_read(path) for path in sorted(folder.glob("*.sql"))]
    return {rule.name: rule for rule in sorted(found, key=lambda rule: (rule.order, rule.name))}


_HEAD = re.compile(r"-- ([a-z]+): (.*)")


def _read(path: Path) -> Watched:
    """A rule from its file. ValueError names a file that lacks what every rule needs."""
    head: dict[str, str] = {}
    binds: dict[str, str] = {}
    body = []
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("--"):
            if told := _HEAD.fullmatch(line):
                key, value = told[1], told[2].strip()
                if key == "bind":
                    name, _, term = value.partition(" = ")
                    binds[name] = term
                else:
                    head[key] = value
        else:
            body.append(line)
    if missing := [key for key in ("due", "listed", "next", *catalogue.LANGUAGES) if key not in head]:
        raise ValueError(f"{path.name}: {', '.join(missing)} is missing")
    listed = (part.strip().partition(" ") for part in head["listed"].split(","))
    return Watched(
        name=path.stem,
        order=int(head.get("order", 1000)),
        due=head["due"],
        listed={how: what for how, _, what in listed},
        over_on_the_day=head.get("over") == "on the day",
        far=head.get("far", ""),
        younger_than=head.get("while", "").removeprefix("younger than "),
        binds=binds,
        sentences={lang: head[lang] for lang in catalogue.LANGUAGES},
        next_step=head["next"],
        nobody=head.get("nobody", ""),
        sql=_with_conditions("\n".join(body).strip().rstrip(";")),
    )


@cache
def _conditions() -> dict[str, str]:
    found: dict[str, str] = {}
    text = (FOLDER / "conditions.sql").read_text(encoding="utf-8")
    for part in text.split("-- name: ")[1:]:
        name, _, body = part.partition("\n")
        found[name.strip()] = "\n".join(
            line for line in body.splitlines() if not line.startswith("--")
        ).strip()
    return found


def _with_conditions(sql: str) -> str:
    """The question with the shared conditions in the place of their names, and theirs in them."""
    while (done := re.sub(r"\{([a-z_]+)\}", lambda found: f"({_conditions()[found[1]]})", sql)) != sql:
        sql = done
    return sql


# --- asking ----------------------------------------------------------------------------------------


@dataclass
class Watch:
    """The watch on one day: an office's database, rulebook and calendar."""

    ask: Asking
    book: Book
    calendar: Calendar
    as_of: date
    graduate: str | None = None
    """The code of the only person who is looked at; none: everybody."""
    answers: dict[tuple[str, str], list[Row]] = field(default_factory=dict)
    _events: dict[str, list[Row]] | None = None
    _plain: dict[tuple[str, str, str], tuple[date | None, str]] = field(default_factory=dict)

    def find(
        self,
        names: Sequence[str] = (),
        *,
        within: int | None = None,
        region: str | None = None,
        assignee: str | None = None,
        folder: Path = FOLDER / "rules",
    ) -> list[Found]:
        """What is to be told, the most urgent first; by some of the rules, or all of them.

        ``within``: only what is due in so many days, and all that is late.
        """
        known = rules(folder)
        found: list[Found] = []
        for rule in (known[name] for name in names) if names else known.values():
            for row in self.rows(rule):
                if (region and row["region"] != region) or (assignee and row["assignee"] != assignee):
                    continue
                told = self.judged(rule, row)
                if told is not None and (within is None or (told.due_on - self.as_of).days <= within):
                    found.append(told)
        found.sort(key=lambda told: told[:4])
        return found

    def rows(self, rule: Watched) -> list[Row]:
        """The answer to a rule's question. Two rules that ask the same are answered once."""
        values = self.bound(rule)
        asked = rule.sql, repr(values)
        if asked not in self.answers:
            sql, given = rule.sql, dict[str, Any]({"as_of": self.as_of, **values})
            if self.graduate is not None:
                sql = f"SELECT * FROM ({sql}) AS everybody WHERE graduate = :graduate"
                given["graduate"] = self.graduate
            self.answers[asked] = list(self.ask.run(sql, given))
        return [dict(row) for row in self.answers[asked]]

    def bound(self, rule: Watched) -> dict[str, date | int]:
        """The days and numbers that a rule's question is given besides the day itself."""
        return {name: self._bound(term) for name, term in rule.binds.items()}

    def _bound(self, term: str) -> date | int:
        """What a ``bind`` line means: a number of the rulebook, or a day some of its terms away."""
        words = term.split()
        if words[0] == "value":
            return self.book.needed(words[1], self.as_of).number
        day = self.as_of
        for sign, what in zip(words[1::2], words[2::2], strict=True):
            day = self._moved(day, what, 1 if sign == "+" else -1)
        return day

    def _moved(self, day: date, what: str, sign: int) -> date:
        if what.isdigit():
            return day + sign * int(what) * DAY
        rule = self.book.needed(what, self.as_of)
        most = sign * max(rule.numbers)
        if rule.unit in ("months", "years"):
            return clock.months_after(day, most * (12 if rule.unit == "years" else 1))
        return day + most * DAY

    # --- the day of a row ------------------------------------------------------------------------

    def judged(self, rule: Watched, row: Row) -> Found | None:
        """The row with its day and how near that is; nothing where there is nothing to tell yet."""
        if rule.younger_than and not self._is_younger(rule, row):
            return None
        due, level = self._checked(rule, row) if "checks" in rule.listed else self._counted(rule, row)
        if due is None or level is None:
            return None
        code = row["code"]
        return Found(due, rule.order, len(code), code, rule.name, level, row)

    def _is_younger(self, rule: Watched, row: Row) -> bool:
        limit = self.book.needed(rule.younger_than, self.as_of).number
        over = age_reached(date.fromisoformat(row["birth_date"]), limit, row["extra_months"] or 0)
        row["age_limit"], row["over_on"] = limit, over
        return over > self.as_of

    def _counted(self, rule: Watched, row: Row) -> tuple[date | None, str | None]:
        how, _, what = rule.due.partition(" ")
        if how == "answer":
            return self._answer(rule, row)
        due = self._due(how, what, row)
        if due is None:
            return None, None
        done = row.get("done_on")
        if done is not None and date.fromisoformat(done) <= due:
            return None, None
        return due, self.level(rule, due, row)

    def _due(self, how: str, what: str, row: Row) -> date | None:
        if how == "term":
            return self._term(what, row)
        if how == "age":
            years = row["years"] if not what else self.book.needed(what, self.as_of).number
            row.setdefault("age_limit", years)
            born = date.fromisoformat(row["start_on"])
            return age_reached(born, years, row.get("extra_months") or 0)
        if row["due_on"] is not None:
            return date.fromisoformat(row["due_on"])
        if what:  # else age WHAT
            years = self.book.needed(what.split()[-1], self.as_of).number
            return age_reached(date.fromisoformat(row["birth_date"]), years)
        return None

    def _term(self, what: str, row: Row) -> date | None:
        """The last day of a term, by the row that held when it began."""
        start = date.fromisoformat(row["start_on"])
        if "registered_on" in row and "received_on" in row:
            days = [date.fromisoformat(row[name]) for name in ("received_on", "registered_on")]
            term = self.book.for_appeal(what, days[0], days[1], row["kind"])
            if term is not None and term.counted_from == "received_on":
                start = days[0]
        else:
            term = self.book.rule(what, start, appeal_kind=row.get("kind"))
        return clock.term_end(term, start, self.calendar) if term is not None else None

    def level(self, rule: Watched, due: date, row: Row) -> str | None:
        """How near a day is, as a code; nothing where it is not told."""
        days = (due - self.as_of).days
        listed = rule.listed
        if days < 0 or (days == 0 and rule.over_on_the_day):
            return self._late(rule, due, row) if "late" in listed else None
        if "ladder" in listed:
            for step in reversed(self.book.needed(listed["ladder"], self.as_of).numbers):
                if days <= step:
                    return f"in_{step}"
        if "soon" in listed and self._is_soon(listed["soon"], due):
            return "due_soon"
        return "ahead" if "ahead" in listed else None

    def _is_soon(self, what: str, due: date) -> bool:
        if not what:
            return True
        rule = self.book.needed(what, self.as_of)
        left = self.calendar.count(self.as_of + DAY, due) if rule.unit == "working_days" else None
        return ((due - self.as_of).days if left is None else left) <= rule.number

    def _late(self, rule: Watched, due: date, row: Row) -> str:
        if row.get("far_years") is not None:
            far = age_reached(date.fromisoformat(row["start_on"]), row["far_years"]) <= self.as_of
        elif rule.far:
            term = self.book.needed(rule.far, self.as_of)
            far = clock.term_end(term, due, self.calendar) <= self.as_of
        else:
            far = False
        return "far_overdue" if far else "overdue"

    def _checked(self, rule: Watched, row: Row) -> tuple[date | None, str | None]:
        """The latest check that has come, unless it is done."""
        start = date.fromisoformat(row["start_on"])
        term = self.book.needed(rule.due.partition(" ")[2], self.as_of)
        done = row.get("done_on")
        for number in term.numbers:
            day = self._after(start, number, term)
            if day <= self.as_of:
                if done is not None and date.fromisoformat(done) >= day:
                    return None, None
                return day, f"check_{number}"
        return None, None

    def _after(self, start: date, number: int, term: Rule) -> date:
        if term.unit == "months":
            return clock.months_after(start, number)
        if term.unit == "working_days":
            return self.calendar.add_working(start, number)
        return start + number * DAY

    # --- appeals ---------------------------------------------------------------------------------

    def _answer(self, rule: Watched, row: Row) -> tuple[date | None, str | None]:
        """The last day for an answer, and how near it is by the clock on appeals; none while it stands."""
        events = self._steps_of(row["code"])
        known = events or row["extended_until"]
        key = row["kind"], row["received_on"], row["registered_on"]
        if not known and key in self._plain:
            due, level = self._plain[key]
        else:
            found = clock.answer_due(clock.facts_of(row, events or (), self.as_of), self.book, self.calendar)
            due, level = found.day, clock.level(found, self.as_of, self.book, self.calendar)
            if not known:
                self._plain[key] = due, level
        if due is None:
            return None, None
        late = level in ("overdue", "far_overdue")
        told = "late" in rule.listed if late else "soon" in rule.listed and level == "due_soon"
        return due, level if told else None

    def _steps_of(self, code: str) -> list[Row] | None:
        if self.graduate is not None:
            return list(self.ask.rows("appeal", "clock_steps_of_one", code=code))
        return self._steps().get(code)

    def _steps(self) -> Mapping[str, list[Row]]:
        """Pauses, extensions and what ends them, of the appeals that are open on the day."""
        if self._events is None:
            self._events = {}
            for step in self.ask.run(_with_conditions("{clock_steps}")[1:-1], {"as_of": self.as_of}):
                self._events.setdefault(step["code"], []).append(step)
        return self._events


# --- what is told ----------------------------------------------------------------------------------


def lines(found: Iterable[Found], as_of: date, folder: Path = FOLDER / "rules") -> Iterator[Row]:
    """The rows of the answer: what was found, with its sentence and the next step."""
    known = rules(folder)
    for told in found:
        rule = known[told.rule]
        values = _Values(told.row, due_on=told.due_on, days=(told.due_on - as_of).days)
        yield {
            "rule": told.rule,
            "level": told.level,
            "code": told.code,
            "graduate": told.row["graduate"],
            "name": told.row["name"],
            "due_on": told.due_on.isoformat(),
            "days": (told.due_on - as_of).days,
            "sentence": rule.sentence(values),
            "next_step": rule.next(values),
        }


class _Values(dict[str, Any]):
    """What a sentence may name: the columns, the day, and a year after it for a new contract."""

    def __init__(self, row: Row, **more: Any) -> None:
        super().__init__(row)
        self.update(more)

    def __missing__(self, name: str) -> Any:
        if name == "year_later":
            return clock.months_after(self["due_on"], 12)
        raise KeyError(name)


# --- what was said before --------------------------------------------------------------------------


def unsaid(ask: Asking, found: Iterable[Found]) -> list[Found]:
    """What no scheduled run has said yet: of this rule, record and day, at this level."""
    said = {
        (row["rule"], row["code"], row["due_on"], row["level"]) for row in ask.rows("watch", "said_before")
    }
    return [told for told in found if _mark(told) not in said]


def remember(records: Records, run_id: str, found: Iterable[Found]) -> None:
    """Keep what a scheduled run has said, in the transaction that says the run is done."""
    records.runs.said(
        run_id,
        [
            {"rule": rule, "code": code, "due_on": date.fromisoformat(due_on), "level": level}
            for rule, code, due_on, level in dict.fromkeys(map(_mark, found))
        ],
    )


def _mark(told: Found) -> tuple[str, str, str, str]:
    return told.rule, told.code, told.due_on.isoformat(), told.level
