"""Services to one person: planned, given, cancelled, changed, listed."""

from __future__ import annotations

import json

import pytest

from tests.program import Ayala, AyalaProcess

LEGAL = ("--kind", "legal", "--mode", "individual")


def service(office: Ayala, code: str) -> dict[str, object]:
    (row,) = office("service", "show", code, "--format", "json").json()
    return dict(row)


def test_a_planned_service_is_done_on_its_day(office: Ayala) -> None:
    done = office("service", "plan", "Ахметова Айгүл", *LEGAL, "--on", "2026-11-20", "--provider", "заңгер")
    assert (done.out, done.err) == ("S-1\n", "")
    done = office("service", "done", "S-1", "--on", "2026-11-21", "--outcome", "талап жазылды")
    assert (done.out, done.err) == ("S-1\n", "")
    assert service(office, "S-1") == {
        "code": "S-1",
        "graduate": "G-1",
        "name": "Ахметова Айгүл",
        "kind": "legal",
        "mode": "individual",
        "provider": "заңгер",
        "status": "provided",
        "planned_on": "2026-11-20",
        "provided_on": "2026-11-21",
        "cancelled_on": None,
        "appeal": None,
        "outcome": "талап жазылды",
        "note": None,
    }


@pytest.mark.parametrize("verb", ["done", "add"])
def test_done_and_add_record_what_was_given(on_sqlite: Ayala, verb: str) -> None:
    done = on_sqlite("service", verb, "G-2", "--kind", "құқықтық", "--mode", "hotline_150", "--note", "қысқа")
    assert (done.out, done.err) == ("S-1\n", "")
    row = service(on_sqlite, "1")
    assert [row[key] for key in ("kind", "mode", "planned_on", "provided_on", "note")] == [
        "legal", "helpline", None, "2026-11-23", "қысқа",
    ]  # fmt: skip


@pytest.mark.parametrize("typed", ["S-1", "s1", "S-001", "С-1", "с1", "S–1"])
def test_the_code_of_a_service_is_known_from_its_form(on_sqlite: Ayala, typed: str) -> None:
    """Cyrillic С sounds like S and stands on the same key as Latin C."""
    on_sqlite("service", "plan", "G-2", *LEGAL)
    assert on_sqlite("service", "done", typed).out == "S-1\n"
    assert service(on_sqlite, "S-1")["status"] == "provided"


def test_a_bare_number_is_the_person_where_either_may_stand(on_sqlite: Ayala) -> None:
    on_sqlite("service", "plan", "G-2", *LEGAL)
    assert on_sqlite("service", "done", "1", "--kind", "medical", "--mode", "remote").out == "S-2\n"
    assert service(on_sqlite, "S-2")["graduate"] == "G-1"


def test_a_plan_that_is_still_open_is_remembered_when_the_same_kind_is_given(on_sqlite: Ayala) -> None:
    on_sqlite("service", "plan", "G-2", *LEGAL, "--on", "2026-12-01")
    done = on_sqlite("service", "done", "G-2", *LEGAL)
    assert done.out == "S-2\n"
    assert done.err == (
        "S-1, planned for 2026-12-01, is still open; if S-2 is the same: ayala service close S-1 --reason …\n"
    )
    assert on_sqlite("service", "done", "G-2", "--kind", "medical", "--mode", "remote").err == ""
    assert on_sqlite("service", "done", "G-1", *LEGAL).err == ""


def test_a_group_mode_for_one_person_is_taken_with_a_hint(on_sqlite: Ayala) -> None:
    done = on_sqlite("service", "done", "G-1", "--kind", "legal", "--mode", "group_consultation")
    assert done.out == "S-1\n"
    assert done.err == (
        "S-1 is for one person, its mode for many (group consultation); for many at once: ayala service session add\n"
    )


def test_a_service_for_somebody_in_the_archive_is_taken_and_said(on_sqlite: Ayala) -> None:
    on_sqlite("graduate", "close", "G-1", "--reason", "moved")
    done = on_sqlite("service", "done", "G-1", *LEGAL)
    assert (done.out, done.err) == ("S-1\n", "G-1 is in the archive since 2026-11-23\n")


