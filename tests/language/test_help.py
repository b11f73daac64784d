"""Help and wrong usage in three languages: each text translated, shown in the language that is chosen."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest
import typer
from babel.messages.pofile import read_po

from ayala import cli
from ayala.command_help import USAGE, usage_error
from ayala.language.catalogue import LOCALE, choose
from tests.language.help_texts import texts
from tests.program import Ayala

LATIN_WORDS = re.compile(r"[A-Za-z][A-Za-z-]+")
# What stays as it is typed: names of options, values, codes, files and commands.
TYPED = re.compile(r"--?[a-z][\w-]*|`[^`]*`|'[^']*'|\{\w+\}|[\w.-]+\.(?:csv|db|toml|txt)|ayala [^,;]+")


def entries(lang: str) -> dict[tuple[str, str], str]:
    with (LOCALE / lang / "LC_MESSAGES" / "help.po").open("rb") as stream:
        return {
            (m.context or "", str(m.id)): str(m.string)
            for m in read_po(stream, locale=lang, abort_invalid=True)
            if m.id
        }


@pytest.mark.parametrize("lang", ["kk", "ru"])
def test_every_help_text_is_translated_and_nothing_else(lang: str) -> None:
    said, known = texts(), entries(lang)
    missing = [
        f"{text!r} ({place})" for (context, text), place in said.items() if not known.get((context, text))
    ]
    assert missing == []
    assert [entry for entry in known if entry not in said] == []
    assert len(said) > 550


@pytest.mark.parametrize("lang", ["kk", "ru"])
def test_no_entry_is_there_twice_or_unfinished(lang: str) -> None:
    text = (LOCALE / lang / "LC_MESSAGES" / "help.po").read_text(encoding="utf-8")
    pairs = Counter(re.findall(r'^(msgctxt ".*"\n)?msgid (".+")$', text, re.MULTILINE))
    assert [pair for pair, times in pairs.items() if times > 1] == []
    assert not re.search(r"^#(,.*fuzzy|~)", text, re.MULTILINE)


@pytest.mark.parametrize("lang", ["kk", "ru"])
def test_a_translation_keeps_what_is_typed(lang: str) -> None:
    """Options, placeholders, sources of law and codes are in the translation as they are in the English."""
    kept = re.compile(r"--[a-z][a-z-]*|\{\w+\}|\b[GASEHPQMXZ][U]?-\d[\w/-]*|AYALA_[A-Z]+|\bart\. \d+|94-V")
    for (_, english), translated in entries(lang).items():
        for typed in kept.findall(english):
            assert typed.removeprefix("art. ") in translated, (english, translated)
        assert translated == translated.strip()
        assert english.endswith(".") == translated.endswith("."), (english, translated)


@pytest.mark.parametrize("lang", ["kk", "ru"])
def test_words_of_both_alphabets_are_never_mixed(lang: str) -> None:
    """A Latin look-alike in a Cyrillic word is seen by nobody and found by no search."""
    for (_, english), translated in entries(lang).items():
        mixed = re.findall(r"[A-Za-z][\u0400-\u052f]|[\u0400-\u052f][A-Za-z]", translated)
        assert mixed == [], (english, translated)
        if lang == "ru":
            assert not re.search("[ӘәҒғҚқҢңӨөҰұҮүҺһІі]", translated), translated


@pytest.mark.parametrize("lang", ["kk", "ru"])
def test_the_help_of_every_command_is_in_its_language_whole(lang: str) -> None:
    """Nothing of the English shines through: no word of it is left but what is typed."""
    english = {word for (_, text) in texts() for word in LATIN_WORDS.findall(TYPED.sub(" ", text))}
    translated = {word for text in entries(lang).values() for word in LATIN_WORDS.findall(text)}
    choose(lang)
    try:
        root = typer.main.get_command(cli.app)
        for path, command in [((), root), *cli.walk()]:
            words = " ".join(("ayala", *path))
            context = typer.Context(command, info_name=words, terminal_width=100)
            lines = [line for line in command.get_help(context).splitlines() if "ayala" not in line]
            shown = "\n".join(line for line in lines if not _example(line, lines))
            left = {w for w in LATIN_WORDS.findall(TYPED.sub(" ", shown)) if w[0].isupper() and w in english}
            assert left <= translated, (words, left - translated)
    finally:
        choose("en")


def _example(line: str, lines: list[str]) -> bool:
    """Whether a line goes on with an example, which is a command of any words."""
    return line.startswith("  ") and '"' in line


HELP = {
    "kk": """\
