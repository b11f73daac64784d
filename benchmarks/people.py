"""Invented graduates, the same at every run: a sheet as ``ayala import`` takes it.

Names are drawn from lists, days and personal numbers from a seeded generator. The numbers are valid in
form; where one is a living person's, it is by chance.

``python benchmarks/people.py FILE ROWS SEED`` writes the sheet and prints how many of its rows are broken.
"""

from __future__ import annotations

import csv
import random
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

HEADINGS = (
    "iin", "surname", "given_name", "patronymic", "birth_date", "sex", "phone", "email", "region", "address",
    "institution", "left_care_on", "care_status", "registered_on", "note",
)  # fmt: skip

# (surname, ending for a woman)
SURNAMES = (
    ("Ахметов", "а"), ("Әбдірахманов", "а"), ("Байжанов", "а"), ("Ғаббасов", "а"), ("Досжанов", "а"),
    ("Ермеков", "а"), ("Жұмабаев", "а"), ("Иванов", "а"), ("Қасымов", "а"), ("Ковалёв", "а"),
    ("Мұқанов", "а"), ("Нұрланов", "а"), ("Оспанов", "а"), ("Өтегенов", "а"), ("Петров", "а"),
    ("Рахимов", "а"), ("Сәрсенбаев", "а"), ("Тілеубаев", "а"), ("Ұзақбаев", "а"), ("Шәріпов", "а"),
    ("Цой", ""), ("Шмидт", ""), ("Ким", ""), ("Бондаренко", ""),
)  # fmt: skip
GIVEN = {
    "F": ("Айгүл", "Әсел", "Дана", "Гүлнар", "Жанар", "Мадина", "Назерке", "Томирис", "Аружан", "Елена"),
    "M": ("Асқар", "Әлихан", "Бауыржан", "Дәурен", "Ерлан", "Қуаныш", "Мұрат", "Нұрсұлтан", "Тимур", "Артём"),
}  # fmt: skip
PATRONYMICS = {
    "F": ("Асқарқызы", "Ерланқызы", "Мұратқызы", "Сергеевна", "Болатовна", ""),
    "M": ("Асқарұлы", "Ерланұлы", "Мұратұлы", "Сергеевич", "Болатович", ""),
}
REGIONS = ("10", "11", "15", "19", "23", "27", "31", "33", "35", "39", "43", "47", "55", "59", "61", "62",
           "63", "71", "75", "79")  # fmt: skip
INSTITUTIONS = (
    "Детский дом № 1, г. Алматы",
    "Жануя",
    "SOS Балалар ауылы",
    'Центр "Үміт", филиал 2',
    "№ 5 балалар үйі",
)
FIRST_BORN, DAYS = date(1998, 1, 1), 3600


def iin(born: date, sex: str, serial: int) -> str | None:
    """A personal number with its control digit; None where the law's sum gives none."""
    century = {"M": 5, "F": 6}[sex] - (0 if born.year >= 2000 else 2)
    digits = f"{born:%y%m%d}{century}{serial:04}"
    for weights in ((1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11), (3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2)):
        control = sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=True)) % 11
        if control < 10:
            return f"{digits}{control}"
    return None


SEED = 20261123


def graduates(rows: int, seed: int = SEED) -> Iterator[tuple[dict[str, str], bool]]:
    """Rows of the sheet, and whether each is broken (one in a hundred is)."""
    chance = random.Random(seed)
    taken: set[str] = set()
    made = 0
    while made < rows:
        born = FIRST_BORN + timedelta(days=chance.randrange(DAYS))
        sex = chance.choice("FM")
        number = iin(born, sex, chance.randrange(1, 10_000))
        if number is None or number in taken:
            continue
        taken.add(number)
        surname, ending = chance.choice(SURNAMES)
        left = date(born.year + 18, chance.randrange(6, 9), chance.randrange(1, 29))
        digits = f"{chance.randrange(700, 709)}{chance.randrange(10**7):07}"
        row = {
            "iin": number,
            "surname": surname + (ending if sex == "F" else ""),
            "given_name": chance.choice(GIVEN[sex]),
            "patronymic": chance.choice(PATRONYMICS[sex]),
            "birth_date": born.isoformat(),
            "sex": sex,
            # As people write it, in one row of seven.
            "phone": f"8 ({digits[:3]}) {digits[3:6]}-{digits[6:8]}-{digits[8:]}"
            if made % 7 == 0
            else f"+7{digits}",
            "email": f"g{made}@example.org" if made % 3 == 0 else "",
            "region": chance.choice(REGIONS),
            "address": f"{chance.randrange(1, 200)}-үй",
            "institution": chance.choice(INSTITUTIONS),
            "left_care_on": left.isoformat(),
            "care_status": chance.choice(("orphan", "without_parental_care")),
            "registered_on": (left + timedelta(days=chance.randrange(30))).isoformat(),
            "note": "",
        }
        broken = made % 100 == 50
        if broken:
            spoil(row, made // 100)
        yield row, broken
        made += 1


def spoil(row: dict[str, str], turn: int) -> None:
    """Break a row in one of the ways that sheets are broken."""
    number = row["iin"]
    match turn % 7:
        case 0:
            row["iin"] = number[:-1] + str((int(number[-1]) + 1) % 10)
        case 1:
            row["iin"] = number[:-1]
        case 2:
            row["iin"] = f"О{number[1:]}"  # a Cyrillic letter for the digit nought
        case 3:
            row["birth_date"] = "2004-02-30"
        case 4:
            row["surname"] = ""
        case 5:
            row["sex"] = "X"
        case 6:
            row["region"] = "Atlantis"


def write(path: Path, rows: int, *, broken: bool = True, seed: int = SEED) -> int:
    """Write the sheet; how many of its rows are broken. ``broken=False`` leaves those out."""
    count = 0
    with path.open("w", encoding="utf-8", newline="") as file:
        sheet = csv.DictWriter(file, HEADINGS)
        sheet.writeheader()
        for row, is_broken in graduates(rows, seed):
            if is_broken and not broken:
                continue
            sheet.writerow(row)
            count += is_broken
    return count


if __name__ == "__main__":
    _, chosen, *numbers = sys.argv
    count, start = map(int, numbers)
    print(write(Path(chosen), count, seed=start))
