"""A small office whose every figure is known."""

from __future__ import annotations

from pathlib import Path

import pytest

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