@pytest.mark.parametrize(
    ("args", "code", "said"),
    [
        (("done", "G-1"), 2, "ayala: --kind and --mode are missing\n"),
        (("plan", "G-1", "--kind", "legal"), 2, "ayala: --mode is missing\n"),
        (
            ("done", "G-1", *LEGAL, "--on", "2026-11-24"),
            2,
            "ayala: 2026-11-24 is yet to come\ntry: ayala service plan\n",
        ),
        (("done", "S-9"), 3, "ayala: there is no service S-9\ntry: ayala service list\n"),
        (("show", "S-9"), 3, "ayala: there is no service S-9\ntry: ayala service list\n"),
        (("show", "заң"), 2, "ayala: 'заң' is not a code like S-12\n"),
        (("done", "G-9", *LEGAL), 3, "ayala: there is no graduate G-9\ntry: ayala graduate find NAME\n"),
        (
            ("done", "S-1", *LEGAL),
            2,
            "ayala: S-1 has its kind and mode from the plan\ntry: ayala service edit S-1 --kind … --mode …\n",
        ),
        (
            ("done", "S-1", "--appeal", "77/26"),
            3,
            "ayala: no appeal on record has the code or number '77/26'\ntry: ayala appeal list\n",
        ),
        (("edit", "S-1"), 2, "ayala: nothing to change was given\ntry: ayala service edit --help\n"),
        (
            ("close", "S-1"),
            2,
            'ayala: cancelling needs --reason\ntry: the same command with --reason "…"\n',
        ),
        (
            ("done", "Омаров Асет", *LEGAL),
            4,
            "ayala: several graduates fit 'Омаров Асет'\n  G-3  Омаров Асет, 1999-01-01, 75\n"
            "  G-4  Омаров Асет, 2001-05-05\ntry: name one by its code\n",
        ),
    ],
)
def test_what_does_not_fit_is_refused_and_nothing_written(
    on_sqlite: Ayala, args: tuple[str, ...], code: int, said: str
) -> None:
    on_sqlite("service", "plan", "G-2", *LEGAL)
    before = on_sqlite("service", "list").out
    done = on_sqlite("service", *args, ok=code)
    assert (done.out, done.err) == ("", said)
    assert on_sqlite("service", "list").out == before


def test_what_was_given_is_neither_given_again_nor_cancelled(office: Ayala) -> None:
    office("service", "done", "G-1", *LEGAL, "--on", "2026-11-20")
    given = "ayala: S-1 was given on 2026-11-20\ntry: ayala service show S-1\n"
    assert office("service", "done", "S-1", ok=5).err == given
    assert office("service", "close", "S-1", "--reason", "x", ok=5).err == given


def test_what_was_cancelled_is_neither_given_nor_cancelled_again(office: Ayala) -> None:
    office("service", "plan", "G-1", *LEGAL)
    assert office("service", "close", "S-1", "--reason", "көшіп кетті").err == "S-1 is cancelled\n"
    cancelled = "ayala: S-1 was cancelled on 2026-11-23\ntry: ayala service show S-1\n"
    assert office("service", "done", "S-1", ok=5).err == cancelled
    assert office("service", "close", "S-1", "--reason", "x", ok=5).err == cancelled
    assert office("service", "edit", "S-1", "--provided", "2026-11-20", ok=5).out == ""
    assert service(office, "S-1")["status"] == "cancelled"


def test_of_many_who_mark_one_plan_as_given_one_wins(office: Ayala, ayala_process: AyalaProcess) -> None:
    office("service", "plan", "G-1", *LEGAL)
    runs = [ayala_process.start("service", "done", "S-1", "--outcome", str(number)) for number in range(4)]
    assert sorted(run.finish(ok=None).code for run in runs) == [0, 5, 5, 5]


def test_an_edit_changes_what_is_given_and_empties_what_is_empty(office: Ayala) -> None:
    office("service", "done", "G-1", *LEGAL, "--provider", "заңгер", "--note", "x")
    done = office("service", "edit", "S-1", "--provider", "", "--outcome", "кеңес", "--graduate", "G-2")
    assert (done.out, done.err) == ("", "changed S-1\n")
    row = service(office, "S-1")
    assert [row[key] for key in ("graduate", "kind", "provider", "outcome", "note")] == [
        "G-2", "legal", None, "кеңес", "x",
    ]  # fmt: skip


