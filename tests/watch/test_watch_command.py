"""``ayala watch`` and ``ayala agenda`` as commands: order, filters, languages, what was said before, next steps."""

from __future__ import annotations

import re
import shlex
from datetime import date
from pathlib import Path

import pytest

from ayala import cli
from ayala.rules.book import book_of
from ayala.rules.calendar import Calendar
from ayala.storage.asking import Asking
from ayala.storage.opening import address
from ayala.watch import watching
from tests.program import Ayala
from tests.watch.telling import people, rows, take

RULES = [
    "appeal-due",
    "appeal-overdue",
    "redirect-due",
    "extension-notice-due",
    "complaint-closing",
    "queue-missing",
    "queue-late",
    "age-29-unqueued",
    "youth-house-age",
    "contract-end",
    "stay-over-age",
    "document-expiry",
    "consent-expiry",
    "no-contact",
    "unreachable",
    "position-moved-back",
    "queue-entry-vanished",
    "service-not-provided",
    "exit-check",
    "placement-check",
    "appeal-unidentified",
]


def small(ayala: Ayala) -> None:
    """One person with an appeal, a service and a bed; one who was never queued."""
    take(
        ayala,
        graduates=people("G-1,2004-03-01,2022-08-25,2022-08-25,,75", "G-2,1998-02-01,2016-08-25,2026-10-01,,19"),
        queue="graduate,registrar,registered_on\nG-1,akimat,2022-09-01\n",
        beds="building,room,bed\nZU-1,101,1\nZU-1,101,2\n",
        stays="graduate,building,room,bed,from_date,until,planned_end\n"
        "G-1,ZU-1,101,1,2026-01-01,,2026-12-10\n",
        appeals="code,graduate,received_on,category,status,assignee\nA-2026-0001,G-1,2026-11-02,legal,in_progress,Дана\n",
        sessions="code,kind,mode,held_on,title,provider\nE-1,legal,seminar,2026-11-30,Құқық,Дана\nE-2,legal,talk,2026-12-01,Кеш,\n",
        services="code,graduate,kind,mode,planned_on,provider\nS-1,G-1,legal,remote,2026-11-20,Дана\n"
        "S-2,G-1,psychological,individual,2026-11-25,Асан\n",
    )  # fmt: skip


def test_the_rules_are_those_of_the_contract_in_their_order() -> None:
    assert list(watching.rules()) == RULES


def test_the_whole_answer(office_db: str, ayala: Ayala) -> None:
    assert ayala("watch").out == "nothing found\n"
    assert ayala("watch", "--quiet").out == ""
    assert ayala("watch", "--format", "json").json() == []
    small(ayala)
    done = ayala("watch", ok=1)
    assert done.err == ""
    assert done.out == ANSWER
    assert ayala("watch", "--quiet", ok=1).out == ANSWER


ANSWER = """\
Rule                  Deadline         Code         Graduate    Name       Due on        Days left  What is the matter                                                                              Next step
--------------------  ---------------  -----------  ----------  ---------  ----------  -----------  ----------------------------------------------------------------------------------------------  -----------------------------------------------------
queue-missing         overdue          G-2          G-2         Ким2 Олег  2016-08-25        -3742  Never entered in the housing queue; the right lasts until the age of 29, 2027-02-01.            ayala housing queue add G-2 --registrar bank
service-not-provided  overdue          S-1          G-1         Ким1 Олег  2026-11-20           -3  Planned for 2026-11-20 and not provided: social and legal.                                      ayala service done S-1
appeal-due            due soon         A-2026-0001  G-1         Ким1 Олег  2026-11-23            0  The answer to an appeal on legal help is due on 2026-11-23.                                     ayala appeal answer A-2026-0001
contract-end          within 30 days   G-1          G-1         Ким1 Олег  2026-12-10           17  The contract for ZU-1/101/1 was made until 2026-12-10.                                          ayala dormitory contract G-1 --planned-end 2027-12-10
age-29-unqueued       within 90 days   G-2          G-2         Ким2 Олег  2027-02-01           70  Will be 29 on 2027-02-01 and is in no housing queue: from that day it is too late to enter it.  ayala housing queue add G-2 --registrar bank
youth-house-age       within 180 days  G-1          G-1         Ким1 Олег  2027-03-01           98  Lives on ZU-1/101/1 and will be 23 on 2027-03-01, the age to which the house takes people.      ayala appeal add G-1 --topic housing
"""


@pytest.mark.parametrize(
    ("lang", "sentence"),
    [
        ("en", "Planned for 2026-11-20 and not provided: social and legal."),
        ("ru", "Запланировано на 2026-11-20 и не оказано: социально-правовые."),
        ("kk", "2026-11-20 күніне жоспарланған, көрсетілмеді: әлеуметтік-құқықтық."),
    ],
)
def test_it_is_said_in_three_languages(ayala: Ayala, lang: str, sentence: str) -> None:
    ayala("init")
    small(ayala)
    done = ayala("--lang", lang, "watch", "--rule", "service-not-provided", "--format", "json", ok=1)
    assert [row["sentence"] for row in done.json()] == [sentence]


