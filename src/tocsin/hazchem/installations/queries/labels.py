"""Labels of units: what is printed on them or written to a tag, and which unit one that was scanned stands for.

A label holds the address of the unit's page with the second of its printing and a signature over both, so that nobody makes one
who has not stood before it. A phone reads the unit out of it without a network; only this platform can tell whether it is
genuine. A label can't be withdrawn: it holds as long as the key that signed it is kept.
"""

import re
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from django.core.signing import BadSignature, Signer
from django.urls import reverse

from tocsin.base.keys import Purpose, key_for, keys_of
from tocsin.hazchem.installations.models import PlantUnit

_SALT: Final = "tocsin.hazchem.label"
_ADDRESS: Final = re.compile(
    r"/plants/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/\?label=([0-9a-f]{1,10})\.([A-Za-z0-9_-]{20,90})"
)


def label_path(unit_id: UUID, printed_at: datetime) -> str:
    """The path that a label's code leads to."""
    second = f"{int(printed_at.timestamp()):x}"
    signed = Signer(key=key_for(Purpose.CODES), salt=_SALT, sep=".").sign(_content(unit_id, second))
    return f"{reverse('plant_unit', args=[unit_id])}?label={second}.{signed.rpartition('.')[2]}"


def unit_of_label(said: str) -> PlantUnit | None:
    """The unit of a genuine label, with its firm, also of one that is no longer kept; None for anything else."""
    found = _ADDRESS.search(said)
    if found is None:
        return None
    unit_id, second, signature = UUID(found[1]), found[2], found[3]
    try:
        key, *older = keys_of(Purpose.CODES, made_at=datetime.fromtimestamp(int(second, 16), tz=UTC))
        signer = Signer(key=key, fallback_keys=list[bytes | str](older), salt=_SALT, sep=".")
        signer.unsign(f"{_content(unit_id, second)}.{signature}")
    except (BadSignature, ValueError, OverflowError):
        return None
    return PlantUnit.objects.select_related("object").filter(pk=unit_id).first()


def _content(unit_id: UUID, second: str) -> str:
    return f"{unit_id.hex}-{second}"
