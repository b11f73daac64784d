"""No string without its three languages: what is said to people goes through a door, and stands in Kazakh and
Russian with the same values and all the forms of its number."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from babel.messages.pofile import read_po

from ayala.language import build
from ayala.language.catalogue import LANGUAGES, LOCALE
from tests.language.spoken import Sentence, placeholders, sentences, texts, untranslatable
from tests.program import ROOT

FORMS = {"kk": 2, "ru": 3}

NOT_SENTENCES: dict[str, str] = {
    # words as they stand in the source: why they are the same in every language
    "bed: ": "a place in a sheet, file:line: column:, with the sheet's own heading",
}


def entries(lang: str) -> dict[str, Message]:
    path = LOCALE / lang / "LC_MESSAGES" / "sentences.po"
    with path.open("rb") as stream:
        catalogue = read_po(stream, locale=lang, abort_invalid=True)
    assert catalogue.num_plurals == FORMS[lang]
    return {_english(m)[0]: m for m in catalogue if m.id}


def _english(message: Message) -> tuple[str, str | None]:
    if isinstance(message.id, str):
        return message.id, None
    one, many = message.id
    return one, many


def said(root: Path = ROOT) -> dict[str, Sentence]:
    return {sentence.one: sentence for sentence in sentences(root)[0]}


def test_every_sentence_is_a_literal_with_the_values_it_names() -> None:
    found, unreadable = sentences(ROOT)
    assert unreadable == []
    assert len(found) > 500
    assert list(_wrong_values(found)) == []
    # gettext has one entry for a sentence: it counts something everywhere or nowhere.
    forms: dict[str, set[str | None]] = {}
    for sentence in found:
        forms.setdefault(sentence.one, set()).add(sentence.many)
    assert [one for one, many in forms.items() if len(many) > 1] == []


def _wrong_values(found: list[Sentence]) -> list[str]:
    """Sentences that are given other values than they name; without any, braces are shown as they are."""
    wrong = []
    for sentence in found:
        named = placeholders(sentence.one) | placeholders(sentence.many or "")
        if sentence.many is not None:
            named -= {"n"}
        given = sentence.values
        if given is not None and (given or sentence.many is not None) and given != named:
            wrong.append(f"{sentence.place}: names {sorted(named)}, is given {sorted(given)}")
    return wrong


@pytest.mark.parametrize("lang", ["kk", "ru"])
def test_every_sentence_is_translated_and_nothing_else_is(lang: str) -> None:
    used, known = said(), entries(lang)
    missing = [f"{s.place}: {one!r}" for one, s in used.items() if one not in known]
    assert missing == [], f"{len(missing)} sentences have no {lang}"
    unused = [one for one in known if one not in used]
    assert unused == [], f"{len(unused)} entries of {lang} are said by nothing"
    other = [one for one, message in known.items() if _english(message)[1] != used[one].many]
    assert other == []


@pytest.mark.parametrize("lang", ["kk", "ru"])
def test_a_translation_has_the_values_and_forms_of_its_sentence(lang: str) -> None:
    for one, message in entries(lang).items():
        assert _flaws(lang, message) == [], one


def _flaws(lang: str, message: Message) -> list[str]:
    one, many = _english(message)
    forms = [message.string] if isinstance(message.string, str) else list(message.string)
    named = placeholders(one) | placeholders(many or "")
    flaws = []
    if len(forms) != (1 if many is None else FORMS[lang]):
        flaws.append(f"{len(forms)} forms")
    for form in forms:
        if not form.strip():
            flaws.append("nothing is said")
        # "one row" may do without its number.
        elif placeholders(form) | ({"n"} if many else set()) != named | ({"n"} if many else set()):
            flaws.append(f"other values: {form}")
        words = re.sub(r"\{\w*\}|--[\w-]+|'[^']*'|\"[^\"]*\"|\bayala\b.*", " ", form)
        if re.search(r"[A-Za-z][\u0400-\u052f]|[\u0400-\u052f][A-Za-z]", words):
            flaws.append(f"letters of two alphabets in one word: {form}")
        if lang == "ru" and re.search("[ӘәҒғҚқҢңӨөҰұҮүҺһІі]", words):
            flaws.append(f"Kazakh letters: {form}")
        if form == one and re.search(r"[a-z]{3}", words):
            flaws.append("still English")
    return flaws


@pytest.mark.parametrize("lang", ["kk", "ru"])
def test_no_sentence_is_there_twice_or_unfinished(lang: str) -> None:
    path = LOCALE / lang / "LC_MESSAGES" / "sentences.po"
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"^#(,.*fuzzy|~)", text, re.MULTILINE)
    # A long one may be written over several lines, the first of them empty.
    ids = re.findall(r'^msgid ((?:".*"\n)+)', text, re.MULTILINE)
    joined = Counter("".join(re.findall(r'^"(.*)"$', lines, re.MULTILINE)) for lines in ids)
    assert [one for one, times in joined.items() if times > 1] == []


def test_nothing_is_said_that_cannot_be_translated() -> None:
    found = [f"{place}: {words}" for place, words in untranslatable(ROOT) if words not in NOT_SENTENCES]
    assert found == [], f"{len(found)} sentences go through no phrase()"


def test_every_exception_is_still_one() -> None:
    assert NOT_SENTENCES.keys() <= {words for _, words in untranslatable(ROOT)}


def test_every_short_text_stands_in_all_three_catalogues() -> None:
    shown = list(texts(ROOT))
    assert shown
    missing = []
    for lang in LANGUAGES:
        with (LOCALE / lang / "LC_MESSAGES" / "ayala.po").open("rb") as stream:
            known = {str(m.id) for m in read_po(stream) if m.context == "text" and m.string}
        missing += [f"{lang}: {text!r} ({place})" for text, place in shown if text not in known]
    assert missing == []


@pytest.mark.parametrize("po", sorted(LOCALE.rglob("*.po")), ids=lambda po: f"{po.parts[-3]}-{po.stem}")
def test_what_is_compiled_is_what_is_written(po: Path) -> None:
    mo = po.with_suffix(".mo")
    assert mo.is_file(), "not compiled: python -m ayala.language.build"
    assert mo.read_bytes() == build.compiled(po), "out of date: python -m ayala.language.build"


# --- the tests can fail --------------------------------------------------------------------------


def source(tmp_path: Path, text: str) -> Path:
    (tmp_path / "ayala").mkdir()
    (tmp_path / "ayala" / "desk.py").write_text(text, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(
    "line",
    [
        'raise NotNow(f"{code} is closed")',
        'raise NotNow("the bed is taken", hint="ayala dormitory free")',
        'raise NotNow(phrase("x"), "name the day of one")',
        'raise NotNow(phrase("x"), f"ayala demo; {path} is left alone")',
        'raise NotNow(phrase("x"), "ayala doctor, which names them")',
        'raise typer.BadParameter("no such day" if day else phrase("x"))',
        'raise SeveralFit(f"{\'several fit\' if many else phrase("x")}: {text}")'.replace('"x"', "'x'"),
        'say("dry run: " + phrase("x"))',
        'complain(f"{n} rows")',
        'records.note(f"{code}: is not of age")',
        'problems.append(("day", f"{day} is no day"))',
        'self.notes.append("nothing to do")',
        'sure(f"destroy {code} for ever?", yes)',
    ],
)
def test_words_that_go_through_no_door_are_found(tmp_path: Path, line: str) -> None:
    assert len(list(untranslatable(source(tmp_path, line)))) == 1


@pytest.mark.parametrize(
    "line",
    [
        'raise NotNow(phrase("{code} is closed", code=code), f"ayala appeal show {code}")',
        'raise BadSetting(f"{path}: {error}", "--lang kk | ru | en")',
        'raise KeyError("no such vocabulary")',
        'complain(f"  {code}  {description}")',
        'give(f"ayala {version}")',
        'rows.append("two words")',
        'raise Missing(phrase("x"), "pip install \'ayala[postgres]\'")',
        'say(rows["two words"])',
        'say(catalogue.say("nothing found"))',
        'say(f"  {where} report appeals 2019 --by region")',
        'raise WrongUsage(phrase("x"), \'--proof "a call, kept by …"\')',
        'from ayala.language.catalogue import say\nsay("nothing found")',
    ],
)
def test_what_needs_no_translation_is_let_be(tmp_path: Path, line: str) -> None:
    assert list(untranslatable(source(tmp_path, line))) == []


def test_sentences_are_read_from_the_source(tmp_path: Path) -> None:
    root = source(
        tmp_path,
        'phrase("no bed {bed}", bed=code)\nphrases("{n} row", "{n} rows", n)\nphrase("a " "b {x}", y=1)\n'
        'phrase(text)\nphrase(f"{a}")\nphrases("{n} row", many, n)\nphrase("all {x}", **values)\nphrase("{date}")\n',
    )
    found, unreadable = sentences(root)
    assert [(s.one, s.many) for s in found] == [
        ("no bed {bed}", None),
        ("{n} row", "{n} rows"),
        ("a b {x}", None),
        ("all {x}", None),
        ("{date}", None),
    ]
    assert unreadable == ["ayala/desk.py:4", "ayala/desk.py:5", "ayala/desk.py:6"]
    assert _wrong_values(found) == ["ayala/desk.py:3: names ['x'], is given ['y']"]


@pytest.mark.parametrize(
    ("english", "translated", "flaw"),
    [
        ("no bed {bed}", "{bed} деген төсек-орын жоқ", None),
        ("no bed {bed}", "төсек-орын жоқ", "other values"),
        ("no bed {bed}", "{place} деген төсек-орын жоқ", "other values"),
        ("no bed {bed}", "no bed {bed}", "still English"),
        ("no bed", " ", "nothing is said"),
        ("no bed", "төсек-oрын жоқ", "two alphabets"),
        (("{n} row", "{n} rows"), ("{n} жол", "{n} жол"), None),
        (("{n} row", "{n} rows"), ("бір жол", "{n} жол"), None),
        (("{n} row", "{n} rows"), ("{n} жол",), "1 forms"),
        (("{n} row", "{n} rows"), ("{n} жол", ""), "nothing is said"),
    ],
)
def test_a_flaw_of_a_translation_is_found(
    english: str | tuple[str, str], translated: str | tuple[str, ...], flaw: str | None
) -> None:
    found = _flaws("kk", Message(english, translated))
    assert [flaw in one for one in found] == [True] if flaw else found == []
