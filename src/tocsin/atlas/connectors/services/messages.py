"""Messages of a bus that can't be read: they are kept with the reason, the owner is told, and a keeper puts them away."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_noop

from tocsin.atlas.connectors.models import MessageSetAside, ResourceConnector
from tocsin.atlas.connectors.policy import connector_policy
from tocsin.atlas.connectors.queries import messages_aside
from tocsin.atlas.connectors.services.sources.errands import SetAside
from tocsin.atlas.resources.services.notices import tell_of_messages_aside
from tocsin.atlas.resources.services.register import kept_resource
from tocsin.federation.rules.outcomes import Reason
from tocsin.jurisdiction.face import system_actor
from tocsin.records.face import record_audit

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User

_FULL: Final = gettext_noop(
    "%(count)s messages are set aside and nobody has looked at them: put them away on the page of the connector, then it goes on"
)


def keep_messages_aside(one: ResourceConnector, found: Sequence[SetAside], now: datetime) -> None:
    """Writes messages down that were set aside, each once; the owner is told where none was before. Call it in a transaction."""
    lay_there = messages_aside(one).exists()
    rows = [
        MessageSetAside(
            connector=one,
            stream_made=each.stream_made,
            sequence=each.sequence,
            subject=each.subject,
            sent_at=datetime.fromisoformat(each.at),
            came_at=now,
            beginning=each.beginning,
            reason={"template": each.reason.template, "figures": dict(each.reason.figures)},
        )
        for each in found
    ]
    MessageSetAside.objects.bulk_create(rows, ignore_conflicts=True, batch_size=200)
    count = messages_aside(one).count()
    if lay_there or not count:
        return
    resource, first = one.resource, found[0]
    told = {"name": resource.name_zh, "count": count, "why": str(first.reason)}
    record_audit(system_actor(), "connector.messages_aside", "resource", resource.pk, resource.region_code, told)
    tell_of_messages_aside(resource, count, rows[0].reason, now)


def too_many_aside(one: ResourceConnector) -> Reason | None:
    """Why the bus is not read any further: so many messages are set aside that somebody has to look. None: it is read."""
    if one.source.get("kind") != "bus":
        return None
    count = messages_aside(one).count()
    return Reason(_FULL, {"count": str(count)}) if count >= connector_policy().bus.set_aside else None


@transaction.atomic
def put_messages_away(*, actor: "User", resource_id: UUID, now: datetime) -> int:
    """A keeper has looked: messages that are set aside are put away, and their texts forgotten; how many there were."""
    resource = kept_resource(actor, resource_id)
    one = ResourceConnector.objects.select_for_update().filter(resource=resource).first()
    if one is None:
        return 0
    done = messages_aside(one).update(put_away_at=now, put_away_by=actor, beginning="")
    if done:
        told = {"name": resource.name_zh, "count": done}
        record_audit(actor, "connector.messages_put_away", "resource", resource.pk, resource.region_code, told)
        ResourceConnector.objects.filter(pk=one.pk, active=True).update(next_at=now)
    return done
