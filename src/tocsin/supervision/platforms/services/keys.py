"""Keys of platforms: those entered by page lie sealed in the database, those of the file stand in the environment."""

import base64
import hashlib

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.db import transaction
from django.utils.translation import gettext_noop

from tocsin.base.keys import Purpose, Resealed, keys_of
from tocsin.federation.rules.outcomes import Unreadable
from tocsin.federation.services.secrets import secret
from tocsin.supervision.platforms.models import PlatformTable
from tocsin.supervision.platforms.policy import Platform


def seal(key: str) -> str:
    """The key under the installation's key in force."""
    return _sealer().encrypt(key.encode()).decode()


def opened(table: PlatformTable) -> str:
    """The key of a platform entered by page; empty where it has none. Unreadable where no key of the installation opens it."""
    if not table.sealed:
        return ""
    try:
        return _sealer().decrypt(table.sealed.encode()).decode()
    except InvalidToken:
        raise Unreadable(gettext_noop("the key of this platform can't be opened any more: enter it anew on its page")) from None


def key_of(name: str, platform: Platform) -> str:
    """The key with which a joined platform is asked; Unreadable where it is missing."""
    if platform.secret_env:
        try:
            return secret(platform.secret_env)
        except ValueError:
            told = gettext_noop("the environment of the service has no %(name)s, in which the key is expected")
            raise Unreadable(told, name=platform.secret_env) from None
    table = PlatformTable.objects.filter(name=name).first()
    return "" if table is None else opened(table)


@transaction.atomic
def seal_platforms_anew(*, after: int, limit: int) -> Resealed:
    """Seals up to `limit` keys behind the first `after` of them under the key in force; harmless when done twice."""
    newest, every, done, lost = Fernet(_fernet_key(keys_of(Purpose.PLATFORMS)[0])), _sealer(), 0, 0
    rows = list(PlatformTable.objects.select_for_update().exclude(sealed="").order_by("pk")[after : after + limit])
    for row in rows:
        try:
            newest.decrypt(row.sealed.encode())
            continue
        except InvalidToken:
            pass
        try:
            key = every.decrypt(row.sealed.encode())
        except InvalidToken:
            lost += 1
            continue
        done += PlatformTable.objects.filter(pk=row.pk).update(sealed=newest.encrypt(key).decode())
    return Resealed(done, lost, after + len(rows) if rows else None)


def _sealer() -> MultiFernet:
    return MultiFernet([Fernet(_fernet_key(key)) for key in keys_of(Purpose.PLATFORMS)])


def _fernet_key(key: bytes) -> bytes:
    return base64.urlsafe_b64encode(hashlib.sha256(b"platform" + key).digest())