Қолданылуы: ayala appeal resume [ПАРАМЕТРЛЕР] {ӨТІНІШ}

  Тоқтатыла тұрған өтінішті қарауды жалғастыру.

  Мысалы: ayala appeal resume A-2026-0311

Аргументтер:
  ӨТІНІШ  Тіркеу коды немесе сырттағы нөмір.  [міндетті]

Параметрлер:
  --on КҮН        Әрекет жасалған күн.  [әдепкі: бүгін]
  --reason МӘТІН  Себебі; өзгеріспен бірге сақталады.
  -q, --quiet     Қателерден басқа ештеңені stderr-ге шығармау.
  -h, --help      Осы анықтаманы көрсету.
""",
    "ru": """\
Использование: ayala appeal resume [ПАРАМЕТРЫ] {ОБРАЩЕНИЕ}

  Возобновить приостановленное обращение.

  Пример: ayala appeal resume A-2026-0311

Аргументы:
  ОБРАЩЕНИЕ  Код реестра или внешний номер.  [обязательно]

Параметры:
  --on ДЕНЬ       День действия.  [по умолчанию: сегодня]
  --reason ТЕКСТ  Причина; хранится вместе с изменением.
  -q, --quiet     Не выводить в stderr ничего, кроме ошибок.
  -h, --help      Показать эту справку.
