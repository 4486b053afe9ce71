"""Secrets of channels that were entered by page lie sealed: who copies the database has none of them."""

import json
from collections.abc import Mapping

from cryptography.fernet import Fernet, InvalidToken
from django.db import transaction

from tocsin.base.keys import Purpose, Resealed, keys_of
from tocsin.notices.channels.models import ChannelTable
from tocsin.notices.channels.queries import fernet_key, sealer
from tocsin.notices.channels.rules.tables import SecretName


def seal(secrets: Mapping[SecretName, str]) -> str:
    """The secrets by name under the installation's key in force; empty for none."""
    if not secrets:
        return ""
    return sealer().encrypt(json.dumps({name.value: text for name, text in secrets.items()}).encode()).decode()


@transaction.atomic
def seal_channels_anew(*, after: int, limit: int) -> Resealed:
    """Seals up to `limit` tables behind the first `after` of them under the key in force; harmless when done twice."""
    newest, every, done, lost = Fernet(fernet_key(keys_of(Purpose.CHANNELS)[0])), sealer(), 0, 0
    rows = list(ChannelTable.objects.select_for_update().exclude(sealed="").order_by("pk")[after : after + limit])
    for row in rows:
        try:
            newest.decrypt(row.sealed.encode())
            continue
        except InvalidToken:
            pass
        try:
            told = every.decrypt(row.sealed.encode())
        except InvalidToken:
            lost += 1
            continue
        done += ChannelTable.objects.filter(pk=row.pk).update(sealed=newest.encrypt(told).decode())
    return Resealed(done, lost, after + len(rows) if rows else None)
