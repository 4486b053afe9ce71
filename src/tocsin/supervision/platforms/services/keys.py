"""Keys of platforms: those entered by page lie sealed in the database, those of the file stand in the environment."""

from django.db import transaction
from django.utils.translation import gettext_noop

from tocsin.base.keys import Purpose, Resealed
from tocsin.base.sealing import SealBrokenError, Sealer
from tocsin.federation.rules.outcomes import Unreadable
from tocsin.federation.services.secrets import secret
from tocsin.supervision.platforms.models import PlatformTable
from tocsin.supervision.platforms.policy import Platform

_SEALER = Sealer(Purpose.PLATFORMS, "platform")


def seal(key: str) -> str:
    """The key under the installation's key in force."""
    return _SEALER.seal_text(key)


def opened(table: PlatformTable) -> str:
    """The key of a platform entered by page; empty where it has none. Unreadable where no key of the installation opens it."""
    if not table.sealed:
        return ""
    try:
        return _SEALER.open_text(table.sealed)
    except SealBrokenError:
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
    rows = list(PlatformTable.objects.select_for_update().exclude(sealed="").order_by("pk")[after : after + limit])
    done, lost = _SEALER.renew_each(
        ((row.pk, row.sealed) for row in rows), lambda pk, sealed: PlatformTable.objects.filter(pk=pk).update(sealed=sealed)
    )
    return Resealed(done, lost, after + len(rows) if rows else None)
