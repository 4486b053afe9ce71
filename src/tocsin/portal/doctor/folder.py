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

ENVIRONMENT_FILE = Path("/etc/tocsin/tocsin.env")
MOST_LOOKED_AT = 20_000  # files of a folder: a history of years has more, and they are alike
NAMED = 3
WARN_DAYS = 21


def look_at_folder(configuration: Configuration, environment_file: Path = ENVIRONMENT_FILE) -> Iterator[Finding]:
    """Owner and mode of the data folder and of all in it, the environment file, certificate and key of the MQTT door."""
    folder = configuration.data
    if not folder.exists():
        mend = "`tocsin up` or `tocsin prepare` makes it; TOCSIN_DATA names another"
        yield Finding("folder", "data", Verdict.GOOD, f"{folder} is not there yet", mend)
    elif not folder.is_dir():
        yield Finding("folder", "data", Verdict.BAD, f"{folder} is a file", "name a folder by TOCSIN_DATA")
    elif not is_ours(folder):
        owner, here = _name_of(folder.stat().st_uid), _name_of(os.geteuid())
        mend = f"ask as its owner (`sudo -u {owner} tocsin doctor`), or give it to this user (`chown -R {here} {folder}`)"
        yield Finding("folder", "data", Verdict.BAD, f"{folder} is {owner}'s, this is {here}", mend)
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
        mend = f"give them back: `chown -R {_name_of(os.geteuid())} {folder}`"
        return Finding("folder", "data", Verdict.BAD, f"{_some(foreign, folder)} of another user", mend)
    if opened:
        mend = "the next start closes them; exchange what others may have copied (`tocsin keys rotate --leaked`)"
        return Finding("folder", "data", Verdict.BAD, f"{_some(opened, folder)} open to other users of this machine", mend)
    return Finding("folder", "data", Verdict.GOOD, f"{folder}: this user's alone")


def _all_in(folder: Path) -> Iterator[Path]:
    yield folder
    for above, folders, files in os.walk(folder):
        for name in (*folders, *files):
            yield Path(above, name)


def _some(paths: list[Path], folder: Path) -> str:
    names = ", ".join(str(path.relative_to(folder.parent)) for path in paths[:NAMED])
    return f"{names}{f' and {len(paths) - NAMED} more' if len(paths) > NAMED else ''}"


def _environment(path: Path) -> Finding:
    if path.stat().st_mode & OTHERS:
        mend = f"`chmod 600 {path}`, and exchange the passwords in it"
        return Finding("secrets", str(path), Verdict.BAD, "others may read it, and it holds passwords and keys", mend)
    return Finding("secrets", str(path), Verdict.GOOD, "its owner's alone")


def _certificate(certificate: Path, key: Path) -> Iterator[Finding]:
    for path in (certificate, key):
        if not os.access(path, os.R_OK):
            text = "not there, or this user may not read it: the MQTT door does not start"
            yield Finding("secrets", str(path), Verdict.BAD, text, f"`chown root:tocsin {path}` and `chmod 640 {path}`")
            return
    if key.stat().st_mode & stat.S_IRWXO:
        yield Finding(
            "secrets", str(key), Verdict.BAD, "everybody may read this key", f"`chmod 640 {key}`, and a new certificate"
        )
    try:
        ssl.create_default_context(ssl.Purpose.CLIENT_AUTH).load_cert_chain(certificate, key)
        end = x509.load_pem_x509_certificate(certificate.read_bytes()).not_valid_after_utc
    except (ssl.SSLError, ValueError) as error:
        text = f"certificate and key do not go together: {error}"
        yield Finding("secrets", str(certificate), Verdict.BAD, text, "name a PEM file of each, made for one another")
        return
    left = end - datetime.now(UTC)
    verdict = Verdict.BAD if left < timedelta() else Verdict.WARNING if left < timedelta(days=WARN_DAYS) else Verdict.GOOD
    mend = "" if verdict is Verdict.GOOD else "renew it, then restart the door: devices refuse it afterwards"
    yield Finding("secrets", str(certificate), verdict, f"good until {end:%Y-%m-%d}", mend)