""",
}


@pytest.mark.parametrize("lang", ["kk", "ru"])
def test_help_follows_the_option_the_variable_the_locale_and_the_file(
    ayala: Ayala, tmp_path: Path, lang: str
) -> None:
    asked = ("appeal", "resume", "--help")
    assert ayala("--lang", lang, *asked).out == HELP[lang]
    assert ayala(f"--lang={lang}", "--user", "x", *asked).out == HELP[lang]
    assert ayala(*asked, env={"AYALA_LANG": lang}).out == HELP[lang]
    locale = f"{lang}_KZ.UTF-8"
    assert ayala(*asked, env={"AYALA_LANG": None, "LC_ALL": locale}).out == HELP[lang]
    config = tmp_path / "config.toml"
    config.write_text(f'lang = "{lang}"\n', encoding="utf-8")
    assert ayala(*asked, env={"AYALA_LANG": None, "AYALA_CONFIG": str(config)}).out == HELP[lang]
    assert ayala("--lang", "en", *asked, env={"AYALA_LANG": lang}).out.startswith(
        "Usage: ayala appeal resume"
    )


def test_the_root_tells_its_help_in_the_language_that_is_asked_for(ayala: Ayala) -> None:
    for args in (("--lang", "kk", "--help"), ("--help", "--lang", "kk")):
        shown = ayala(*args).out
        assert "Балалар үйінің түлектерін қолдайтын мамандардың жұмыс құралы." in shown
        assert "  graduate    Түлектер:" in shown
    assert "Зарегистрировать выпускника" in ayala("graduate", ok=2, env={"AYALA_LANG": "ru"}).err


def test_a_language_nobody_speaks_is_an_error_or_english_help(ayala: Ayala, tmp_path: Path) -> None:
    assert ayala("--lang", "de", "--help").out.startswith("Usage: ayala")
    refused = ayala("--lang", "de", "graduate", "--help", ok=2).err
    assert refused == "ayala: 'de' (option --lang) is no language Ayala speaks\ntry: --lang kk | ru | en\n"
    broken = tmp_path / "config.toml"
    broken.write_text("lang = [\n", encoding="utf-8")
    here = {"AYALA_LANG": None, "AYALA_CONFIG": str(broken)}
    assert ayala("--help", env=here).out.startswith("Usage: ayala")
    assert ayala("--lang", env=here, ok=2).err.startswith("ayala: option '--lang' requires an argument\n")


@pytest.mark.parametrize(
    ("args", "kk", "ru"),
    [
        (
            ("graduat",),
            "мұндай пәрмен жоқ: 'graduat'. 'graduate' демекші болдыңыз ба?",
            "нет такой команды: 'graduat'. Возможно, 'graduate'?",
        ),
        (("zzz",), "мұндай пәрмен жоқ: 'zzz'", "нет такой команды: 'zzz'"),
        (
            ("init", "--rolls"),
            "мұндай параметр жоқ: --rolls (ұқсастары: --roles)",
            "нет такого параметра: --rolls (похожие: --roles)",
        ),
        (("init", "--zzz"), "мұндай параметр жоқ: --zzz", "нет такого параметра: --zzz"),
        (("appeal", "resume"), "'ӨТІНІШ' аргументі берілмеген", "не указан аргумент 'ОБРАЩЕНИЕ'"),
        (("init", "a", "b"), "артық аргументтер берілген (a b)", "указаны лишние аргументы (a b)"),
        (
            ("graduate", "list", "--limit", "x"),
            "'--limit' / '-n' мәні жарамсыз: 'x' бүтін сан емес",
            "недопустимое значение '--limit' / '-n': 'x' — не целое число",
        ),
        (
            ("graduate", "list", "--limit", "0"),
            "'--limit' / '-n' мәні жарамсыз: 0 мына шектен тыс: 1<=x<=999999999",
            "недопустимое значение '--limit' / '-n': 0 вне пределов 1<=x<=999999999",
        ),
        (
            ("graduate", "list", "--limit"),
            "'--limit' параметріне мән қажет",
            "параметру '--limit' нужно значение",
        ),
        (
            ("init", "--roles=3"),
            "'--roles' параметрі мән қабылдамайды",
            "параметр '--roles' не принимает значения",
        ),
    ],
)
def test_wrong_usage_is_told_in_the_language(ayala: Ayala, args: tuple[str, ...], kk: str, ru: str) -> None:
    for lang, told in (("kk", kk), ("ru", ru)):
        said = ayala("--lang", lang, *args, ok=2).err.splitlines()[0]
        assert said == f"ayala: {told}"


@pytest.mark.parametrize("lang", ["kk", "ru"])
def test_every_sentence_of_wrong_usage_keeps_its_values(lang: str) -> None:
    choose(lang)
    try:
        for pattern, sentence in USAGE:
            names = set(re.findall(r"\{(\w+)\}", sentence))
            assert names == set(re.compile(pattern).groupindex), sentence
            assert names == set(re.findall(r"\{(\w+)\}", entries(lang)["", sentence]))
        assert usage_error(typer.BadParameter("what nobody foresaw.")).endswith("what nobody foresaw")
    finally:
        choose("en")


def test_a_tab_offers_words_and_options_in_the_language(ayala: Ayala) -> None:
    def offered(line: str) -> str:
        env = {"_AYALA_COMPLETE": "complete_zsh", "_TYPER_COMPLETE_ARGS": line, "AYALA_LANG": "kk"}
        return ayala(env=env).out

    assert "тіркеу, қадағалау және жауап беру." in offered("ayala app")
    assert "Өтінішті тіркеу" in offered("ayala appeal ad")
    assert "Не сұралады." in offered("ayala appeal add --te")
    assert "О чём просят." in offered("ayala --lang ru appeal add --te")


def test_help_is_not_read_by_a_command_that_shows_none(ayala: Ayala, monkeypatch: pytest.MonkeyPatch) -> None:
    """A list in Kazakh reads the words it prints; the 60 kB of help stay on the disk."""
    from ayala.language import catalogue

    opened = []
    real = catalogue.catalogue.__wrapped__
    monkeypatch.setattr(
        catalogue,
        "catalogue",
        lambda lang, domain="ayala": (opened.append(domain), real(lang, domain))[1],
    )
    monkeypatch.setattr("ayala.command_help.catalogue", catalogue.catalogue)
    ayala("init")
    ayala("--lang", "kk", "graduate", "list")
    assert "ayala" in opened
    assert "help" not in opened
    ayala("--lang", "kk", "graduate", "list", "--help")
    assert "help" in opened
    assert (LOCALE / "kk" / "LC_MESSAGES" / "help.mo").stat().st_size > 30_000
