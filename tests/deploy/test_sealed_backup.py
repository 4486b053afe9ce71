"""A sealed backup opens for its recipients alone, and whole or not at all; what comes back with one is ended or told."""

import dataclasses
import hashlib
import io
import tarfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pyrage
import pytest
from click.testing import CliRunner
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from tests.accounts import PersonMaker
from tests.accounts import make_person as make_person
from tests.accounts import regions as regions
from tests.deploy.modes import open_to_others
from tocsin.base.errors import Conflict, InvalidInput
from tocsin.jurisdiction.people.models import ApiToken, User
from tocsin.jurisdiction.people.services.tokens import create_token
from tocsin.portal.backup.files import copy_folder
from tocsin.portal.backup.manifest import Manifest, describe_files, write_manifest
from tocsin.portal.backup.restoring import check_backup, restore_backup
from tocsin.portal.backup.returned import end_what_came_back, list_what_came_back
from tocsin.portal.backup.sealing import NAME, new_identity, read_identities, read_recipients, seal, unseal
from tocsin.portal.commands import backup as command
from tocsin.portal.commands.keys import keys
from tocsin.portal.configuration import Configuration
from tocsin.records.audit.models import AuditEntry

pytestmark = pytest.mark.one_database
POINT = "2026-11-28T02:30:00.000Z"


@pytest.fixture
def clear(tmp_path: Path) -> Path:
    """A folder as a backup makes it: several pieces of 64 KiB, so that each of its parts can be damaged."""
    folder = tmp_path / "clear"
    (folder / "files/history").mkdir(parents=True)
    (folder / "database").write_bytes(hashlib.shake_256(b"rows").digest(300_000))
    (folder / "files/history/1.parquet").write_bytes(b"readings" * 1000)
    (folder / "files/secret_key").write_text("planted-secret")
    write_manifest(folder, Manifest(point=POINT, database="sqlite", log={}, files=describe_files(folder)))
    return folder


@pytest.fixture
def key(tmp_path: Path) -> Path:
    new_identity(tmp_path / "key.txt")
    return tmp_path / "key.txt"


@pytest.fixture
def sealed(clear: Path, key: Path, tmp_path: Path) -> Path:
    (tmp_path / "backup").mkdir(mode=0o700)
    seal(clear, tmp_path / "backup" / NAME, read_recipients([str(read_identities(key)[0].to_public())]))
    return tmp_path / "backup"


def test_its_recipient_reads_it_and_the_file_shows_nothing(clear: Path, sealed: Path, key: Path, tmp_path: Path) -> None:
    assert check_backup(sealed, read_identities(key)).point == POINT
    content = (sealed / NAME).read_bytes()
    assert content.startswith(b"age-encryption.org/v1\n")
    assert not any(word in content for word in (b"planted-secret", b"secret_key", b"parquet", POINT.encode()))
    unseal(sealed / NAME, tmp_path / "again", read_identities(key))
    assert describe_files(tmp_path / "again") == describe_files(clear)
    assert open_to_others(key) == []
    assert [path.name for path in sealed.iterdir()] == [NAME]


def changed(path: Path, at: int) -> None:
    content = bytearray(path.read_bytes())
    content[at] ^= 1
    path.write_bytes(content)


def shortened(path: Path, to: int) -> None:
    path.write_bytes(path.read_bytes()[:to])


DAMAGES: dict[str, tuple[Callable[[Path], object], str]] = {
    "a changed byte of the head": (lambda file: changed(file, 60), "can't be opened|damaged"),
    "a changed byte in the middle": (lambda file: changed(file, 150_000), "damaged or cut off"),
    "the last bytes are gone": (lambda file: shortened(file, file.stat().st_size - 1), "damaged or cut off"),
    "cut off between two pieces": (lambda file: shortened(file, 65536 * 2), "damaged or cut off"),
    "empty": (lambda file: shortened(file, 0), "can't be opened"),
    "no age at all": (lambda file: file.write_bytes(b"tar" * 1000), "can't be opened"),
}


def configured(data: Path) -> Configuration:
    return dataclasses.replace(Configuration.from_environment(), data=data, database_url="")


@pytest.mark.parametrize("name", DAMAGES)
def test_a_damaged_one_is_refused_and_nothing_is_restored(name: str, sealed: Path, key: Path, tmp_path: Path) -> None:
    damage, told = DAMAGES[name]
    damage(sealed / NAME)
    with pytest.raises(InvalidInput, match=told):
        restore_backup(configured(tmp_path / "target"), sealed, read_identities(key))
    assert not (tmp_path / "target").exists()


