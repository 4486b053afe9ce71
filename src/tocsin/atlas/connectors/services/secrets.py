"""Secrets of connectors lie sealed: who copies the database has none of them."""

from django.db import transaction

from tocsin.atlas.connectors.models import ConnectorSecret, ResourceConnector
from tocsin.base.keys import Purpose, Resealed
from tocsin.base.sealing import SealBrokenError, Sealer

_SEALER = Sealer(Purpose.CONNECTORS, "connector")


def seal(secret: str) -> str:
    """The secret under the key in force."""
    return _SEALER.seal_text(secret)


def secret_of(connector: ResourceConnector) -> str:
    """The secret itself, also under an earlier key; empty where there is none, or no key opens it."""
    row = ConnectorSecret.objects.filter(connector=connector).first()
    if row is None:
        return ""
    try:
        return _SEALER.open_text(row.sealed)
    except SealBrokenError:
        return ""


def keep_secret(connector: ResourceConnector, secret: str) -> None:
    """Seals a secret for a connector in the place of the present one; an empty one takes that away. Call it in a transaction."""
    ConnectorSecret.objects.filter(connector=connector).delete()
    if secret:
        ConnectorSecret.objects.create(connector=connector, sealed=seal(secret))


@transaction.atomic
def seal_connectors_anew(*, after: int, limit: int) -> Resealed:
    """Seals up to `limit` rows behind the row `after` under the key in force; harmless when done twice."""
    rows = list(ConnectorSecret.objects.select_for_update().filter(pk__gt=after).order_by("pk")[:limit])
    done, lost = _SEALER.renew_each(
        ((row.pk, row.sealed) for row in rows), lambda pk, sealed: ConnectorSecret.objects.filter(pk=pk).update(sealed=sealed)
    )
    return Resealed(done, lost, rows[-1].pk if rows else None)
