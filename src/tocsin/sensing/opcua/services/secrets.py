"""Passwords of servers and the key of Tocsin's own certificate lie sealed: who copies the database has none of them."""

from django.db import transaction

from tocsin.base.keys import Resealed
from tocsin.sensing.opcua.models import OpcUaSecret, OpcUaServer
from tocsin.sensing.opcua.queries import SEALER


def keep_password(server: OpcUaServer, password: str) -> None:
    """Seals a password in the place of the present one; an empty one takes that away. Call it in a transaction."""
    OpcUaSecret.objects.filter(server=server).delete()
    if password:
        OpcUaSecret.objects.create(server=server, sealed=SEALER.seal_text(password))


@transaction.atomic
def seal_opcua_anew(*, after: int, limit: int) -> Resealed:
    """Seals up to `limit` rows behind the row `after` under the key in force; harmless when done twice."""
    rows = list(OpcUaSecret.objects.select_for_update().filter(pk__gt=after).order_by("pk")[:limit])
    done, lost = SEALER.renew_each(
        ((row.pk, row.sealed) for row in rows), lambda pk, sealed: OpcUaSecret.objects.filter(pk=pk).update(sealed=sealed)
    )
    return Resealed(done, lost, rows[-1].pk if rows else None)
