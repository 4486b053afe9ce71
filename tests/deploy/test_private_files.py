"""The data folder is closed to others on every way in, and one that was open is closed, or refused with words."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.deploy.modes import open_to_others
from tocsin.base.errors import Conflict
from tocsin.base.private_files import private_folder

pytestmark = pytest.mark.one_database


@pytest.fixture(autouse=True)
def shells_umask() -> object:
    before = os.umask(0o022)
    yield
    os.umask(before)


def as_an_earlier_start_left_it(folder: Path) -> None:
    (folder / "bus").mkdir(parents=True)
    (folder / "tocsin.sqlite3").write_text("rows")
    (folder / "bus/url").write_text("nats://token")
    (folder / "bus/elsewhere").symlink_to("/etc/hostname")


def test_what_an_earlier_start_left_open_is_closed_with_all_that_is_in_it(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folder, mode = tmp_path / "data", Path("/etc/hostname").stat().st_mode
    as_an_earlier_start_left_it(folder)
    assert len(open_to_others(folder)) == 4
    private_folder(folder)
    assert open_to_others(folder) == []
    assert "others could read" in caplog.text and "3 entries" in caplog.text
    assert Path("/etc/hostname").stat().st_mode == mode, "links are not followed"
    (folder / "new").write_text("x")
    assert open_to_others(folder) == [], "what is made from now on is closed, too"


REFUSED: dict[str, Callable[[Path], None]] = {
    "somebody's files": lambda folder: (folder / "thesis.txt").touch(),
    "a folder like /tmp": lambda folder: folder.chmod(0o1777),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_folder_that_is_not_ours_is_refused_and_left_as_it_is(name: str, tmp_path: Path) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    REFUSED[name](folder)
    before = open_to_others(folder)
    with pytest.raises(Conflict, match="chmod 700"):
        private_folder(folder)
    assert open_to_others(folder) == before


def test_a_new_folder_is_closed_and_a_closed_one_may_hold_anything(tmp_path: Path) -> None:
    private_folder(tmp_path / "a/new/one")
    assert open_to_others(tmp_path / "a/new/one") == []
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    (closed / "thesis.txt").touch()
    assert private_folder(closed) == closed
