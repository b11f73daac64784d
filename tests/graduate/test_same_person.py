"""The same person twice: asked at the desk and at import, listed, and told apart for ever; on both engines."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ayala.graduate import likely
from tests.program import Ayala, Result
from tests.terminal import at_terminal

HEAD = "iin,surname,given_name,patronymic,birth_date,sex,region"
GHANI = ("Әбдірахманов", "Ғани", "--patronymic", "Қайратұлы", "--region", "75")
IIN, IIN2 = "980315300005", "031014600003"


@pytest.fixture
def office(ayala: Ayala, office_db: str) -> Ayala:
    return ayala


def add(
    office: Ayala,
    surname: str,
    given: str,
    *more: str,
    born: str = "1998-03-15",
    sex: str = "M",
    **run: object,
) -> Result:
    words = ("--surname", surname, "--given-name", given, "--born", born, "--sex", sex)
    return office("graduate", "add", *words, *more, **run)  # type: ignore[arg-type]


def take(
    office: Ayala, head: str, *rows: str, ok: int = 0, file: str = "g.csv", words: tuple[str, ...] = ()
) -> Result:
    (office.folder / file).write_text("\n".join([head, *rows, ""]), encoding="utf-8")
    return office("import", file, "--keep-good", "--rejects", "bad.csv", "--format", "json", *words, ok=ok)


def rejected(office: Ayala) -> list[dict[str, str]]:
    with (office.folder / "bad.csv").open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def counts(done: Result) -> tuple[int, ...]:
    (row,) = done.json()
    return tuple(row[key] for key in ("added", "updated", "same", "rejected"))


def pairs(office: Ayala, *words: str) -> list[tuple[str, str, int]]:
    found = office("graduate", "alike", *words, "--format", "json").json()
    return [(row["graduate"], row["other"], row["score"]) for row in found]


# --- at the desk -------------------------------------------------------------------------------------


def test_somebody_likely_on_record_is_not_added_and_named_with_reasons(office: Ayala) -> None:
    add(office, *GHANI)
    done = add(office, "Абдрахманов", "Гани", "--region", "75", ok=5)
    assert (done.out, done.err) == (
        "",
        "ayala: nobody is added: this is likely somebody on record\n"
        "  G-1  Әбдірахманов Ғани Қайратұлы, 1998-03-15, 75: name 97 alike, same birth date, same region\n"
        "try: if it is another person, the same command with --not-same G-1\n",
    )
    assert len(office("graduate", "list", "--format", "json").json()) == 1
    assert office("history", "list", "--format", "json").json()[0]["command"] == "graduate add"


def test_who_is_told_apart_is_added_and_no_longer_asked_about(office: Ayala) -> None:
    add(office, *GHANI)
    assert add(office, "Абдрахманов", "Гани", "--not-same", "g-1").out == "G-2\n"
    assert pairs(office) == []
    done = add(office, "Абдрахманова", "Гани", sex="F", ok=5)
    assert [line.split()[0] for line in done.err.splitlines()[1:3]] == ["G-2", "G-1"]
    assert done.err.endswith("the same command with --not-same G-2 --not-same G-1\n")
    assert add(office, "Абдрахманова", "Гани", "--not-same", "1", "--not-same", "2", sex="F").out == "G-3\n"
    assert pairs(office) == []


def test_a_pair_with_somebody_unknown_is_not_remembered(office: Ayala) -> None:
    assert "there is no graduate G-9" in add(office, *GHANI, "--not-same", "G-9", ok=3).err
    assert "'Ғани' is not a code like G-12" in add(office, *GHANI, "--not-same", "Ғани", ok=2).err


def test_the_same_iin_is_the_same_person_whatever_the_name(office: Ayala) -> None:
    add(office, *GHANI, "--iin-file", "-", stdin=IIN)
    done = add(office, "Ким", "Юрий", "--iin-file", "-", "--not-same", "G-1", stdin=IIN, ok=5)
    assert done.err == "ayala: this IIN is on record: G-1\ntry: ayala graduate show G-1\n"


@pytest.mark.parametrize(
    ("surname", "given", "born", "asked"),
    [
        ("Абдрахманов", "Гани", "1998-03-15", True),
        ("Ғани", "Әбдірахманов", "1998-03-15", True),
        ("Әбдірахманов", "Ғани", "1998-03-16", False),
        ("Әбдірахманов", "Ғани", "2001-03-15", False),
        ("Abdirakhmanov", "Ghani", "1998-03-15", True),
        ("Әбдірахманов", "Ғани", "2003-11-02", False),
        ("Абдрахманов", "Гани", "1998-03-16", False),
        ("Оспанов", "Асет", "1998-03-15", False),
    ],
)
def test_when_a_person_is_asked_about(
    office: Ayala, surname: str, given: str, born: str, asked: bool
) -> None:
    add(office, *GHANI)
    add(office, surname, given, born=born, ok=5 if asked else 0)


def test_two_iins_are_a_question_at_the_desk_only_if_the_name_is_nearly_the_same(office: Ayala) -> None:
    add(office, *GHANI, "--iin-file", "-", stdin=IIN)
    done = add(office, "Абдирахманов", "Гани", "--iin-file", "-", stdin=IIN2, ok=5)
    assert "name 100 alike, same birth date; against: the IINs differ\n" in done.err
    assert add(office, "Абрахманов", "Гани", "--iin-file", "-", stdin=IIN2).out == "G-2\n"


def test_an_office_may_ask_from_another_likeness_on(office: Ayala) -> None:
    own = office.folder / "rules.toml"
    own.write_text(
        '[[rule]]\nid = "likely_same_name"\nwhat = "likely_same"\nvalue = 99\nunit = "percent"\n'
        'source = "order of the head"\n',
        encoding="utf-8",
    )
    add(office, *GHANI)
    add(office, "Абдрахманов", "Гани", ok=5)
    assert add(office, "Абдрахманов", "Гани", env={"AYALA_RULES": str(own)}).out == "G-2\n"


def test_a_person_at_a_terminal_is_asked(office: Ayala) -> None:
    add(office, *GHANI)
    there = at_terminal(office)
    words = ("graduate", "add", "--surname", "Абдрахманов", "--given-name", "Гани", "--born", "1998-03-15")
    same = there(*words, "--sex", "M", stdin="G-7\ng1\n", ok=5)
    assert same.out.strip() == ""
    # The space before what is typed goes to stdout or stderr, as the terminal's line editor has it.
    assert same.err.replace("]: ", "]:") == (
        "nobody is added: this is likely somebody on record\n"
        "  G-1  Әбдірахманов Ғани Қайратұлы, 1998-03-15, 75: name 97 alike, same birth date\n"
        "the same person? [G-1 / n]:the same person? [G-1 / n]:ayala: G-1 is the same person: nobody is added\n"
        "try: ayala graduate edit G-1 …\n"
    )
    assert there(*words, "--sex", "M", stdin="жоқ\n").out.strip() == "G-2"
    assert pairs(office) == []


def test_of_somebody_blocked_only_the_code_is_shown_and_nobody_erased_is_compared(office: Ayala) -> None:
    add(office, *GHANI)
    office("graduate", "block", "G-1", "--reason", "asked")
    done = add(office, "Абдрахманов", "Гани", ok=5)
    assert "\n  G-1  blocked\n" in done.err
    assert "Ғани" not in done.err
    assert "G-1 is blocked" in add(office, "Абдрахманов", "Гани", "--not-same", "G-1", ok=5).err
    take(office, HEAD, ",Абдрахманов,Гани,,1998-03-15,M,75", ok=4)
    assert rejected(office)[0]["problem"].startswith("same_as: perhaps G-1, blocked: write the code")
    office("graduate", "unblock", "G-1", "--reason", "over")
    office("graduate", "erase", "G-1", "--basis", "court", "--reason", "ruling 12", "--yes")
    assert take(office, HEAD, ",Абдрахманов,Гани,,1998-03-15,M,75").json()[0]["added"] == 1
    assert pairs(office) == []


# --- at import ---------------------------------------------------------------------------------------


def test_a_likely_row_is_held_back_with_the_candidate_and_its_reasons(office: Ayala) -> None:
    add(office, *GHANI)
    done = take(
        office,
        HEAD,
        ",Абдрахманов,Гани,Кайратович,1998-03-15,M,75",
        ",Оспанов,Асет,,1999-01-01,M,",
        ok=4,
    )
    assert counts(done) == (1, 0, 0, 1)
    problem = (
        "same_as: perhaps G-1 (Әбдірахманов Ғани Қайратұлы, 1998-03-15, 75): name 98 alike, same birth date, "
        "same region: write the code if it is the same person, new if not"
    )
    assert f"g.csv:2: {problem}\n" in done.err
    assert (office.folder / "bad.csv").read_text(encoding="utf-8-sig") == (
        HEAD
        + ",same_as,problem,problem_code\n"
        + f',Абдрахманов,Гани,Кайратович,1998-03-15,M,75,,"{problem}",likely_same\n'
    )


@pytest.mark.parametrize(
    ("answer", "outcome", "people"),
    [
        ("G-1", "updated", 1),
        ("g 1", "updated", 1),
        ("new", "added", 2),
        ("жаңа", "added", 2),
        ("новая", "added", 2),
    ],
)
def test_an_answered_row_completes_the_batch_and_is_never_asked_again(
    office: Ayala, answer: str, outcome: str, people: int
) -> None:
    add(office, *GHANI)
    row = ",Абдрахманов,Гани,,1998-03-15,M,71"
    take(office, HEAD, row, ok=4)
    mended = (office.folder / "bad.csv").read_text(encoding="utf-8-sig")
    mended = mended.replace(',71,,"same_as', f',71,{answer},"same_as')
    (office.folder / "mended.csv").write_text(mended, encoding="utf-8")
    for expected in (outcome, "same"):
        (told,) = office("import", "mended.csv", "--format", "json").json()
        assert told[expected] == 1
    assert counts(take(office, HEAD, row)) == (0, 0, 1, 0)
    assert len(office("graduate", "list", "--format", "json").json()) == people
    assert pairs(office) == []
    assert office("graduate", "show", "G-1", "--format", "json").json()["graduate"][0]["surname"] == GHANI[0]
    told_apart = office("graduate", "export-subject", "G-1", "--reason", "asked", "--format", "json").json()
    assert len(told_apart["not_same"]) == people - 1


def test_an_answer_gives_a_record_its_iin(office: Ayala) -> None:
    add(office, *GHANI)
    assert counts(take(office, f"{HEAD},same_as", f"{IIN},Абдрахманов,Гани,,1998-03-15,M,,G-1")) == (
        0,
        1,
        0,
        0,
    )
    assert office("graduate", "find", "Гани", "--format", "json").json()[0]["iin"] == "********0005"


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (",Ким,Ан,,1999-01-01,M,,G-7,", "same_as: no graduate on record has G-7"),
        (",Ким,Ан,,1999-01-01,M,,x,", "same_as: 'x' is not a code like G-12"),
        (f"{IIN2},Ким,Ан,,1999-01-01,M,,G-1,", "iin: this IIN is on record as G-2, not G-1"),
        ("951201300303,Ким,Ан,,1999-01-01,M,,G-1,", "same_as: G-1 is another person here: the IIN differs"),
        (",Ким,Ан,,1999-01-01,M,,G-1,G-2", "same_as: the row is G-2 by its code, and G-1 here"),
    ],
)
def test_an_answer_that_cannot_be_is_rejected(office: Ayala, row: str, said: str) -> None:
    add(office, *GHANI, "--iin-file", "-", stdin=IIN)
    add(office, "Ким", "Юрий", "--iin-file", "-", born="2003-10-14", stdin=IIN2)
    assert f"g.csv:2: {said}\n" in take(office, f"{HEAD},same_as,code", row, ok=4).err


def test_rows_of_one_sheet_are_asked_about_among_themselves(office: Ayala) -> None:
    rows = (",Оспанов,Асет,,1999-01-01,M,", ",Оспанов,Асед,,1999-01-01,M,", ",Оспанов,Асет,,1999-01-01,M,")
    done = take(office, HEAD, *rows, ok=4)
    assert counts(done) == (1, 0, 1, 1)
    assert (
        "g.csv:3: same_as: perhaps line 2 of this sheet (G-1 if it is saved) (Оспанов Асет, 1999-01-01): "
        "name 92 alike, same birth date: write the code if it is the same person, new if not\n" in done.err
    )
    answered = take(office, f"{HEAD},same_as", rows[0] + ",", rows[1] + ",new", rows[2] + ",")
    assert counts(answered) == (1, 0, 2, 0)
    assert pairs(office) == []


def test_two_iins_are_two_people_at_import_and_stand_on_the_list(office: Ayala) -> None:
    rows = (f"{IIN},Оспанов,Асет,,1999-01-01,M,", f"{IIN2},Оспанов,Асет,,1999-01-01,M,")
    assert counts(take(office, HEAD, *rows)) == (2, 0, 0, 0)
    assert pairs(office) == [("G-1", "G-2", 92)]
    # A third without an IIN is asked about, on both counts; with a code of its own it is not.
    third = ",Оспанов,Асед,,1999-01-01,M,"
    take(office, HEAD, third, ok=4)
    assert rejected(office)[0]["problem"].count("name 92 alike") == 2
    assert counts(take(office, f"{HEAD},code", third + ",G-40")) == (1, 0, 0, 0)


def test_a_row_with_an_iin_is_asked_about_where_the_record_has_none(office: Ayala) -> None:
    add(office, *GHANI)
    row = f"{IIN},Абдрахманов,Гани,,1998-03-15,M,"
    assert counts(take(office, HEAD, row, ok=4)) == (0, 0, 0, 1)
    assert counts(take(office, HEAD, f"{IIN2},Әбдірахманов,Ғаны,,1998-03-15,M,", ok=4)) == (0, 0, 0, 1)
    # The natural key needs no question: the very name and birth date, and no IIN that says otherwise.
    assert counts(take(office, HEAD, f"{IIN},Абдирахманов,Гани,Кайратулы,1998-03-15,M,")) == (0, 1, 0, 0)
    assert counts(take(office, HEAD, f"{IIN2},Абдрахманов,Гани,,1998-03-15,M,")) == (1, 0, 0, 0)


def test_many_candidates_are_counted(office: Ayala) -> None:
    rows = [f"{HEAD},same_as", ",Әбдірахманов,Ғани,,1998-03-15,M,,"]
    rows += [f",Әбдірахман{end},Ғани,,1998-03-15,M,,new" for end in ("ова", "оп", "оф", "ев", "ин", "")]
    assert counts(take(office, *rows)) == (7, 0, 0, 0)
    take(office, HEAD, ",Әбдірахманов,Ғаны,,1998-03-15,M,", ok=4)
    assert " and 1 more: write the code" in rejected(office)[0]["problem"]


def test_an_export_comes_back_without_a_question(office: Ayala, tmp_path: Path, engine_url: str) -> None:
    add(office, *GHANI)
    add(office, "Абдрахманов", "Гани", "--not-same", "G-1")
    office("export", "out", "--unmask", "--reason", "test")
    there = Ayala(tmp_path / "there", str(tmp_path / "there.db"), tmp_path / "there")
    there("init")
    for _ in range(2):
        there("import", tmp_path / "out" / "graduates.csv")
    there("export", "out", "--unmask", "--reason", "test")
    written = (tmp_path / "there" / "out" / "graduates.csv").read_bytes()
    assert written == (tmp_path / "out" / "graduates.csv").read_bytes()


def test_undoing_an_import_takes_back_what_was_told_apart(office: Ayala) -> None:
    add(office, *GHANI)
    take(office, f"{HEAD},same_as", ",Абдрахманов,Гани,,1998-03-15,M,,new")
    entry = office("history", "list", "--format", "json").json()[0]["code"]
    office("history", "undo", entry, "--reason", "by mistake")
    assert len(office("graduate", "list", "--format", "json").json()) == 1
    assert counts(take(office, HEAD, ",Абдрахманов,Гани,,1998-03-15,M,", ok=4)) == (0, 0, 0, 1)
    office("history", "verify")


# --- the list ----------------------------------------------------------------------------------------


@pytest.fixture
def twins(office: Ayala) -> Ayala:
    """Pairs of every kind, entered with codes of their own, so that nobody was asked."""
    take(
        office,
        f"code,{HEAD},phone,institution",
        f"G-1,{IIN},Әбдірахманов,Ғани,Қайратұлы,1998-03-15,M,75,,",
        "G-2,,Абдрахманов,Гани,Кайратович,1998-03-15,M,71,,",
        f"G-3,{IIN2},Абдирахманов,Гани,,1998-03-15,M,,,",
        "G-4,,Ким,Юрий,,2001-05-04,M,,8 701 234 56 78,Жануя",
        "G-5,,Ким,Юрий,,2001-04-05,M,,8 701 234 56 78,Жануя",
        "G-6,,Ким,Юрий,,2001-07-29,M,,,",
        "G-7,,Ким,Юрий,,2003-05-04,M,,,",
        "G-8,,Ospanov,Aset,,1999-01-01,M,,,",
        "G-9,,Асет,Оспанов,,1999-01-01,M,,,",
    )
    return office


def test_the_likeliest_pairs_stand_first_with_their_reasons(twins: Ayala) -> None:
    done = twins("graduate", "alike", "--format", "csv")
    assert done.out == (
        "graduate,name,birth_date,other,other_name,other_birth_date,name_alike,score,reasons\n"
        "G-8,Ospanov Aset,1999-01-01,G-9,Асет Оспанов,1999-01-01,100,100,same_birth_date\n"
        "G-1,Әбдірахманов Ғани Қайратұлы,1998-03-15,G-2,Абдрахманов Гани Кайратович,1998-03-15,98,98,"
        "same_birth_date\n"
        "G-2,Абдрахманов Гани Кайратович,1998-03-15,G-3,Абдирахманов Гани,1998-03-15,97,97,same_birth_date\n"
        "G-4,Ким Юрий,2001-05-04,G-5,Ким Юрий,2001-04-05,100,93,"
        "birth_day_and_month_swapped;same_phone;same_institution\n"
        "G-4,Ким Юрий,2001-05-04,G-7,Ким Юрий,2003-05-04,100,93,birth_date_one_digit_off\n"
        "G-1,Әбдірахманов Ғани Қайратұлы,1998-03-15,G-3,Абдирахманов Гани,1998-03-15,100,92,"
        "same_birth_date;iins_differ\n"
    )
    assert done.err == (
        "the same person: ayala graduate edit G-8 …, and then ayala graduate close G-9 --reason "
        '"the same person as G-8"\n'
        "two people: ayala graduate not-same G-8 G-9\n"
    )


def test_people_see_the_reasons_in_their_language(twins: Ayala) -> None:
    shown = twins("--lang", "ru", "graduate", "alike", "--limit", "1", "G-5").out.splitlines()[-1]
    assert shown.endswith("день и месяц рождения переставлены / тот же телефон / то же учреждение")


def test_the_list_is_of_one_person_or_of_a_region(twins: Ayala) -> None:
    assert pairs(twins, "G-3") == [("G-2", "G-3", 97), ("G-1", "G-3", 92)]
    assert pairs(twins, "--region", "71") == [("G-1", "G-2", 98), ("G-2", "G-3", 97)]
    assert pairs(twins, "--region", "71", "--limit", "1") == [("G-1", "G-2", 98)]
    assert pairs(twins, "G-9") == [("G-8", "G-9", 100)]
    nobody = twins("graduate", "alike", "G-6")
    assert (nobody.out, nobody.err) == ("nothing found\n", "")


def test_a_pair_leaves_the_list_when_it_is_decided_and_comes_back_when_that_is_undone(twins: Ayala) -> None:
    done = twins("graduate", "not-same", "G-9", "G-8", "--reason", "seen both")
    assert done.err == "G-9 and G-8 are two people\n"
    assert "G-8 and G-9 are two people since 2026-11-23" in twins("graduate", "not-same", "8", "9", ok=5).err
    assert "name two" in twins("graduate", "not-same", "8", "8", ok=2).err
    assert ("G-8", "G-9", 100) not in pairs(twins)
    entry = twins("history", "list", "--format", "json").json()[0]
    assert (entry["command"], entry["reason"]) == ("graduate not-same G-9 G-8", "seen both")
    twins("history", "undo", entry["code"])
    assert pairs(twins)[0] == ("G-8", "G-9", 100)


def test_nobody_in_the_archive_or_blocked_is_on_the_list(twins: Ayala) -> None:
    twins("graduate", "close", "G-9", "--reason", "the same person as G-8")
    twins("graduate", "block", "G-5", "--reason", "asked")
    assert {code for one, other, _ in pairs(twins) for code in (one, other)} == {
        "G-1",
        "G-2",
        "G-3",
        "G-4",
        "G-7",
    }
    assert pairs(twins, "G-8") == []


def test_a_large_sheet_asks_too(office: Ayala) -> None:
    """A large load sets indexes aside that no question asks, and all are there at the end."""
    people = [f"Өтеген{chr(1072 + n // 30)}{chr(1072 + n % 30)}" for n in range(900)]
    rows = [
        f",{name},Аты,,{1990 + n % 20}-{n % 12 + 1:02}-{n % 28 + 1:02},F," for n, name in enumerate(people)
    ]
    rows = [row for row in rows for _ in range(3)]
    rows += [",Оспанов,Асет,,1999-01-01,M,", ",Оспанов,Асет,Аскарұлы,1999-01-01,M,"]
    before = indexes(office)
    done = take(office, HEAD, *rows, words=("--allow", "many-rejected"), ok=4)
    assert done.json()[0]["read"] == 2702
    assert "g.csv:2703: same_as: perhaps line 2702 of this sheet" in done.err
    assert "name 100 alike, same birth date" in done.err
    assert indexes(office) == before


def indexes(office: Ayala) -> list[str]:
    from sqlalchemy import inspect

    from ayala.storage.database import engine_for
    from ayala.storage.opening import address

    engine = engine_for(address(office.database))
    names = sorted(str(index["name"]) for index in inspect(engine).get_indexes("graduate"))
    engine.dispose()
    return names


@given(st.dictionaries(st.integers(1, 40) | st.integers(1, 10**12), st.integers(2, 10**6)))
def test_the_line_of_every_added_record_is_remembered(lines: dict[int, int]) -> None:
    remembered = likely.Lines()
    for number, line in lines.items():
        remembered.put(number, line)
    assert len(remembered) == len(lines)
    asked = lines.keys() | {number + step for number in (0, *lines) for step in (-1, 1)}
    assert {number: remembered.get(number) for number in asked} == {n: lines.get(n, 0) for n in asked}


def test_the_question_names_the_person_in_every_language(office: Ayala) -> None:
    add(office, *GHANI)
    for lang, heading in (("ru", "Что не так"), ("kk", "Мәселе")):
        take(office, HEAD, ",Абдрахманов,Гани,,1998-03-15,M,", ok=4)
        office("import", "g.csv", "--keep-good", "--rejects", "bad.csv", env={"AYALA_LANG": lang}, ok=4)
        (row,) = rejected(office)
        assert "G-1" in row[heading]
