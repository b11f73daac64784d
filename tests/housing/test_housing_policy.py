"""The age at the registration in the queue: dated data, counted exactly, never a constant in code."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ayala.dates import age_on
from ayala.housing import policy
from ayala.housing.policy import QueueAge, queue_ages, too_old

LAW = "Law 94-I On Housing Relations, art. 68, subpara. 6"


@pytest.mark.parametrize(
    ("born", "months", "registered_on", "reached"),
    [
        ("1990-05-14", None, "2019-05-13", None),
        ("1990-05-14", None, "2019-05-14", "2019-05-14"),
        ("1990-05-14", 0, "2019-05-14", "2019-05-14"),
        ("1990-05-14", 12, "2020-05-13", None),
        ("1990-05-14", 12, "2020-05-14", "2020-05-14"),
        ("1990-08-31", 6, "2020-02-29", None),  # six months after 31 August there is no such day
        ("1990-08-31", 6, "2020-03-01", "2020-03-01"),
        ("1988-02-29", None, "2017-02-28", None),
        ("1988-02-29", None, "2017-03-01", "2017-03-01"),
    ],
)
def test_the_age_is_that_of_the_law(
    born: str, months: int | None, registered_on: str, reached: str | None
) -> None:
    served = f" and {months} months of service" if months else ""
    expected = (
        reached and f"registered on {registered_on}, but 29 years{served} were full on {reached} ({LAW})"
    )
    assert too_old(date.fromisoformat(born), months, date.fromisoformat(registered_on)) == expected


@given(
    born=st.dates(date(1940, 1, 1), date(2010, 12, 31)),
    registered=st.dates(date(1950, 1, 1), date(2060, 12, 31)),
    months=st.integers(0, 36),
)
def test_without_service_it_is_the_age_in_years_and_service_only_moves_it_on(
    born: date, registered: date, months: int
) -> None:
    (rule,) = queue_ages()
    assert (too_old(born, None, registered) is not None) == (age_on(born, registered) >= rule.value)
    reached = rule.reached_on(born, months)
    assert too_old(born, months, reached) is not None
    assert too_old(born, months, reached - timedelta(days=1)) is None
    assert reached >= rule.reached_on(born, None)


def test_a_rule_holds_for_its_own_days_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """When the law changes, a dated row is added; entries of before keep the old one."""
    rows = (
        QueueAge(23, "the old text", date.min, date(2009, 12, 31)),
        QueueAge(29, "the new text", date(2010, 1, 1), date.max),
    )
    monkeypatch.setattr(policy, "queue_ages", lambda: rows)
    born = date(1980, 1, 1)
    assert too_old(born, None, date(2002, 12, 31)) is None
    why = too_old(born, None, date(2009, 12, 31))
    assert why == "registered on 2009-12-31, but 23 years were full on 2003-01-01 (the old text)"
    later = too_old(date(1985, 1, 1), None, date(2010, 1, 1))
    assert later is None
