"""What comes back with a backup: sessions end at once; of tokens, devices and accounts a person has to know.

Whatever was ended after the backup's point is in force again: a token that was taken from somebody, a device that was switched
off, an account that was closed. The backup can't know which, so all are listed, and the tokens may all be ended.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tocsin.portal.backup.manifest import Manifest

if TYPE_CHECKING:
    from collections.abc import Sequence

LIST = "restored.txt"


@dataclass(frozen=True)
class Returned:
    """What is in force again, a line for each."""

    tokens: "Sequence[str]"
    devices: "Sequence[str]"
    accounts: "Sequence[str]"

    def text(self, point: str) -> str:
        """The list as it is kept in the data folder."""
        parts = {"tokens": self.tokens, "devices": self.devices, "accounts that can sign in": self.accounts}
        head = f"In force again as of {point}. End what was ended later.\n"
        return head + "".join(f"\n{name}: {len(rows)}\n" + "".join(f"  {one}\n" for one in rows) for name, rows in parts.items())


def end_what_came_back(manifest: Manifest) -> int:
    """Everybody signs in again; the restoring is written into the audit trail. Returns how many sessions there were."""
    from django.db import transaction

    from tocsin.jurisdiction.areas.rules.codes import EVERYWHERE
    from tocsin.jurisdiction.face import end_all_sessions, system_actor
    from tocsin.records.face import record_audit

    with transaction.atomic():
        count = end_all_sessions()
        told = {"point": manifest.point, "sessions_ended": count}
        record_audit(system_actor(), "backup.restored", "backup", manifest.point, EVERYWHERE, told)
    return count


def let_old_go() -> int:
    """What was deleted at its time after the backup's point goes again, before anybody signs in. Returns how many rows."""
    from tocsin.records.face import forget_what_is_old
    from tocsin.screens.clock import current_time

    gone = 0
    while count := forget_what_is_old(now=current_time()):
        gone += count
    return gone


def list_what_came_back(data: Path, manifest: Manifest) -> Returned:
    """Reads what is in force, and keeps the list in the data folder."""
    from django.utils import timezone

    from tocsin.jurisdiction.face import people_in_force, system_actor, tokens_in_force
    from tocsin.sensing.face import visible_devices

    returned = Returned(
        tokens=[
            f"{one.user.username}: {one.name}, until {one.expires_at:%Y-%m-%d}, {' '.join(one.scopes)}"
            for one in tokens_in_force(now=timezone.now())
        ],
        devices=[f"{one.code} {one.name}".strip() for one in visible_devices(system_actor()).filter(enabled=True)],
        accounts=[f"{one.username} {one.name}".strip() for one in people_in_force()],
    )
    (data / LIST).write_text(returned.text(manifest.point), encoding="utf-8")
    return returned
