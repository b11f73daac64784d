"""A folder of reports is replaced whole, or stays as it was."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from ayala.errors import DiskFull, NotWritable
from ayala.output import folders
from ayala.output.folders import replacing_folder

NAMES = {"a.md", "b.md", "a.csv"}


def filled(folder: Path, **files: str) -> Path:
    folder.mkdir()
    for name, text in files.items():
        (folder / name.replace("_", ".")).write_text(text, encoding="utf-8")
    return folder


def held(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text(encoding="utf-8") for path in sorted(folder.iterdir())}


@pytest.fixture(params=["in one step", "in two renames"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """How the system lets two folders change places."""
    if request.param == "in two renames":
        monkeypatch.setattr(folders.sys, "platform", "elsewhere")
    return str(request.param)


def test_a_new_folder_is_made(tmp_path: Path) -> None:
    with replacing_folder(tmp_path / "reports", NAMES) as into:
        (into / "a.md").write_text("new", encoding="utf-8")
        assert not (tmp_path / "reports").exists()
    assert held(tmp_path / "reports") == {"a.md": "new"}
    assert (tmp_path / "reports").stat().st_mode & 0o777 == 0o700
    assert [path.name for path in tmp_path.iterdir()] == ["reports"]


def test_the_old_files_go_with_the_old_folder(tmp_path: Path, way: str) -> None:
    folder = filled(tmp_path / "reports", a_md="old", a_csv="old")
    with replacing_folder(folder, NAMES) as into:
        (into / "b.md").write_text("new", encoding="utf-8")
        assert held(folder) == {"a.csv": "old", "a.md": "old"}
    assert held(folder) == {"b.md": "new"}
    assert [path.name for path in tmp_path.iterdir()] == ["reports"]


def test_a_failure_leaves_the_old_folder(tmp_path: Path) -> None:
    folder = filled(tmp_path / "reports", a_md="old")

    def write() -> None:
        with replacing_folder(folder, NAMES) as into:
            (into / "a.md").write_text("new", encoding="utf-8")
            raise RuntimeError("stop")

    with pytest.raises(RuntimeError, match="stop"):
        write()
    assert held(folder) == {"a.md": "old"}
    assert [path.name for path in tmp_path.iterdir()] == ["reports"]


def test_a_rename_that_fails_puts_the_old_folder_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = filled(tmp_path / "reports", a_md="old")
    monkeypatch.setattr(folders, "_exchanged", lambda one, other: False)
    rename, asked = Path.rename, []

    def failing(self: Path, target: Path) -> Path:
        asked.append(target)
        if len(asked) == 2:
            raise OSError(errno.EIO, "Input/output error")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", failing)
    with pytest.raises(NotWritable, match="Input/output error"), replacing_folder(folder, NAMES) as into:
        (into / "a.md").write_text("new", encoding="utf-8")
    assert held(folder) == {"a.md": "old"}


def test_a_full_disk_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = filled(tmp_path / "reports", a_md="old")

    def full(path: Path) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(folders, "sync_folder", full)
    with pytest.raises(DiskFull, match="the old files are as they were"), replacing_folder(folder, NAMES):
        pass
    assert held(folder) == {"a.md": "old"}


@pytest.mark.parametrize("other", ["notes.txt", "a.md.bak", ".hidden"])
def test_a_folder_with_other_files_is_refused_before_anything_is_written(tmp_path: Path, other: str) -> None:
    folder = filled(tmp_path / "reports", a_md="old")
    (folder / other).write_text("mine", encoding="utf-8")
    with (
        pytest.raises(NotWritable, match="holds what is no report: ") as refused,
        replacing_folder(folder, NAMES),
    ):
        pytest.fail("it was to be refused")
    assert other in str(refused.value)
    assert held(folder) == {"a.md": "old", other: "mine"}


def test_a_folder_in_it_a_file_and_a_link_are_refused(tmp_path: Path) -> None:
    folder = filled(tmp_path / "reports")
    (folder / "a.md").mkdir()
    (tmp_path / "file").write_text("", encoding="utf-8")
    (tmp_path / "link").symlink_to(filled(tmp_path / "elsewhere"))
    for name in ("reports", "file", "link"):
        with pytest.raises(NotWritable), replacing_folder(tmp_path / name, NAMES):
            pytest.fail("it was to be refused")
    with pytest.raises(NotWritable, match="No such file"), replacing_folder(tmp_path / "no" / "such", NAMES):
        pytest.fail("there is no place for it")


def test_many_other_files_are_not_all_named(tmp_path: Path) -> None:
    folder = filled(tmp_path / "photos", **{f"p{number}_jpg": "" for number in range(9)})
    with pytest.raises(NotWritable, match=r"p0\.jpg, p1\.jpg, p2\.jpg, …$"), replacing_folder(folder, NAMES):
        pytest.fail("it was to be refused")