def test_filters_take_away_and_change_nothing_else(ayala: Ayala) -> None:
    ayala("init")
    small(ayala)
    whole = rows(ayala, as_of="2026-11-23")
    assert [row["due_on"] for row in whole] == sorted(row["due_on"] for row in whole)

    def only(*args: str) -> list[object]:
        return rows(ayala, *args, as_of="2026-11-23")

    assert only("--within", "5") == [row for row in whole if row["days"] <= 5]
    assert only("--within", "0") == [row for row in whole if row["days"] <= 0]
    assert only("--region", "Алматы облысы") == [row for row in whole if row["graduate"] == "G-2"]
    assert only("--assignee", "Дана") == [row for row in whole if row["code"] in ("A-2026-0001", "S-1")]
    assert only("--rule", "queue_missing", "--rule", "contract-end") == [
        row for row in whole if row["rule"] in ("queue-missing", "contract-end")
    ]
    assert only("--limit", "2") == whole[:2]
    assert "none of: appeal-due" in ayala("watch", "--rule", "nonesuch", ok=2).err


def test_the_agenda(office_db: str, ayala: Ayala) -> None:
    small(ayala)
    done = ayala("agenda", "--assignee", "Дана", "--format", "json").json()
    assert {key: [row.get("code") or row["graduate"] for row in part] for key, part in done.items()} == {
        "due_answers": ["A-2026-0001"],
        "sessions": ["E-1"],
        "planned_services": [],
        "leavers": [],
        "leavers_ahead": ["G-1"],
        "due_checks": ["S-1"],
    }
    assert [row["code"] for row in ayala("agenda", "--format", "json").json()["planned_services"]] == ["S-2"]
    assert ayala("agenda").out == AGENDA


AGENDA = """\
Answers that are due: 2026-11-23
Rule        Deadline    Code         Graduate    Name       Due on        Days left  What is the matter                                           Next step
----------  ----------  -----------  ----------  ---------  ----------  -----------  -----------------------------------------------------------  -------------------------------
appeal-due  due soon    A-2026-0001  G-1         Ким1 Олег  2026-11-23            0  The answer to an appeal on legal help is due on 2026-11-23.  ayala appeal answer A-2026-0001

Group sessions
Code    Held on     Kind              Delivery mode        Subject    Provider    Region      Attended
------  ----------  ----------------  -------------------  ---------  ----------  --------  ----------
E-1     2026-11-30  social and legal  educational seminar  Құқық      Дана                           0

Planned services
Code    Planned on    Graduate    Name       Kind                      Delivery mode    Provider
------  ------------  ----------  ---------  ------------------------  ---------------  ----------
S-2     2026-11-25    G-1         Ким1 Олег  social and psychological  individual       Асан

Leaving in the coming week
nothing found

Contracts and ages that end
Rule          Deadline        Code    Graduate    Name       Due on        Days left  What is the matter                                      Next step
------------  --------------  ------  ----------  ---------  ----------  -----------  ------------------------------------------------------  -----------------------------------------------------
contract-end  within 30 days  G-1     G-1         Ким1 Олег  2026-12-10           17  The contract for ZU-1/101/1 was made until 2026-12-10.  ayala dormitory contract G-1 --planned-end 2027-12-10

Checks that are due
Rule                  Deadline    Code    Graduate    Name       Due on        Days left  What is the matter                                          Next step
--------------------  ----------  ------  ----------  ---------  ----------  -----------  ----------------------------------------------------------  ----------------------
service-not-provided  overdue     S-1     G-1         Ким1 Олег  2026-11-20           -3  Planned for 2026-11-20 and not provided: social and legal.  ayala service done S-1
"""


# --- next steps and new rules --------------------------------------------------------------------------


def understood(command: str) -> None:
    """The words of a next step are a command with arguments and options that it takes."""
    words = shlex.split(command.replace("\u2026", "x"))
    assert words[0] == "ayala"
    found = cli.load(words[1])
    rest = words[2:]
    while isinstance(found, cli.Noun):
        found = found.get_command(None, rest.pop(0))
    assert found is not None, command
    found.make_context(words[1], rest)


def test_every_next_step_is_a_command_that_takes_these_words() -> None:
    values = {
        "code": "A-2026-0001", "graduate": "G-1", "topic": "housing", "kind": "passport", "year_later": "2027-01-01",
    }  # fmt: skip
    for rule in watching.rules().values():
        for step in filter(None, (rule.next_step, rule.nobody)):
            understood(step.format(**values))
    with pytest.raises(Exception, match="No such option"):
        understood("ayala appeal answer A-2026-0001 --nonesuch x")


NEW_RULE = """
-- order: 500
-- due: given
-- listed: ladder far_day_ladder
-- en: The partner's visit is on {due_on}.
-- ru: Визит {due_on}.
-- kk: Сапар {due_on}.
-- next: ayala graduate show {graduate}
SELECT g.code, g.code AS graduate, g.region, NULL AS assignee, g.surname AS name, g.archived_on AS due_on
FROM graduate AS g
WHERE g.archived_on > :as_of AND {person_counts}
"""


