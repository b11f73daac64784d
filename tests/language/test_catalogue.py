"""Words in three languages, whole and consistent, and codes read back from them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from gettext import GNUTranslations
from pathlib import Path

import pytest
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po

from ayala.language import catalogue
from ayala.language.catalogue import (
    LANGUAGES,
    LOCALE,
    choose,
    codes,
    current,
    from_locale,
    heading,
    read_code,
    say,
    title,
    word,
)
from ayala.language.codes import CODES
from ayala.language.names import fold
from ayala.language.synonyms import SYNONYMS

FREE = ("heading", "title", "text")


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    choose("en")
    yield
    choose("en")


def po_file(lang: str) -> Path:
    return LOCALE / lang / "LC_MESSAGES" / "ayala.po"


def entries(lang: str) -> dict[tuple[str, str], str]:
    with po_file(lang).open("rb") as stream:
        return {
            (m.context or "", str(m.id)): str(m.string)
            for m in read_po(stream, locale=lang, abort_invalid=True)
            if m.id
        }


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_code_has_a_name(lang: str) -> None:
    words = entries(lang)
    missing = [
        (vocabulary, code)
        for vocabulary, known in CODES.items()
        if vocabulary != "region"
        for code in known
        if not words.get((vocabulary, code), "").strip()
    ]
    assert missing == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_catalogue_has_what_the_others_lack(lang: str) -> None:
    assert entries(lang).keys() == entries("en").keys()
    assert all(text == text.strip() != "" for text in entries(lang).values())
    strange = {(c, i) for c, i in entries(lang) if c not in FREE and i not in CODES.get(c, ())}
    assert strange == set()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_entry_is_fuzzy_or_there_twice(lang: str) -> None:
    text = po_file(lang).read_text(encoding="utf-8")
    assert not re.search(r"^#,.*fuzzy", text, re.MULTILINE)
    assert not re.search(r"^#~", text, re.MULTILINE)
    pairs = Counter(re.findall(r'^msgctxt (".*")\nmsgid (".*")$', text, re.MULTILINE))
    assert [pair for pair, times in pairs.items() if times > 1] == []
    assert len(pairs) == len(entries(lang))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_headings_and_titles_begin_with_a_capital(lang: str) -> None:
    wrong = [t for (c, _), t in entries(lang).items() if c in ("heading", "title") and t[0].islower()]
    assert wrong == []


@pytest.mark.parametrize("lang", ["kk", "ru"])
def test_kazakh_and_russian_are_written_in_cyrillic(lang: str) -> None:
    """No Latin look-alike hides in a word; only options of the command line are Latin."""
    latin = [t for t in entries(lang).values() if re.search(r"[A-Za-z]", re.sub(r"--[a-z-]+", "", t))]
    assert latin == []
    if lang == "ru":
        assert not [t for t in entries(lang).values() if re.search("[ӘәҒғҚқҢңӨөҰұҮүҺһІі]", t)]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_compiled_catalogues_are_those_of_the_sources(lang: str) -> None:
    mo = po_file(lang).with_suffix(".mo")
    if not mo.is_file():
        pytest.skip("not compiled; python -m ayala.language.build")
    words = entries(lang)
    with mo.open("rb") as stream:
        compiled = GNUTranslations(stream)
        stream.seek(0)
        assert len(read_mo(stream)) == len(words)
    assert {(c, i): compiled.pgettext(c, i) for c, i in words} == words


@pytest.mark.parametrize("vocabulary", [v for v in CODES if v != "region"])
def test_every_name_is_read_back_as_its_code(vocabulary: str) -> None:
    for code in codes(vocabulary):
        written = [code, code.upper(), code.replace("_", "-"), f" {code} "]
        for lang in LANGUAGES:
            name = word(vocabulary, code, lang)
            written += [name, name.upper(), fold(name), name.replace(" ", "_")]
        for text in written:
            assert read_code(vocabulary, text) == code, text


def test_every_synonym_means_one_code_and_the_right_one() -> None:
    for vocabulary, by_code in SYNONYMS.items():
        assert set(by_code) <= set(codes(vocabulary))
        for code, words in by_code.items():
            for text in words:
                assert read_code(vocabulary, text) == code, (vocabulary, text)


@pytest.mark.parametrize(
    ("vocabulary", "text", "code"),
    [
        ("channel", "hotline_150", "helpline"),
        ("mode", "hotline_150", "helpline"),
        ("topic", "тұрғын үй", "housing"),
        ("topic", "ТУРГЫН-УЙ", "housing"),
        ("topic", "жильё", "housing"),
        ("topic", "жилье", "housing"),
        ("topic", "Job Placement", "employment"),
        ("sex", "м", "M"),
        ("sex", "муж", "M"),
        ("sex", "муж.", "M"),
        ("sex", "мужской", "M"),
        ("sex", "male", "M"),
        ("sex", "m", "M"),
        ("sex", "ер", "M"),
        ("sex", "ж", "F"),
        ("sex", "жен", "F"),
        ("sex", "женский", "F"),
        ("sex", "f", "F"),
        ("sex", "female", "F"),
        ("sex", "әйел", "F"),
        ("sex", "айел", "F"),
        ("sex_rule", "жен", "F"),
        ("topic", "", None),
        ("topic", "луна", None),
        ("sex", "?", None),
    ],
)
def test_a_typed_word_is_read(vocabulary: str, text: str, code: str | None) -> None:
    assert read_code(vocabulary, text) == code


def test_an_unknown_vocabulary_is_a_mistake_of_ours() -> None:
    with pytest.raises(KeyError):
        codes("colour")
    with pytest.raises(KeyError):
        read_code("colour", "red")


def test_words_follow_the_chosen_language() -> None:
    assert heading("given_name") == "Given name"
    choose("kk")
    assert current() == "kk"
    assert heading("given_name") == "Аты"
    assert title("appeals_by_topic") == "Тақырып бойынша өтініштер"
    assert word("decision", "satisfied") == "қанағаттандырылды"
    assert say("of which") == "оның ішінде"
    assert word("region", "71") == "Астана қаласы"
    assert heading("given_name", "ru") == "Имя"
    assert title("appeals_by_topic", "ru") == "Обращения по темам"
    assert title("dormitory", "en") == "Youth House"


def test_a_language_that_ayala_does_not_speak_is_refused() -> None:
    with pytest.raises(ValueError, match="'de'"):
        choose("de")
    assert current() == "en"


def test_a_word_that_nobody_translated_stays_readable() -> None:
    assert heading("shoe_size", "kk") == "Shoe size"
    assert title("shoe_sizes", "ru") == "Shoe sizes"
    assert title("surname", "ru") == "Фамилия"
    assert word("topic", "bank_loan", "kk") == "bank loan"
    assert say("not a text", "ru") == "not a text"


@pytest.mark.parametrize("content", [None, b"", b"\xde\x12", b"not a catalogue"])
def test_a_missing_or_damaged_catalogue_is_no_error(
    content: bytes | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "kk" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    if content is not None:
        (folder / "ayala.mo").write_bytes(content)
    monkeypatch.setattr(catalogue, "LOCALE", tmp_path)
    catalogue.catalogue.cache_clear()
    try:
        assert heading("given_name", "kk") == "Given name"
        assert word("topic", "financial_aid", "kk") == "financial aid"
        assert say("total", "kk") == "total"
    finally:
        catalogue.catalogue.cache_clear()


@pytest.mark.parametrize(
    ("environ", "lang"),
    [
        ({}, "en"),
        ({"LANG": "kk_KZ.UTF-8"}, "kk"),
        ({"LANG": "ru_RU.UTF-8"}, "ru"),
        ({"LANG": "ru"}, "ru"),
        ({"LANG": "C.UTF-8"}, "en"),
        ({"LANG": "de_DE"}, "en"),
        ({"LANG": "rup_MK"}, "en"),
        ({"LANG": "ru_RU", "LC_MESSAGES": "kk_KZ"}, "kk"),
        ({"LANG": "ru_RU", "LC_ALL": "C"}, "en"),
        ({"LANG": "ru_RU", "LC_ALL": ""}, "ru"),
    ],
)
def test_the_locale_names_the_language(environ: dict[str, str], lang: str) -> None:
    assert from_locale(environ) == lang
