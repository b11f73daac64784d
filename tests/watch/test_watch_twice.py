"""The watch against a second computation in plain Python from the sheets: person by person, nothing more or less."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import pytest

from tests.figures import Figures, rounds
from tests.program import Ayala
from tests.watch import case_load
from tests.watch.plain import Plain
from tests.watch.telling import rows

RULES = {
    "queue-missing", "age-29-unqueued", "no-contact", "appeal-overdue", "appeal-due", "redirect-due",
    "youth-house-age", "stay-over-age",
}  # fmt: skip
QUEUE = {"queue-late", "queue-entry-vanished", "position-moved-back"}
"""Rules that the plain computation does not know; the sheets here set off none but the first."""


@pytest.mark.parametrize("seed", range(rounds(ci=2, soak=40)))
def test_what_is_said_is_what_a_plain_computation_says(
    seed: int, office_db: str, ayala: Ayala, tmp_path: Path, figures: Figures
) -> None:
    sheets = case_load.write(tmp_path, people=600, seed=seed)
    ayala("import", *sheets, "--quiet")
    last = date(2019, 12, 31)
    counts: Counter[str] = Counter()
    for day in (last, last - timedelta(days=1), last - timedelta(days=29), date(2019, 7, 1)):
        said = {
            (row["rule"], row["level"], row["code"], row["due_on"])
            for row in rows(ayala, as_of=day.isoformat())
            if row["rule"] not in QUEUE
        }
        expected = Plain(tmp_path, day).alerts()
        assert sorted(said ^ expected) == []
        counts.update(alert[0] for alert in said)
    assert counts.keys() == RULES
    figures(f"watch and a plain computation, seed {seed}", alerts=sum(counts.values()), differing=0)
