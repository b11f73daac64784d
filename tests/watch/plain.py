"""What the watch should say of a case-load, computed a second time: from the sheets, without Ayala.

Plain Python over the CSV files: no rulebook, no clock, no calendar and no SQL of the program. Of the rules it
knows those that such sheets can set off, for a day of 2019: calendar days for answers (Law 221 of 2007), three
working days for sending on, ages, the queue, the last sign of life.

``python -m tests.watch.plain FOLDER 2019-12-31 WATCH.json`` compares it with an answer of ``ayala watch``.
"""

from __future__ import annotations

import csv
import json
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

Alert = tuple[str, str, str, str]
"""Rule, level, code, day."""

DAY = timedelta(days=1)
QUEUE_AGE, HOUSE_AGE, CEILING = 29, 23, 29
ANSWER_DAYS, SOON_WORKING_DAYS, FAR_DAYS, REDIRECT_WORKING_DAYS = 15, 3, 30, 3
SILENT_MONTHS = 6
LADDER = (7, 30, 90, 180, 365)
OPEN = ("registered", "in_progress", "paused")

# The days of rest around the days that are asked about; weekends are computed.
RESTS = {
    date(2019, 11, 30) + DAY: "First President", date(2019, 12, 2): "for Sunday the 1st",
    date(2019, 12, 16): "Independence", date(2019, 12, 17): "Independence",
    date(2020, 1, 1): "New Year", date(2020, 1, 2): "New Year", date(2020, 1, 7): "Christmas",
    date(2019, 7, 6): "Capital", date(2019, 7, 8): "for Saturday the 6th", date(2019, 8, 11): "Kurban Ait",
    date(2019, 8, 30): "Constitution", date(2019, 5, 1): "Unity", date(2019, 5, 7): "Defender",
    date(2019, 5, 9): "Victory", date(2019, 5, 10): "for Saturday 4 May",
    date(2020, 1, 3): "for Sunday 5 January",
}  # fmt: skip
WORKED = {date(2019, 5, 4), date(2020, 1, 5)}


def working(day: date) -> bool:
    return day in WORKED or (day.weekday() < 5 and day not in RESTS)


def working_after(start: date, count: int) -> date:
    day = start
    while count:
        day += DAY
        count -= working(day)
    return day


def birthday(born: date, age: int, months: int = 0) -> date:
    month = born.month - 1 + months
    year, month = born.year + age + month // 12, month % 12 + 1
    for number in range(born.day, 0, -1):
        try:
            found = date(year, month, number)
        except ValueError:
            continue
        return found if number == born.day else found + DAY
    raise AssertionError(born)


