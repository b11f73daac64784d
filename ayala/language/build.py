"""Compiles the catalogues (.po) into what the program reads (.mo), alone or while a package is built.

``python -m ayala.language.build`` does it in place; hatchling loads this file by its path as a build
hook, so nothing of ``ayala`` is imported here. Babel is needed, and only here: the program itself
reads the .mo files with the standard library.
"""

from __future__ import annotations

import io
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:

    class BuildHookInterface:
        """What is used here of hatchling's class, which is present only while a package is built."""

        root: str

else:
    try:
        from hatchling.builders.hooks.plugin.interface import BuildHookInterface
    except ModuleNotFoundError:
        BuildHookInterface = object

LOCALE = Path(__file__).parent / "locale"


class CatalogueHook(BuildHookInterface):
    """Compiles the catalogues before files are gathered, for wheels, editable installs and sdists."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        compile_all(Path(self.root) / "ayala" / "language" / "locale")
        build_data["artifacts"].append("/ayala/language/locale/**/*.mo")


def compiled(po: Path) -> bytes:
    """The .mo content of one catalogue.

    Raises ``babel.messages.pofile.PoFileError`` if the file is not well formed, and ValueError if
    an entry is marked fuzzy or says nothing: such a word would silently be missing.
    """
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    with po.open("rb") as stream:
        catalogue = read_po(stream, locale=po.parent.parent.name, abort_invalid=True)
    for message in catalogue:
        if message.id and (message.fuzzy or not message.string):
            raise ValueError(
                f"{po.name} ({catalogue.locale_identifier}): {message.id!r} has no finished translation"
            )
    out = io.BytesIO()
    write_mo(out, catalogue)
    return out.getvalue()


def compile_all(folder: Path = LOCALE) -> list[Path]:
    """Compile every catalogue below ``folder``; the .mo files that were written anew.

    A file is replaced as a whole, so a program running meanwhile reads the old words or the new.
    """
    written = []
    for po in sorted(folder.glob("*/LC_MESSAGES/*.po")):
        mo, content = po.with_suffix(".mo"), compiled(po)
        if mo.is_file() and mo.read_bytes() == content:
            continue
        fresh = mo.with_name(f".{mo.name}.{os.getpid()}")
        fresh.write_bytes(content)
        fresh.replace(mo)
        written.append(mo)
    return written


if __name__ == "__main__":
    for path in compile_all():
        print(f"{path.relative_to(LOCALE)} compiled")
