"""The data folder and the files beside it: whose they are, who else reads them, whether keys and certificates are good."""

import os
import pwd
import ssl
import stat
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509

from tocsin.base.private_files import OTHERS
from tocsin.portal.configuration import Configuration
from tocsin.portal.doctor.findings import Finding, Verdict
from tocsin.portal.doctor.words import told as _

ENVIRONMENT_FILE = Path("/etc/tocsin/tocsin.env")
MOST_LOOKED_AT = 20_000  # files of a folder: a history of years has more, and they are alike
NAMED = 3
WARN_DAYS = 21


def look_at_folder(configuration: Configuration, environment_file: Path = ENVIRONMENT_FILE) -> Iterator[Finding]:
    """Owner and mode of the data folder and of all in it, the environment file, certificate and key of the MQTT door."""
    folder = configuration.data
    if not folder.exists():
        mend = _("`tocsin up` or `tocsin prepare` makes it; TOCSIN_DATA names another")
        yield Finding("folder", "data", Verdict.GOOD, _("%(path)s is not there yet", path=folder), mend)
    elif not folder.is_dir():
        yield Finding("folder", "data", Verdict.BAD, _("%(path)s is a file", path=folder), _("name a folder by TOCSIN_DATA"))
    elif not is_ours(folder):
        owner, here = _name_of(folder.stat().st_uid), _name_of(os.geteuid())
        mend = _(
            "ask as its owner (`sudo -u %(owner)s tocsin doctor`), or give it to this user (`chown -R %(here)s %(path)s`)",
            owner=owner,
            here=here,
            path=folder,
        )
        yield Finding(
            "folder",
            "data",
            Verdict.BAD,
            _("%(path)s is %(owner)s's, this is %(here)s", path=folder, owner=owner, here=here),
            mend,
        )
    else:
        yield _whole(folder)
    if environment_file.exists():
        yield _environment(environment_file)
    if configuration.mqtt_tls_certificate and configuration.mqtt_tls_key:
        yield from _certificate(Path(configuration.mqtt_tls_certificate), Path(configuration.mqtt_tls_key))


def is_ours(folder: Path) -> bool:
    """Whether this user may open what is in it without leaving files there that its owner can't write."""
    return folder.stat().st_uid == os.geteuid()


def _name_of(number: int) -> str:
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return str(number)


def _whole(folder: Path) -> Finding:
    opened, foreign = [], []
    for count, path in enumerate(_all_in(folder)):
        if count > MOST_LOOKED_AT:
            break
        found = path.lstat()
        if found.st_uid != os.geteuid():
            foreign.append(path)
        elif found.st_mode & OTHERS and not stat.S_ISLNK(found.st_mode):
            opened.append(path)
    if foreign:
        mend = _("give them back: `chown -R %(here)s %(path)s`", here=_name_of(os.geteuid()), path=folder)
        return Finding("folder", "data", Verdict.BAD, _("%(names)s of another user", names=_some(foreign, folder)), mend)
    if opened:
        mend = _("the next start closes them; exchange what others may have copied (`tocsin keys rotate --leaked`)")
        return Finding(
            "folder", "data", Verdict.BAD, _("%(names)s open to other users of this machine", names=_some(opened, folder)), mend
        )
    return Finding("folder", "data", Verdict.GOOD, _("%(path)s: this user's alone", path=folder))


def _all_in(folder: Path) -> Iterator[Path]:
    yield folder
    for above, folders, files in os.walk(folder):
        for name in (*folders, *files):
            yield Path(above, name)


def _some(paths: list[Path], folder: Path) -> str:
    names = ", ".join(str(path.relative_to(folder.parent)) for path in paths[:NAMED])
    return _("%(names)s and %(count)s more", names=names, count=len(paths) - NAMED) if len(paths) > NAMED else names


def _environment(path: Path) -> Finding:
    if path.stat().st_mode & OTHERS:
        mend = _("`chmod 600 %(path)s`, and exchange the passwords in it", path=path)
        return Finding("secrets", str(path), Verdict.BAD, _("others may read it, and it holds passwords and keys"), mend)
    return Finding("secrets", str(path), Verdict.GOOD, _("its owner's alone"))


def _certificate(certificate: Path, key: Path) -> Iterator[Finding]:
    for path in (certificate, key):
        if not os.access(path, os.R_OK):
            text = _("not there, or this user may not read it: the MQTT door does not start")
            yield Finding(
                "secrets", str(path), Verdict.BAD, text, _("`chown root:tocsin %(path)s` and `chmod 640 %(path)s`", path=path)
            )
            return
    if key.stat().st_mode & stat.S_IRWXO:
        yield Finding(
            "secrets",
            str(key),
            Verdict.BAD,
            _("everybody may read this key"),
            _("`chmod 640 %(path)s`, and a new certificate", path=key),
        )
    try:
        ssl.create_default_context(ssl.Purpose.CLIENT_AUTH).load_cert_chain(certificate, key)
        end = x509.load_pem_x509_certificate(certificate.read_bytes()).not_valid_after_utc
    except (ssl.SSLError, ValueError) as error:
        text = _("certificate and key do not go together: %(why)s", why=error)
        yield Finding("secrets", str(certificate), Verdict.BAD, text, _("name a PEM file of each, made for one another"))
        return
    left = end - datetime.now(UTC)
    verdict = Verdict.BAD if left < timedelta() else Verdict.WARNING if left < timedelta(days=WARN_DAYS) else Verdict.GOOD
    mend = "" if verdict is Verdict.GOOD else _("renew it, then restart the door: devices refuse it afterwards")
    yield Finding("secrets", str(certificate), verdict, _("good until %(day)s", day=f"{end:%Y-%m-%d}"), mend)
