"""What has been done to rights, told to whoever keeps the audit trail: inside the transaction that does it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.contrib.auth.models import _User


@dataclass(frozen=True)
class RightsActed:
    """One act upon people, organisations, rights or tokens. `details` holds plain JSON values and never a secret."""

    actor: "_User"
    action: str
    object_type: str
    object_id: str
    region_code: str
    details: dict[str, object] = field(default_factory=dict)


Keeper = Callable[[RightsActed], None]


_keepers: list[Keeper] = []


def keep_with(keeper: Keeper) -> None:
    """Names the function that writes acts down. It runs in the actor's transaction: where it fails, the act does not happen."""
    if keeper not in _keepers:
        _keepers.append(keeper)


def tell(act: RightsActed) -> None:
    """Hands the act to every keeper; RuntimeError where there is none."""
    if not _keepers:
        raise RuntimeError(f"{act.action}: no audit trail is attached, so rights can't be changed")
    for keeper in _keepers:
        keeper(act)