def test_another_key_or_none_is_refused_with_words(sealed: Path, tmp_path: Path) -> None:
    new_identity(tmp_path / "another.txt")
    with pytest.raises(InvalidInput, match="can't be opened by this key: No matching keys"):
        restore_backup(configured(tmp_path / "target"), sealed, read_identities(tmp_path / "another.txt"))
    with pytest.raises(InvalidInput, match="--identity"):
        restore_backup(configured(tmp_path / "target"), sealed)
    assert not (tmp_path / "target").exists()
    (tmp_path / "none.txt").write_text("# public key: age1\n")
    with pytest.raises(InvalidInput, match="AGE-SECRET-KEY-1"):
        read_identities(tmp_path / "none.txt")
    with pytest.raises(InvalidInput, match="TOCSIN_BACKUP_RECIPIENTS: 'age1x'"):
        read_recipients(["age1x"])


def test_whoever_knows_the_public_key_can_forge_an_archive_but_lead_it_nowhere(key: Path, tmp_path: Path) -> None:
    """age does not say who sealed: an archive with links, or with what is not in its list, is refused."""
    recipients, identities = read_recipients([new_identity(key)]), read_identities(key)
    for number, kind in enumerate((tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE, tarfile.REGTYPE)):
        archive, member = io.BytesIO(), tarfile.TarInfo("files/secret_key")
        member.type, member.linkname = kind, "/etc/hostname"
        with tarfile.open(fileobj=archive, mode="w") as tar:
            tar.addfile(member)
        file = tmp_path / f"{number}.age"
        file.write_bytes(pyrage.encrypt(archive.getvalue(), recipients))
        with pytest.raises(InvalidInput, match=r"link or device|no manifest"):
            check_backup(file, identities)


def test_a_backup_follows_no_link(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """What a platform leaves in a folder below ours does not carry another's file into the backup."""
    (tmp_path / "elsewhere").write_text("another's secret")
    data = tmp_path / "data"
    (data / "inbox").mkdir(parents=True)
    (data / "inbox/file").write_text("ours")
    (data / "inbox/link").symlink_to(tmp_path / "elsewhere")
    (data / "inbox/folder").symlink_to(tmp_path)
    copy_folder(data, tmp_path / "copy")
    assert [path.name for path in (tmp_path / "copy/inbox").iterdir()] == ["file"]
    assert "left out of the copy" in caplog.text and "inbox/link" in caplog.text
    (data / "history").symlink_to(tmp_path)
    with pytest.raises(Conflict, match="mount"):
        copy_folder(data, tmp_path / "again")


def test_a_failure_while_sealing_leaves_no_file(clear: Path, key: Path, tmp_path: Path) -> None:
    with pytest.MonkeyPatch.context() as patch, pytest.raises(OSError, match="no room"):
        patch.setattr(pyrage, "encrypt_io", raise_no_room)
        seal(clear, tmp_path / NAME, read_recipients([new_identity(key)]))
    assert not list(tmp_path.glob("backup.*"))


def raise_no_room(*_arguments: object) -> None:
    raise OSError(28, "no room")


@pytest.mark.django_db
def test_what_comes_back_is_ended_or_listed(make_person: PersonMaker, tmp_path: Path) -> None:
    person = make_person("rule_engineer", username="engineer")
    User.objects.create(username="closed", is_active=False)
    for name, ended in (("gateway of the county", timedelta(0)), ("of last year", timedelta(days=400))):
        create_token(user=person, name=name, scopes=("sensors.see",), now=timezone.now() - ended)
    Client().force_login(person)
    manifest = Manifest(point=POINT, database="sqlite", log={}, files={})
    assert end_what_came_back(manifest) == 1 and not Session.objects.exists()
    assert AuditEntry.objects.get(action="backup.restored").details == {"point": POINT, "sessions_ended": 1}
    returned = list_what_came_back(tmp_path, manifest)
    assert [one.split(",")[0] for one in returned.tokens] == ["engineer: gateway of the county"]
    assert any(one.startswith("engineer") for one in returned.accounts) and "closed" not in str(returned.accounts)
    assert "gateway of the county" in (tmp_path / "restored.txt").read_text()
    command._end_tokens(1, None)  # nobody at a screen: nothing is ended without a word
    assert ApiToken.objects.count() == 2
    command._end_tokens(1, True)
    assert ApiToken.objects.count() == 0 and AuditEntry.objects.filter(action="token.revoked").count() == 1
    assert CliRunner().invoke(keys, ["end-tokens", "--yes"]).output.startswith("0 API tokens")
