"""Settings and where each came from: option, then variable, then configuration file, then default.

``~/.config/ayala/config.toml`` (the user's) goes before the system's ``config.toml``; both are
plain ``key = "value"`` lines. A file is read only when its value is needed.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from ayala.errors import BadSetting, WrongUsage
from ayala.language.phrases import phrase

KEYS = {
    "database": "AYALA_DATABASE",
    "user": "AYALA_USER",
    "lang": "AYALA_LANG",
    "pager": "AYALA_PAGER",
    "history_key": "AYALA_HISTORY_KEY",
    "wait": "AYALA_WAIT",
    "request_key": "AYALA_REQUEST_KEY",
    "organisation": "AYALA_ORGANISATION",
    "rules": "AYALA_RULES",
    "maps": "AYALA_MAPS",
    "import_many_rejected": "AYALA_IMPORT_MANY_REJECTED",
    "import_many_updated": "AYALA_IMPORT_MANY_UPDATED",
    "import_shifted": "AYALA_IMPORT_SHIFTED",
}


@dataclass
class Settings:
    """The settings of one run of the command. ``options`` holds what was typed, if anything."""

    options: Mapping[str, str | None] = field(default_factory=dict)
    environ: Mapping[str, str] = field(default_factory=lambda: os.environ)

    def value(self, key: str) -> str:
        return self.found(key)[0]

    def found(self, key: str) -> tuple[str, str]:
        """The value of a setting and its origin; :func:`origin_in_words` says it in the language."""
        option = self.options.get(key)
        if option is not None:
            return option, f"option --{key.replace('_', '-')}"
        variable = KEYS[key]
        if self.environ.get(variable):
            return self.environ[variable], f"variable {variable}"
        for path, values in self._files:
            if key in values:
                return values[key], f"file {path}"
        return self._default(key)

    def rows(self) -> list[dict[str, str]]:
        """Every setting with its origin; a password in a database address is never shown."""
        from ayala.storage.opening import address

        rows = []
        for key in KEYS:
            value, origin = self.found(key)
            if key == "database":
                value = address(value).shown
            rows.append({"setting": key, "value": value, "origin": origin})
        return rows

    def _default(self, key: str) -> tuple[str, str]:
        if key == "database":
            return str(data_folder() / "ayala.db"), "default"
        if key == "user":
            import getpass

            try:
                return getpass.getuser(), "operating system"
            except (KeyError, OSError):
                return "unknown", "default"
        if key == "lang":
            from ayala.language.catalogue import from_locale

            return from_locale(self.environ), "locale"
        if key == "history_key":
            return str(data_folder() / "history.key"), "default"
        if key == "rules":
            return self._default_rules()
        if key == "maps":
            return str(self._paths()[0].parent / "maps"), "default"
        if key.startswith("import_"):
            from ayala.sheets.guards import setting_of, shipped

            return next(
                str(row["value"]) for guard, row in shipped().items() if setting_of(guard) == key
            ), "default"
        return {"pager": "less -FIRX", "wait": "60", "request_key": "", "organisation": "state"}[
            key
        ], "default"

    def _default_rules(self) -> tuple[str, str]:
        """``rules.toml`` beside the configuration file, if it is there."""
        for path in self._paths():
            own = path.parent / "rules.toml"
            if own.is_file():
                return str(own), f"beside {path.name}"
        return "", "default"

    def rulebook(self) -> tuple[Path | None, str]:
        """The office's own file of rules, if it has one, and what kind of office it is."""
        kind, origin = self.found("organisation")
        if kind not in ("state", "ngo"):
            raise BadSetting(
                phrase("'{kind}' ({origin}) is no kind of office", kind=kind, origin=origin_in_words(origin)),
                "AYALA_ORGANISATION=state | ngo",
            )
        own = self.value("rules")
        return (Path(own).expanduser() if own else None), kind

    @cached_property
    def _files(self) -> list[tuple[Path, dict[str, str]]]:
        return [(path, _read(path)) for path in self._paths() if path.is_file()]

    def _paths(self) -> list[Path]:
        if self.environ.get("AYALA_CONFIG"):
            return [Path(self.environ["AYALA_CONFIG"])]
        from platformdirs import site_config_path, user_config_path

        return [user_config_path("ayala") / "config.toml", site_config_path("ayala") / "config.toml"]


def data_folder() -> Path:
    """Where the user's own database lies if nobody says otherwise."""
    from platformdirs import user_data_path

    return user_data_path("ayala")


def origin_in_words(origin: str) -> str:
    """Where a setting came from, in the chosen language; scripts read what :meth:`Settings.found` gives."""
    kind, _, name = origin.partition(" ")
    match kind:
        case "option":
            return phrase("option {option}", option=name)
        case "variable":
            return phrase("variable {variable}", variable=name)
        case "file":
            return phrase("file {path}", path=name)
        case "beside":
            return phrase("beside {file}", file=name)
        case "operating":
            return phrase("operating system")
        case "locale":
            return phrase("locale")
    return phrase("default")


def checked_language(lang: str, origin: str) -> str:
    """``kk``, ``ru`` or ``en``; anything else is refused by name."""
    if lang not in ("kk", "ru", "en"):
        kind = WrongUsage if origin.startswith("option") else BadSetting
        raise kind(
            phrase(
                "'{lang}' ({origin}) is no language Ayala speaks", lang=lang, origin=origin_in_words(origin)
            ),
            "--lang kk | ru | en",
        )
    return lang


def _read(path: Path) -> dict[str, str]:
    import tomllib

    try:
        values: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise BadSetting(
            phrase("{path} cannot be read: {error}", path=path, error=type(error).__name__)
        ) from None
    except tomllib.TOMLDecodeError as error:
        raise BadSetting(
            phrase("{path}: {error}", path=path, error=error),
            phrase('lines of the form  database = "/path/office.db"'),
        ) from None
    for key, value in values.items():
        if key in KEYS and not isinstance(value, str):
            raise BadSetting(
                phrase("{path}: the value of '{key}' is no text", path=path, key=key), f'{key} = "…"'
            )
        if key not in KEYS:
            raise BadSetting(
                phrase("{path}: '{key}' is no setting Ayala knows", path=path, key=key),
                "ayala settings --help",
            )
    return values
