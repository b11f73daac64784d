"""The invented case-load: sheets written from a fixed seed, so that every demo is the same.

Facts of the 2019 briefing are the totals only: 1289 appeals, 689 of them on housing, 61 apartments
(three times the year before), 190 residents, 80 and 110 in two buildings. The people, the split of
the other 600 appeals, the services and all of 2018 are our inventions. Nobody has a personal number
and the names come from tales, so that nobody real can be meant.
"""

from __future__ import annotations

import csv
import random
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

SEED = 2019
PEOPLE = 2400
APPEALS = {"housing": 689, "employment": 262, "education_grant": 168, "financial_aid": 170}
APPEALS_BEFORE = {"housing": 601, "employment": 214, "education_grant": 151, "financial_aid": 159}
APARTMENTS = {2018: 20, 2019: 61}
SERVICES = 2800
BUILDINGS = {"ZU-1": ("Жастар үйі", 80, 24), "ZU-2": ("Бес қабатты Жастар үйі", 110, 30)}

SURNAMES = (
    "Ертөстіков", "Қобыландин", "Алпамысов", "Қамбаров", "Тарғынов", "Тазшаин", "Көсеев", "Құлагеров",
    "Бөлтіріков", "Самұрықов", "Айдаһаров", "Тұлпаров", "Желаяқов", "Таусоғаров", "Саққұлақов",
    "Көлтаусаров", "Қаңбақов",
    "Мақтақызов", "Түлкібаев", "Аюбаев", "Үкіжанов", "Қарлығашов", "Ақбозатов", "Шыңырауов", "Бәйтерекұлов",
)  # fmt: skip
MEN = (
    "Ертөстік",
    "Қобыланды",
    "Алпамыс",
    "Қамбар",
    "Ертарғын",
    "Алдар",
    "Толағай",
    "Желаяқ",
    "Таусоғар",
    "Ерназар",
)
WOMEN = ("Баян", "Жібек", "Гүлбаршын", "Қыз", "Ақжүніс", "Қарлыға", "Назым", "Қаракөз", "Күнекей", "Құртқа")
FATHERS = ("Ерназар", "Тоқтарбай", "Байбөрі", "Қарабай", "Базарбай", "Әлібек", "")
HOMES = ("№1 ертегі балалар үйі", "№2 ертегі балалар үйі", "«Самұрық» балалар ауылы", "Бәйтерек балалар үйі")
REGIONS = ("75", "75", "75", "75", "19", "71", "79", "61", "35", "63", "43", "39", "59", "11", "31", "55")
CHANNELS = ("visit", "visit", "letter", "helpline", "helpline", "online", "event")
STATUSES = ("answered",) * 15 + ("in_progress",) * 2 + ("registered", "redirected", "withdrawn")
DECISIONS = ("satisfied", "partly_satisfied", "explained", "explained")
KINDS = (
    "household",
    "medical",
    "psychological",
    "pedagogical",
    "labour",
    "cultural",
    "economic",
    "legal",
    "legal",
)
GROUP_MODES = ("seminar", "training", "talk", "group_consultation")
MODES = ("individual",) * 4 + ("remote",) * 2 + ("helpline",)
PARTNERS = (
    ("«Тұлпар» зауыты", "employer"),
    ("«Ақ бұлақ» наубайханасы", "employer"),
    ("«Самұрық» кәсіптік орталығы", "education"),
    ("«Қамқор» қоры", "ngo"),
)
TITLES = ("повар", "швея", "водитель", "электрик", "помощник воспитателя")


def write_sheets(folder: Path) -> list[str]:
    """Write the sheets of the case-load into the folder; their names, ready for the import."""
    maker = _Maker(folder)
    maker.graduates()
    maker.appeals()
    maker.services()
    maker.dormitory()
    maker.housing()
    maker.work()
    return [str(path) for path in maker.written]


