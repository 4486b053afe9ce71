"""Gear whose upkeep is due, as its reader may see it."""

from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet

from tocsin.jurisdiction.face import Person, scope
from tocsin.supplies.catalogue.rules import rights
from tocsin.supplies.stock.models import Holding
from tocsin.supplies.upkeep.models import Upkeep
from tocsin.supplies.upkeep.policy import upkeep_policy

if TYPE_CHECKING:
    from tocsin.jurisdiction.rights.rules import Permission

THERE = Q(holding__free__gt=0) | Q(holding__reserved__gt=0) | Q(holding__overdue__gt=0)


def visible_upkeep(user: Person, permission: "Permission" = rights.SEE) -> QuerySet[Upkeep]:
    """Upkeep of gear that lies in the stores that the user sees; what is due first before all."""
    rows = Upkeep.objects.select_related("holding__store", "holding__lot", "holding__item", "done_by")
    rows = scope(rows, user, permission, organisation_field="holding__store__body")
    return rows.filter(THERE, holding__store__active=True).order_by("due_on", "id")


def upkeep_to_act_on(user: Person) -> QuerySet[Upkeep]:
    """The same of stores that the user keeps, whether anything is left there or not: what was entered offline comes late."""
    return scope(Upkeep.objects.all(), user, rights.KEEP, organisation_field="holding__store__body")


def due_by(day: date) -> Q:
    """What keepers see on the phone on that day."""
    return Q(due_on__lte=day + timedelta(days=upkeep_policy().due.tell_days))


def gear_without_upkeep() -> QuerySet[Holding]:
    """Gear that lies somewhere and has no upkeep yet: items with an interval and words for what is done."""
    there = Q(free__gt=0) | Q(reserved__gt=0)
    rows = Holding.objects.filter(there, item__inspect_every_months__gt=0, upkeep=None).exclude(item__upkeep="")
    return rows.select_related("item").order_by("pk")


def may_read_upkeep(user: Person, upkeep_id: str) -> bool:
    """Photos of gear that was run."""
    return visible_upkeep(user).filter(pk=upkeep_id).exists()
