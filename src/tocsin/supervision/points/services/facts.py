"""Facts that move points are entered and ended by people."""

from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tocsin.base.errors import Conflict, InvalidInput
from tocsin.base.ids import new_id
from tocsin.jurisdiction.face import require
from tocsin.records.face import record_audit
from tocsin.screens.clock import current_time
from tocsin.supervision.objects.models import PointsEvent
from tocsin.supervision.objects.queries.register import visible_objects
from tocsin.supervision.objects.rules import rights
from tocsin.supervision.objects.services.ledger import note_event
from tocsin.supervision.points.queries.ledger import visible_events
from tocsin.supervision.points.queries.rules import rules_for_today
from tocsin.supervision.points.services.telling import tell_end, tell_end_asked, tell_fact

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User


@transaction.atomic
def enter_event(*, actor: "User", object_id: UUID, kind: str, began_on: date, text: str) -> PointsEvent:
    """A person of the authority enters a fact of a kind in policy, with what shows it. It counts from the next night on.

    SupervisedObject.DoesNotExist out of reach; InvalidInput for an unknown kind, a day to come or no words.
    """
    found = visible_objects(actor).get(pk=object_id)
    require(actor, rights.INSPECT, found.region_code)
    rules = rules_for_today(found.region_code)
    if kind not in rules.facts():
        raise InvalidInput(_("The policy knows no fact of the kind %(kind)s.") % {"kind": kind})
    now = current_time()
    if began_on > timezone.localtime(now).date():
        raise InvalidInput(_("That day is still to come."))
    if not text.strip():
        raise InvalidInput(_("Say what shows it."))
    key = f"entered:{new_id()}"
    event = note_event(
        supervised_object=found,
        kind=kind,
        key=key,
        began_on=began_on,
        now=now,
        entered_by=actor,
        evidence={"text": text.strip()[:1000]},
    )
    tell_fact(event, now=now)
    record_audit(actor, "points_event.entered", "object", found.pk, found.region_code, {"kind": kind, "began_on": str(began_on)})
    return event


@transaction.atomic
def ask_end(*, actor: "User", event_id: UUID, text: str) -> PointsEvent:
    """The firm says that it has done its part, and asks whoever leads to look and to end the red line.

    PointsEvent.DoesNotExist or NotAllowed out of reach; Conflict for one that has ended; InvalidInput without words.
    """
    visible = visible_events(actor).get(pk=event_id)
    require(actor, rights.OWN, visible.object.region_code, (visible.object.organisation_id,))
    event = PointsEvent.objects.select_for_update(of=("self",)).select_related("object").get(pk=visible.pk)
    if event.ended_on is not None:
        raise Conflict(_("This has ended already."))
    if not text.strip():
        raise InvalidInput(_("Say what was done."))
    now = current_time()
    event.evidence = {**event.evidence, "asked": text.strip()[:1000], "asked_at": now.isoformat()}
    event.save(update_fields=["evidence"])
    tell_end_asked(event, now=now)
    record_audit(actor, "points_event.end_asked", "object", event.object_id, event.object.region_code, {"kind": event.kind})
    return event


@transaction.atomic
def end_event(*, actor: "User", event_id: UUID, ended_on: date, text: str) -> PointsEvent:
    """The fact has ended: re-inspected, rectified, valid again. PointsEvent.DoesNotExist out of reach; Conflict for one that has
    ended; InvalidInput for a day before it began or to come, or without words.
    """
    visible = visible_events(actor).get(pk=event_id)
    require(actor, rights.LEAD, visible.object.region_code)
    event = PointsEvent.objects.select_for_update(of=("self",)).select_related("object").get(pk=visible.pk)
    now = current_time()
    if event.ended_on is not None:
        raise Conflict(_("This has ended already."))
    if not event.began_on <= ended_on <= timezone.localtime(now).date():
        raise InvalidInput(_("The end lies between its beginning and today."))
    if not text.strip():
        raise InvalidInput(_("Say what shows it."))
    event.ended_on = ended_on
    event.evidence = {**event.evidence, "end": text.strip()[:1000]}
    event.save(update_fields=["ended_on", "evidence"])
    tell_end(event, now=now)
    details = {"kind": event.kind, "ended_on": str(ended_on), "text": text.strip()[:500]}
    record_audit(actor, "points_event.ended", "object", visible.object_id, visible.object.region_code, details)
    return event