class TestAppeal:
    """The appeal that a service answers: by our code, or by the number another register gave it."""

    @pytest.fixture(autouse=True)
    def appeals(self, on_sqlite: Ayala) -> None:
        self.office = on_sqlite
        sheet = "number,graduate,received_on,category\n77/26,G-1,2026-11-02,legal\n1,G-2,2026-11-03,legal\n"
        on_sqlite("import", "-", "--as", "appeals", stdin=sheet)
        listed = on_sqlite("appeal", "list", "--format", "json").json()
        self.first, self.second = [row["code"] for row in listed]

    @pytest.mark.parametrize("typed", ["code", "77/26", "Cyrillic"])
    def test_it_is_found(self, typed: str) -> None:
        text = {"code": self.first, "Cyrillic": self.first.replace("A", "А")}.get(typed, typed)
        done = self.office("service", "done", "G-1", *LEGAL, "--appeal", text)
        assert (done.out, done.err) == ("S-1\n", "")
        assert service(self.office, "S-1")["appeal"] == self.first

    def test_another_registers_number_goes_before_our_own(self) -> None:
        self.office("service", "done", "G-2", *LEGAL, "--appeal", "1")
        assert service(self.office, "S-1")["appeal"] == self.second

    def test_another_persons_appeal_is_taken_and_said(self) -> None:
        done = self.office("service", "done", "G-2", *LEGAL, "--appeal", self.first)
        assert done.err == f"{self.first} is another person's appeal, not G-2's\n"

    def test_an_empty_one_takes_it_away(self) -> None:
        self.office("service", "done", "G-1", *LEGAL, "--appeal", self.first)
        self.office("service", "edit", "S-1", "--appeal", "")
        assert service(self.office, "S-1")["appeal"] is None


class TestList:
    """The list: by code, or what is open by its day."""

    @pytest.fixture(autouse=True)
    def services(self, office: Ayala) -> None:
        self.office = office
        office("service", "plan", "G-1", *LEGAL, "--on", "2026-12-10", "--provider", "заңгер")
        office("service", "plan", "G-2", "--kind", "medical", "--mode", "remote", "--on", "2026-12-01")
        office("service", "done", "G-2", *LEGAL, "--on", "2026-11-20", "--provider", "заңгер")
        office("service", "plan", "G-1", *LEGAL, "--on", "2026-12-05")
        office("service", "close", "S-4", "--reason", "x", "--on", "2026-11-22")

    def codes(self, *words: str) -> list[str]:
        return [row["code"] for row in self.office("service", "list", *words, "--format", "json").json()]

    @pytest.mark.parametrize(
        ("words", "expected"),
        [
            ((), "1 2 3 4"),
            (("--kind", "medical"), "2"),
            (("--mode", "жеке"), "1 3 4"),
            (("--provider", "заңгер"), "1 3"),
            (("--graduate", "Ахметова Айгүл"), "1 4"),
            (("--provided", "2026-11"), "3"),
            (("--provided", "2026-10"), ""),
            (("--open",), "2 1"),
            (("--planned-and-not-provided",), "2 1"),
            (("--open", "--as-of", "2026-11-19"), "2 4 1 3"),
            (("--limit", "2"), "1 2"),
        ],
    )
    def test_it_is_narrowed(self, words: tuple[str, ...], expected: str) -> None:
        assert self.codes(*words) == [f"S-{number}" for number in expected.split()]

    def test_for_people(self) -> None:
        done = self.office("service", "list", "--open", "--format", "markdown")
        assert done.out.splitlines()[-1].split("|")[1:-1] == [
            " S-1 ", " G-1 ", " Ахметова Айгүл ", " social and legal ", " individual ", " заңгер ",
            " 2026-12-10 ", "  ", " planned ", "  ",
        ]  # fmt: skip

    def test_for_programs_the_code_comes_first(self) -> None:
        done = self.office(
            "service", "list", "--graduate", "980315300005", "--limit", "1", "--format", "json"
        )
        assert json.loads(done.out) == [
            {
                "code": "S-2",
                "graduate": "G-2",
                "name": "Әбдіров Ғани",
                "kind": "medical",
                "mode": "remote",
                "provider": None,
                "planned_on": "2026-12-01",
                "provided_on": None,
                "status": "planned",
                "appeal": None,
            }
        ]
