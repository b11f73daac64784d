"""A command that is repeated after its answer was lost is done once."""

from __future__ import annotations

import re
from pathlib import Path

from ayala.storage.asking import Asking
from ayala.storage.opening import address
from tests.program import Ayala, AyalaProcess

ADD = (
    "graduate",
    "add",
    "--surname",
    "Әбдіров",
    "--given-name",
    "Ғани",
    "--born",
    "1998-03-15",
    "--sex",
    "M",
)


def key(text: str) -> dict[str, str | None]:
    return {"AYALA_REQUEST_KEY": text}


def test_the_same_key_does_it_once_and_gives_the_same_answer(ayala: Ayala, office_db: str) -> None:
    first = ayala(*ADD, env=key("letter 17"))
    again = ayala(*ADD, env=key("letter 17"))
    assert first.out == again.out == "G-1\n"
    assert again.err == "ayala: done already as H-1: graduate add\n"
    assert ayala(*ADD, "--not-same", "G-1", env=key("letter 18")).out == "G-2\n"
    assert ayala(*ADD, "--not-same", "G-1", "--not-same", "G-2").out == "G-3\n"


def test_it_may_be_given_as_an_option(ayala: Ayala, office_db: str) -> None:
    for _ in range(2):
        assert ayala("--request-key", "letter 17", *ADD).out == "G-1\n"
    assert len(ayala("graduate", "list", "--format", "json").json()) == 1


def test_a_change_without_a_code_says_that_it_was_done(ayala: Ayala, office_db: str) -> None:
    ayala(*ADD)
    edit = ("graduate", "edit", "G-1", "--note", "moved")
    ayala(*edit, env=key("k"))
    again = ayala(*edit, env=key("k"))
    assert (again.out, again.err) == ("", "ayala: done already as H-2: graduate edit G-1\n")


def test_a_key_belongs_to_one_command(ayala: Ayala, office_db: str) -> None:
    ayala(*ADD, env=key("k"))
    refused = ayala("graduate", "edit", "G-1", "--note", "x", env=key("k"), ok=5)
    assert refused.err == (
        "ayala: this request key is that of H-1, another command: graduate add\ntry: a key of this command's own\n"
    )


def test_other_words_are_another_command(ayala: Ayala, office_db: str) -> None:
    """What was asked for the second time is not lost in silence; how it is asked for does not matter."""
    ayala(*ADD)
    ayala("graduate", "edit", "G-1", "--note", "one", env=key("k"))
    refused = ayala("graduate", "edit", "G-1", "--note", "two", env=key("k"), ok=5)
    assert "that of H-2, another command: graduate edit G-1" in refused.err
    again = ayala("--request-key", "k", "--lang", "kk", "graduate", "edit", "G-1", "--note", "one")
    assert again.err == "ayala: бұрын орындалған, жазбасы H-2: graduate edit G-1\n"
    assert [row["code"] for row in ayala("history", "list", "--format", "json").json()] == ["H-2", "H-1"]


def test_a_key_is_kept_as_a_hash(ayala: Ayala, engine_url: str) -> None:
    """People put into it what they ask about: a name, a personal number."""
    ayala("init")
    ayala(*ADD, env=key("letter of Әбдіров 980315300005"))
    ask = Asking(address(engine_url))
    (row,) = ask.run("SELECT request_key FROM change", {})
    assert re.fullmatch("[0-9a-f]{32}-[0-9a-f]{32}", row["request_key"])
    (image,) = ask.run("SELECT after FROM row_image WHERE table_name = 'change'", {})
    assert "980315300005" not in image["after"]
    ask.close()


def test_a_failed_command_does_not_use_its_key_up(ayala: Ayala, office_db: str) -> None:
    ayala("graduate", "edit", "G-1", "--note", "x", env=key("k"), ok=3)
    assert ayala(*ADD, env=key("k")).out == "G-1\n"


def test_of_several_at_once_with_one_key_one_is_done(ayala_process: AyalaProcess, office_db: str) -> None:
    running = [ayala_process.start(*ADD, env=key("one")) for _ in range(6)]
    done = [started.finish(ok=None) for started in running]
    assert {result.out for result in done if result.code == 0} == {"G-1\n"}
    assert [result.err for result in done if result.code] == []
    assert len(ayala_process("graduate", "list", "--format", "json").json()) == 1


def test_another_writer_is_waited_for_and_that_is_said(ayala_process: AyalaProcess, tmp_path: Path) -> None:
    from ayala.storage import opening

    ayala_process("init")
    holder = opening.sqlite().connect(str(tmp_path / "office.db"), isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    waiting = ayala_process.start(*ADD)
    refused = ayala_process(*ADD, env={"AYALA_WAIT": "1.5"}, ok=6)
    assert refused.err.splitlines()[0] == "waiting for another writer…"
    assert refused.err.splitlines()[1].endswith("is busy with another command; nothing was changed")
    holder.execute("ROLLBACK")
    holder.close()
    done = waiting.finish()
    assert (done.out, done.err) == ("G-1\n", "waiting for another writer…\n")


def test_a_wait_that_is_no_number_is_refused(ayala: Ayala) -> None:
    ayala("init")
    assert ayala(*ADD, env={"AYALA_WAIT": "soon"}, ok=2).err.startswith(
        "ayala: 'soon' is no number of seconds"
    )