class _Maker:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.random = random.Random(SEED)
        self.written: list[Path] = []
        self.people: list[tuple[str, str, int]] = []

    def sheet(self, name: str, headings: str, rows: Iterable[Sequence[Any]]) -> None:
        path = self.folder / f"{name}.csv"
        with path.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.writer(stream)
            writer.writerow(headings.split())
            writer.writerows(rows)
        self.written.append(path)

    def day(self, year: int) -> date:
        return date(year, 1, 1) + timedelta(days=self.random.randrange(365))

    def graduates(self) -> None:
        pick = self.random
        rows: list[tuple[Any, ...]] = []
        seen: set[tuple[Any, ...]] = set()
        while len(rows) < PEOPLE:
            sex = pick.choice("FM")
            born = self.day(pick.randrange(1990, 2003))
            surname = pick.choice(SURNAMES)
            name = (surname + ("а" if sex == "F" else ""), pick.choice(WOMEN if sex == "F" else MEN))
            father = pick.choice(FATHERS)
            patronymic = f"{father}{'қызы' if sex == 'F' else 'ұлы'}" if father else ""
            if (*name, patronymic, born) in seen:
                continue
            seen.add((*name, patronymic, born))
            code = f"G-{len(rows) + 1}"
            self.people.append((code, sex, born.year))
            rows.append(
                (
                    code, *name, patronymic, born, sex, f"+7700000{len(rows) + 1:04d}", pick.choice(REGIONS),
                    pick.choice(HOMES), date(born.year + 18, 8, 25),
                    pick.choice(("orphan", "without_parental_care")), self.day(pick.randrange(2016, 2020)),
                )
            )  # fmt: skip
        self.sheet(
            "graduates",
            "code surname given_name patronymic birth_date sex phone region institution left_care_on "
            "care_status registered_on",
            rows,
        )

    def appeals(self) -> None:
        pick = self.random
        rows: list[tuple[Any, ...]] = []
        for year, split in ((2018, APPEALS_BEFORE), (2019, APPEALS)):
            topics = [topic for topic, number in split.items() for _ in range(number)]
            pick.shuffle(topics)
            for topic, received in zip(topics, sorted(self.day(year) for _ in topics), strict=True):
                status = "answered" if year == 2018 else pick.choice(STATUSES)
                answered = received + timedelta(days=pick.randrange(2, 29)) if status == "answered" else ""
                decision = pick.choice(DECISIONS) if status == "answered" else ""
                person = pick.choice(self.people)[0]
                rows.append((person, received, pick.choice(CHANNELS), topic, status, decision, answered))
        self.sheet("appeals", "graduate received_on channel category status decision answered_on", rows)

    def services(self) -> None:
        pick = self.random
        rows = [
            (
                pick.choice(self.people)[0],
                pick.choice(KINDS),
                pick.choice(MODES),
                self.day(pick.choice((2018, 2019))),
            )
            for _ in range(SERVICES)
        ]
        self.sheet("services", "graduate kind mode provided_on", sorted(rows, key=lambda row: row[3]))
        held = [
            (f"E-{n}", pick.choice(KINDS), pick.choice(GROUP_MODES), self.day(2019), pick.randrange(4))
            for n in range(1, 13)
        ]  # fmt: skip
        self.sheet("sessions", "code kind mode held_on guests", held)
        came = [
            (code, person[0])
            for code, *_ in held
            for person in pick.sample(self.people, pick.randrange(12, 26))
        ]
        self.sheet("attendance", "session graduate", came)

    def dormitory(self) -> None:
        beds, stays = [], []
        young = {sex: [p for p in self.people if p[1] == sex and 1997 <= p[2] <= 2001] for sex in "FM"}
        for building, (name, residents, rooms) in BUILDINGS.items():
            places = []
            for number in range(rooms):
                floor, sex = 1 + number // 6, "FM"[number % 2]
                room = f"{floor}{number % 6 + 1:02d}"
                beds += [(building, name, floor, room, bed, sex) for bed in range(1, 5)]
                places += [(building, room, bed, sex) for bed in range(1, 5)]
            for place in sorted(self.random.sample(places, residents)):
                person = young[place[3]].pop()
                stays.append((person[0], *place[:3], self.day(self.random.choice((2018, 2019)))))
        self.sheet("beds", "building building_name floor room bed room_sex", beds)
        self.sheet("stays", "graduate building room bed from_date", stays)

    def housing(self) -> None:
        pick = self.random
        rows: list[tuple[Any, ...]] = []
        lucky = pick.sample(self.people, sum(APARTMENTS.values()))
        for year, number in APARTMENTS.items():
            for _ in range(number):
                home = f"Алматы, Ертегі көшесі, {pick.randrange(1, 90)}-үй, {pick.randrange(1, 200)}-пәтер"
                rows.append(
                    (
                        lucky.pop()[0],
                        self.day(year),
                        "75",
                        home,
                        pick.choice((1, 1, 2)),
                        pick.choice(("rent", "rent_to_own")),
                    )
                )
        self.sheet(
            "apartments",
            "graduate granted_on region address rooms tenure",
            sorted(rows, key=lambda row: row[1]),
        )
        waiting = sorted(pick.sample(self.people, 300), key=lambda p: int(p[0][2:]))
        queue = [
            (f"Q-{n}", code, "akimat", date(born + 18, 9, 1), f"{born + 18}/{n}", "orphan")
            for n, (code, _, born) in enumerate(waiting, 1)
        ]
        self.sheet("queue", "code graduate registrar registered_on number category", queue)
        positions = [
            (code, "akimat", place, f"{year}-12-01")
            for n, (_, code, *_) in enumerate(queue)
            for year, place in ((2018, 560 + n), (2019, 520 + n + (170 if n % 40 == 7 else 0)))
        ]
        self.sheet("positions", "graduate registrar position position_on", positions)

    def work(self) -> None:
        pick = self.random
        self.sheet("partners", "name kind region", [(name, kind, "75") for name, kind in PARTNERS])
        jobs = [(partner, title, "2019-02-01", 3) for partner, _ in PARTNERS for title in TITLES[:3]]
        self.sheet("workplaces", "partner title opened_on places", jobs)
        placed = []
        for person in pick.sample(self.people, 48):
            partner, title, *_ = pick.choice(jobs)
            began = date(2019, 2, 1) + timedelta(days=pick.randrange(200))
            ended = began + timedelta(days=pick.randrange(30, 120)) if pick.random() < 0.25 else ""
            placed.append((person[0], partner, title, began, ended, "own_wish" if ended else ""))
        self.sheet("placements", "graduate partner title from_date until end_reason", placed)
