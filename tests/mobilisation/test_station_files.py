"""Files that an officer's own station is given and that are none: each is refused by name."""

import base64
import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tocsin.base.errors import InvalidInput
from tocsin.portal.backup.sealing import new_identity
from tocsin.portal.station import open_lock


def damaged() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("sealed.age", b"")
    return packed.getvalue()


def locked() -> bytes:
    """Both files are there, and the archive says of them that a password locks them."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name in ("sealed.age", "lock-key.age"):
            archive.writestr(name, b"x")
    return packed.getvalue().replace(b"PK\x01\x02\x14\x03\x14\x00\x00", b"PK\x01\x02\x14\x03\x14\x00\x01")


BROKEN: list[tuple[str, Callable[[], bytes], str]] = [
    ("half an archive", damaged, "holds no sealed.age and lock-key.age"),
    ("a locked archive", locked, "holds no sealed.age and lock-key.age"),
    ("no archive", lambda: b"PK and nothing", "holds no sealed.age and lock-key.age"),
    ("no sealed file", lambda: base64.b64decode("AAAA"), "is not opened by this key"),
]


@pytest.mark.parametrize(("name", "content", "words"), BROKEN, ids=[one[0] for one in BROKEN])
def test_a_file_that_is_none_is_refused_by_name(name: str, content: Callable[[], bytes], words: str, tmp_path: Path) -> None:
    new_identity(tmp_path / "a.key")
    (tmp_path / "taken").write_bytes(content())
    with pytest.raises(InvalidInput, match=words):
        open_lock(tmp_path / "taken", [tmp_path / "a.key"])