def months_on(day: date, months: int) -> date:
    month = day.month - 1 + months
    number = day.day
    while True:
        try:
            return date(day.year + month // 12, month % 12 + 1, number)
        except ValueError:
            number -= 1


def step(days: int) -> str | None:
    return next((f"in_{limit}" for limit in LADDER if days <= limit), None)


def rows(folder: Path, *names: str) -> list[dict[str, str]]:
    for name in names:
        if (path := folder / f"{name}.csv").exists():
            with path.open(encoding="utf-8", newline="") as stream:
                return list(csv.DictReader(stream))
    return []


def day_of(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


class Plain:
    """A case-load read from its sheets. Codes are given out in the order of the files."""

    def __init__(self, folder: Path, as_of: date) -> None:
        self.as_of = as_of
        self.people = {row["iin"]: row for row in rows(folder, "graduates")}
        self.codes = {iin: f"G-{n}" for n, iin in enumerate(self.people, 1)}
        self.appeals = rows(folder, "appeals")
        self.stays = rows(folder, "residents", "stays")
        self.services = rows(folder, "services")
        self.housed = {r["iin"] for r in rows(folder, "apartments") if r["granted_on"] <= as_of.isoformat()}
        self.queued = {r["iin"] for r in rows(folder, "queue") if r["registered_on"] <= as_of.isoformat()}

    def alerts(self) -> set[Alert]:
        return set(self._of_people()) | set(self._of_appeals()) | set(self._of_residents())

    def _of_people(self) -> Iterator[Alert]:
        for iin, person in self.people.items():
            born = date.fromisoformat(person["birth_date"])
            over = birthday(born, QUEUE_AGE, int(person.get("conscript_months") or 0))
            code = self.codes[iin]
            if over <= self.as_of or iin in self.housed:
                continue
            if iin not in self.queued:
                left = day_of(person["left_care_on"]) or birthday(born, 18)
                days = (left - self.as_of).days
                yield "queue-missing", "overdue" if days < 0 else step(days) or "ahead", code, str(left)
                if near := step((over - self.as_of).days):
                    yield "age-29-unqueued", near, code, str(over)
            heard = self._last_heard(iin, person)
            if heard and (silent := months_on(heard, SILENT_MONTHS)) < self.as_of:
                yield "no-contact", "overdue", code, str(silent)

    def _last_heard(self, iin: str, person: dict[str, str]) -> date | None:
        days = [person["left_care_on"], person.get("registered_on")]
        days += [row["received_on"] for row in self.appeals if row["iin"] == iin]
        days += [row["provided_on"] for row in self.services if row["iin"] == iin]
        for stay in self.stays:
            if stay["iin"] == iin:
                days += [stay["from_date"], stay["until"]]
                if self._lives_there(stay):
                    return None
        known = [day for text in days if (day := day_of(text)) and day <= self.as_of]
        return max(known, default=None)

    def _of_appeals(self) -> Iterator[Alert]:
        today = self.as_of
        number: Counter[str] = Counter()
        for row in self.appeals:
            year = row["received_on"][:4]
            number[year] += 1
            received, answered = date.fromisoformat(row["received_on"]), day_of(row["answered_on"])
            answered_later = row["status"] == "answered" and answered is not None and answered > today
            if received > today or not (row["status"] in OPEN or answered_later):
                continue
            code = f"A-{year}-{number[year]:04d}"
            due = received + ANSWER_DAYS * DAY
            late = (today - due).days
            if late > 0:
                yield "appeal-overdue", "far_overdue" if late >= FAR_DAYS else "overdue", code, str(due)
            elif sum(working(today + n * DAY) for n in range(1, 1 - late)) <= SOON_WORKING_DAYS:
                yield "appeal-due", "due_soon", code, str(due)
            send = working_after(received, REDIRECT_WORKING_DAYS)
            if row["status"] == "registered" and send >= today:
                yield "redirect-due", "due_soon", code, str(send)

    def _lives_there(self, stay: dict[str, str]) -> bool:
        day = self.as_of.isoformat()
        return stay["from_date"] <= day and not (stay["until"] and stay["until"] <= day)

    def _of_residents(self) -> Iterator[Alert]:
        for stay in filter(self._lives_there, self.stays):
            born = date.fromisoformat(self.people[stay["iin"]]["birth_date"])
            code, over = self.codes[stay["iin"]], birthday(born, HOUSE_AGE)
            if over > self.as_of:
                if near := step((over - self.as_of).days):
                    yield "youth-house-age", near, code, str(over)
            else:
                far = birthday(born, CEILING) <= self.as_of
                yield "stay-over-age", "far_overdue" if far else "overdue", code, str(over)


def main(folder: str, as_of: str, answer: str) -> None:
    expected = Plain(Path(folder), date.fromisoformat(as_of)).alerts()
    said = {
        (row["rule"], row["level"], row["code"], row["due_on"])
        for row in json.loads(Path(answer).read_text(encoding="utf-8"))
    }
    for rule, count in sorted(Counter(alert[0] for alert in expected | said).items()):
        both = sum(alert[0] == rule for alert in expected & said)
        print(f"{rule:<20} {both:6} in both, {count - both} in one only")
    for alert in sorted(expected ^ said)[:20]:
        print("only expected" if alert in expected else "only said", alert)


if __name__ == "__main__":
    main(*sys.argv[1:])
