"""Drills that name a body, for what its people may see."""

from typing import TYPE_CHECKING

from tocsin.command.casebook.models import Drill

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID


def naming(organisation_ids: "Iterable[UUID | None]") -> "list[UUID]":
    """Ids of the drills that name one of these organisations: whose orders their people may see."""
    wanted = {str(one) for one in organisation_ids if one is not None}
    rows = Drill.objects.filter(began_at__isnull=False).values_list("pk", "recipients") if wanted else []
    return [pk for pk, recipients in rows if wanted & set(map(str, recipients.get("organisations", ())))]
