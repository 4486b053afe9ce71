"""What waits for who keeps resources: deliveries that are set aside, and those that are late."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import pgettext_lazy

from tocsin.atlas.resources.models import Delivery, Resource
from tocsin.atlas.resources.policy.resources import resource_policy
from tocsin.atlas.resources.rules import rights
from tocsin.atlas.resources.rules.levels import OPEN, Stage
from tocsin.atlas.resources.shown.resources import in_language
from tocsin.jurisdiction.face import scope
from tocsin.screens.waiting import Waiting, WaitingKind
from tocsin.screens.words import listed

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from tocsin.screens.request import Actor


def _undecided(user: "Actor", _now: datetime) -> "QuerySet[Delivery]":
    """A use that the user has proposed waits for somebody else."""
    rows = Delivery.objects.filter(stage__in=OPEN).exclude(Q(stage=Stage.PROPOSED.value) & Q(proposed_by=user))
    kept = scope(rows.select_related("resource"), user, rights.KEEP, "resource__region_code", "resource__owner")
    return kept.order_by("at", "pk")


def _late(user: "Actor", _now: datetime) -> "QuerySet[Resource]":
    rows = Resource.objects.filter(active=True, late_since__isnull=False)
    return scope(rows, user, rights.KEEP, organisation_field="owner").order_by("late_since", "pk")


def _due(since: datetime) -> datetime:
    return since + timedelta(hours=resource_policy().late.escalate_h)


def _tell_delivery(one: Delivery) -> Waiting:
    about = listed(in_language(one.resource.name_zh, one.resource.name_en), one.file_name)
    return Waiting(about, reverse("resource", args=[one.resource_id]), one.at, _due(one.at))


def _tell_late(one: Resource) -> Waiting:
    since = one.late_since or one.changed_at
    return Waiting(in_language(one.name_zh, one.name_en), reverse("resource", args=[one.pk]), since, _due(since))


WAITING: Final = (
    WaitingKind(
        "resource_delivery",
        pgettext_lazy("waiting", "Broken deliveries to decide upon"),
        (rights.KEEP,),
        found=_undecided,
        tell=_tell_delivery,
    ),
    WaitingKind(
        "resource_late", pgettext_lazy("waiting", "Data resources that are late"), (rights.KEEP,), found=_late, tell=_tell_late
    ),
)
