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
        """The value of a setting and its origin, in words."""
        option = self.options.get(key)
        if option is not None:
            return option, phrase("option {option}", option=f"--{key.replace('_', '-')}")
        variable = KEYS[key]
        if self.environ.get(variable):
            return self.environ[variable], phrase("variable {variable}", variable=variable)
        for path, values in self._files:
            if key in values:
                return values[key], phrase("file {path}", path=path)
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
            return str(data_folder() / "ayala.db"), phrase("default")
        if key == "user":
            import getpass

            try:
                return getpass.getuser(), phrase("operating system")
            except (KeyError, OSError):
                return "unknown", phrase("default")
        if key == "lang":
            from ayala.language.catalogue import from_locale

            return from_locale(self.environ), phrase("locale")
        if key == "history_key":
            return str(data_folder() / "history.key"), phrase("default")
        if key == "rules":
            return self._default_rules()
        if key == "maps":
            return str(self._paths()[0].parent / "maps"), phrase("default")
        if key.startswith("import_"):
            from ayala.sheets.guards import setting_of, shipped

            return next(
                str(row["value"]) for guard, row in shipped().items() if setting_of(guard) == key
            ), phrase("default")
        return {"pager": "less -FIRX", "wait": "60", "request_key": "", "organisation": "state"}[key], phrase(
            "default"
        )

    def _default_rules(self) -> tuple[str, str]:
        """``rules.toml`` beside the configuration file, if it is there."""
        for path in self._paths():
            own = path.parent / "rules.toml"
            if own.is_file():
                return str(own), phrase("beside {file}", file=path.name)
        return "", phrase("default")

    def rulebook(self) -> tuple[Path | None, str]:
        """The office's own file of rules, if it has one, and what kind of office it is."""
        kind, origin = self.found("organisation")
        if kind not in ("state", "ngo"):
            raise BadSetting(
                phrase("'{kind}' ({origin}) is no kind of office", kind=kind, origin=origin),
                "AYALA_ORGANISATION=state | ngo",
            )
        own = self.value("rules")
        return (Path(own).expanduser() if own else None), kind

    def files(self) -> list[str]:
        """The configuration files that some setting in use comes from."""
        used: set[str] = set()
        for key, variable in KEYS.items():
            if self.options.get(key) is None and not self.environ.get(variable):
                used.update([str(path) for path, values in self._files if key in values][:1])
        return sorted(used)

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


def checked_language(lang: str, origin: str) -> str:
    """``kk``, ``ru`` or ``en``; anything else is refused by name."""
    if lang not in ("kk", "ru", "en"):
        kind = WrongUsage if "--lang" in origin else BadSetting
        raise kind(
            phrase("'{lang}' ({origin}) is no language Ayala speaks", lang=lang, origin=origin),
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