def test_adding_a_rule_is_adding_a_file(office_db: str, ayala: Ayala, tmp_path: Path) -> None:
    take(ayala, graduates=people("G-1,2000-01-01"))
    ayala("graduate", "close", "G-1", "--on", "2026-11-20", "--reason", "x")
    folder = tmp_path / "rules"
    folder.mkdir()
    (folder / "visit.sql").write_text(NEW_RULE, encoding="utf-8")
    ask = Asking(address(office_db))
    day = date(2026, 11, 1)
    found = watching.Watch(ask, book_of(None), Calendar(), day).find(folder=folder)
    [line] = watching.lines(found, day, folder)
    ask.close()
    assert (line["rule"], line["level"], line["days"]) == ("visit", "in_30", 19)
    assert line["sentence"] == "The partner's visit is on 2026-11-20."
    (folder / "bad.sql").write_text("-- en: x\nSELECT 1", encoding="utf-8")
    watching.rules.cache_clear()
    with pytest.raises(ValueError, match=r"bad\.sql: due, listed, next, kk, ru is missing"):
        watching.rules(folder)


def test_every_sentence_names_columns_that_its_question_has(office_db: str) -> None:
    """And no sentence names a person: who is blocked is veiled by the columns alone."""
    ask = Asking(address(office_db))
    found = watching.Watch(ask, book_of(None), Calendar(), date(2026, 11, 23))
    known = {"due_on", "days", "age_limit", "over_on", "year_later"}
    for rule in watching.rules().values():
        values = found.bound(rule)
        cursor = ask._execute(
            rule.sql,
            {"as_of": "2026-11-23"} | {n: str(v) if isinstance(v, date) else v for n, v in values.items()},
        )
        has = {column[0] for column in cursor.description}
        assert {"code", "graduate", "region", "assignee", "name"} <= has, rule.name
        for text in (*rule.sentences.values(), rule.next_step, rule.nobody):
            named = set(re.findall(r"{([a-z_]+)", text))
            assert named <= has | known, rule.name
            assert not named & {"name", "surname", "iin", "phone", "birth_date"}
    ask.close()


# --- what was said before ----------------------------------------------------------------------------


def test_after_skipped_days_each_alert_is_said_once(office_db: str, ayala: Ayala) -> None:
    take(
        ayala,
        graduates=people("G-1,1998-01-10,2016-08-25", "G-2,2004-01-01,2022-08-25"),
        queue="graduate,registrar,registered_on\nG-2,akimat,2022-09-01\n",
        services="code,graduate,kind,mode,planned_on\nS-1,G-2,legal,remote,2026-12-08\nS-2,G-2,legal,remote,2026-12-09\n",
        appeals="code,graduate,received_on,category,status\nA-2026-0001,G-2,2026-11-20,legal,in_progress\n",
    )

    def run(day: str) -> list[str]:
        said = ayala(
            "watch", "--once", "day", "--new", "--format", "csv", env={"AYALA_TODAY": day}, ok=(0, 1)
        ).out
        return [" ".join(line.split(",")[:3]) for line in said.splitlines()[1:]]

    assert run("2026-12-05") == FIRST_DAY
    assert run("2026-12-05") == []
    assert run("2026-12-06") == []
    # Cron is off from the 7th to the 10th: a step of the ladder, an answer due, two services.
    skipped = run("2026-12-11")
    assert skipped == [
        "service-not-provided overdue S-1", "service-not-provided overdue S-2",
        "appeal-due due_soon A-2026-0001", "age-29-unqueued in_30 G-1",
    ]  # fmt: skip
    assert run("2026-12-11") == []
    assert run("2026-12-12") == ["appeal-overdue overdue A-2026-0001"]
    assert run("2026-12-13") == []
    # Whoever asks without --new is told all of it, and asking by hand leaves no trace.
    whole = rows(ayala, as_of="2026-12-14")
    assert {row["code"] for row in whole} == {"G-1", "S-1", "S-2", "A-2026-0001"}
    assert rows(ayala, "--new", as_of="2026-12-15") == rows(ayala, "--new", as_of="2026-12-15")


FIRST_DAY = ["queue-missing overdue G-1", "age-29-unqueued in_90 G-1"]


def test_what_a_limit_cut_off_is_not_taken_for_said(ayala: Ayala) -> None:
    ayala("init")
    take(
        ayala,
        graduates=people("G-1,2004-01-01,2022-08-25"),
        services="code,graduate,kind,mode,planned_on\nS-1,G-1,legal,remote,2026-11-08\nS-2,G-1,legal,remote,2026-11-09\n",
    )
    args = ("watch", "--rule", "service-not-provided", "--new", "--limit", "1", "--format", "csv")
    for day, code in (("2026-11-23", "S-1"), ("2026-11-24", "S-2")):
        done = ayala(*args, "--once", "day", env={"AYALA_TODAY": day}, ok=1)
        assert [line.split(",")[2] for line in done.out.splitlines()[1:]] == [code]
    ayala(*args, "--once", "day", env={"AYALA_TODAY": "2026-11-25"}, ok=0)
