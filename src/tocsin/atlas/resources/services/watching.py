"""Clocks of resources: deliveries that are late, or set aside with nobody to decide, are told, and then told higher up."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from tocsin.atlas.resources.models import Delivery, Resource
from tocsin.atlas.resources.policy.resources import resource_policy
from tocsin.atlas.resources.rules.levels import OPEN
from tocsin.atlas.resources.services.notices import tell_head, tell_of_lateness
from tocsin.jurisdiction.face import system_actor
from tocsin.records.face import record_audit

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User

AT_ONCE = 100


def run_resource_clocks(*, now: datetime) -> int:
    """Tells owners what is late and heads what stays so; how many were told."""
    actor = system_actor()
    patience = timedelta(hours=resource_policy().late.escalate_h)
    late = Resource.objects.filter(active=True, due_at__lt=now, late_since=None)
    told = sum(_ring(one.pk, actor, now) for one in _few(late))
    stays = Resource.objects.filter(active=True, late_since__lt=now - patience, head_told_at=None)
    told += sum(_tell_head_of_late(one.pk, actor, now) for one in _few(stays))
    undecided = Delivery.objects.filter(stage__in=OPEN, at__lt=now - patience, head_told_at=None)
    return told + sum(_tell_head_of_undecided(one.pk, actor, now) for one in undecided.order_by("at")[:AT_ONCE])


def _few(rows: QuerySet[Resource]) -> QuerySet[Resource]:
    return rows.order_by("due_at", "pk")[:AT_ONCE]


@transaction.atomic
def _ring(resource_id: UUID, actor: "User", now: datetime) -> int:
    """The alarm of lateness begins: once, until a good delivery lands."""
    one = Resource.objects.select_for_update(of=("self",)).select_related("owner").get(pk=resource_id)
    if one.late_since is not None or one.due_at is None or one.due_at >= now:
        return 0
    one.late_since = one.due_at
    one.save(update_fields=["late_since"])
    record_audit(
        actor, "resource.late", "resource", one.pk, one.region_code, {"name": one.name_zh, "due": one.due_at.isoformat()}
    )
    tell_of_lateness(one, now)
    return 1


@transaction.atomic
def _tell_head_of_late(resource_id: UUID, actor: "User", now: datetime) -> int:
    one = Resource.objects.select_for_update(of=("self",)).select_related("owner__superior").get(pk=resource_id)
    if one.late_since is None or one.head_told_at is not None:
        return 0
    one.head_told_at = now
    one.save(update_fields=["head_told_at"])
    record_audit(actor, "resource.late_told_higher", "resource", one.pk, one.region_code, {"name": one.name_zh})
    tell_head(one, None, now)
    return 1


@transaction.atomic
def _tell_head_of_undecided(delivery_id: UUID, actor: "User", now: datetime) -> int:
    one = Delivery.objects.select_for_update(of=("self",)).select_related("resource__owner__superior").get(pk=delivery_id)
    if one.stage not in OPEN or one.head_told_at is not None:
        return 0
    one.head_told_at = now
    one.save(update_fields=["head_told_at"])
    told = {"resource": one.resource.name_zh, "file": one.file_name}
    record_audit(actor, "delivery.told_higher", "delivery", one.pk, one.resource.region_code, told)
    tell_head(one.resource, one, now)
    return 1
