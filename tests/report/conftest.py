"""A small office whose every figure is known."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from ayala.dates import Span
from ayala.report.asked import Asked
from ayala.storage.asking import Asking
from ayala.storage.opening import address
from tests.program import Ayala

PEOPLE = """code,surname,given_name,birth_date,sex,region,registered_on,care_status
G-1,Әбдіров,Ғани,1998-03-15,M,75,2025-02-01,orphan
G-2,Өтеген,Ұлжан,2000-02-29,F,61,2026-03-01,orphan
G-3,Қасым,Індіра,2003-10-15,F,75,2026-04-01,without_parental_care
G-4,Серік,Асан,2001-01-15,M,,2026-04-01,
"""
APPEALS = """graduate,caller,received_on,channel,category,status,topics,region
G-1,,2025-02-03,visit,housing,answered,,
G-1,,2025-12-31,visit,legal,answered,,
G-1,,2026-02-03,visit,housing,answered,legal,
G-2,,2026-03-04,helpline,housing,registered,,
G-3,,2026-05-06,letter,employment,in_progress,housing,
,Дана,2026-05-07,helpline,housing,registered,,19
"""
SERVICES = """graduate,kind,mode,provided_on,planned_on
G-1,legal,individual,2026-02-04,
G-1,legal,remote,2026-02-05,
G-2,medical,helpline,2026-06-01,
G-3,medical,individual,,2026-12-01
G-3,medical,individual,2025-12-31,
"""
SESSIONS = "code,kind,mode,held_on,guests\nE-1,labour,seminar,2026-03-08,4\n"
ATTENDANCE = "session,graduate,name\nE-1,G-1,\nE-1,G-2,\nE-1,,Белгісіз Адам\n"
BEDS = """building,building_name,floor,room,bed,room_sex
ZU-1,Жастар үйі,1,101,1,M
ZU-1,Жастар үйі,1,101,2,M
ZU-1,Жастар үйі,2,201,1,F
ZU-2,Екінші үй,1,11,1,F
"""
STAYS = """graduate,building,room,bed,from_date,until
G-3,ZU-1,201,1,2026-01-10,
G-2,ZU-2,11,1,2025-01-10,2026-06-01
G-4,ZU-1,101,1,2024-01-10,
"""
APARTMENTS = "graduate,granted_on,region,tenure\nG-1,2024-05-05,75,rent\nG-2,2026-05-05,61,rent\nG-4,2026-07-07,75,owned\n"
PARTNERS = "name,kind,region\nЗауыт,employer,75\nКолледж,education,75\n"
WORKPLACES = "partner,title,opened_on,closed_on\nЗауыт,швея,2026-01-01,\nЗауыт,повар,2025-01-01,2026-01-01\n"
PLACEMENTS = "graduate,partner,title,from_date,until\nG-3,Зауыт,швея,2026-02-01,\nG-1,Колледж,электрик,2026-02-01,2026-03-01\n"

SHEETS = {
    "people": PEOPLE, "appeals": APPEALS, "services": SERVICES, "sessions": SESSIONS, "attendance": ATTENDANCE,
    "beds": BEDS, "stays": STAYS, "apartments": APARTMENTS, "partners": PARTNERS, "workplaces": WORKPLACES,
    "placements": PLACEMENTS,
}  # fmt: skip


@pytest.fixture
def office(ayala: Ayala, office_db: str, tmp_path: Path) -> Ayala:
    for name, text in SHEETS.items():
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
    ayala("import", *(f"{name}.csv" for name in SHEETS))
    return ayala


QUEUE = """code,graduate,registrar,registered_on,number,status,closed_on
Q-1,G-1,akimat,2020-02-01,12,waiting,
Q-2,G-2,akimat,2021-05-05,7,waiting,
Q-3,G-3,bank,2026-02-01,,waiting,
Q-4,G-4,bank,2019-02-01,3,housed,2026-07-07
"""
POSITIONS = """graduate,registrar,position,position_on
G-1,akimat,607,2026-01-10
G-1,akimat,734,2026-06-10
G-2,akimat,80,2026-01-10
G-2,akimat,75,2026-01-20
G-3,bank,9,2026-03-01
G-3,bank,9,2026-09-01
G-4,bank,1,2025-12-31
"""
MORE_STAYS = """graduate,building,room,bed,from_date,until,planned_end,destination,end_reason
G-1,ZU-1,101,2,2025-02-01,2026-03-01,,rented,own_wish
G-1,ZU-2,11,1,2026-07-01,2026-08-01,,own_home,apartment
G-2,ZU-1,101,2,2026-08-15,,2026-12-20,,
"""
MORE_APPEALS = """graduate,received_on,channel,category,status,answered_on,decision,ground,document
G-1,2026-06-01,visit,legal,answered,2026-06-05,refused,мерзімі өткен,14-1
G-2,2026-06-01,letter,legal,answered,2026-08-05,refused,,
G-3,2026-06-02,visit,documents,redirected,,,,
"""


@pytest.fixture
def busy(office: Ayala, tmp_path: Path) -> Ayala:
    """The small office with a queue, positions, people who came and went, refusals, and a closed bed."""
    sheets = {"queue": QUEUE, "positions": POSITIONS, "stays2": MORE_STAYS, "appeals2": MORE_APPEALS}
    for name, text in sheets.items():
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
    office("import", *(f"{name}.csv" for name in sheets))
    office("dormitory", "close", "ZU-2/11/1", "--from", "2026-11-01", "--reason", "repairs")
    office("appeal", "start", "A-2026-0002", "--assignee", "Сәуле", "--on", "2026-03-05")
    return office


@pytest.fixture
def ask(busy: Ayala, office_db: str) -> Iterator[Asking]:
    asking = Asking(address(office_db))
    yield asking
    asking.close()


YEAR = Span(date(2026, 1, 1), date(2026, 12, 31))
ASKED = {
    "all": Asked(YEAR, date(2026, 11, 23)),
    "a region": Asked(YEAR, date(2026, 11, 23), region="75"),
    "a building": Asked(YEAR, date(2026, 11, 23), building="ZU-1"),
    "a month": Asked(Span(date(2026, 6, 1), date(2026, 6, 30)), date(2026, 6, 30)),
    "many years": Asked(Span(date(2015, 1, 1), date(2026, 12, 31)), date(2026, 11, 23)),
    "before anything": Asked(Span(date(2001, 1, 1), date(2001, 12, 31)), date(2001, 12, 31)),
}
