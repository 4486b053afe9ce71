"""Resources are registered, described anew, and given up; their contracts change by versions."""

import re
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from tocsin.atlas.resources.models import Contract, Resource
from tocsin.atlas.resources.policy.resources import resource_policy
from tocsin.atlas.resources.queries.resources import resources_for
from tocsin.atlas.resources.rules import rights
from tocsin.atlas.resources.rules.ages import Patience, due_at
from tocsin.atlas.resources.rules.levels import SharingLevel
from tocsin.base.errors import Conflict, InvalidInput
from tocsin.base.storable import storable
from tocsin.engine.deliveries.odcs import read_contract
from tocsin.jurisdiction.face import Organisation, all_regions, require, visible_organisations
from tocsin.records.face import record_audit

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User

CLOCKS: Final = ("due_at", "late_since", "head_told_at")
_SLUG: Final = re.compile(r"^[a-z0-9][a-z0-9_-]{0,59}$")
_MOST: Final = {"name_zh": 120, "name_en": 120, "theme": 40, "description": 500, "contact": 60, "telephone": 40} | {
    "legal_basis": 200,
    "licence": 120,
    "source": 200,
}
MOST_CONTRACT: Final = 500_000
MOST_CYCLE_H: Final = 20 * 8766.0


@dataclass(frozen=True, kw_only=True)
class ResourceFacts:
    """What a resource's card says."""

    name_zh: str
    level: SharingLevel
    name_en: str = ""
    theme: str = ""
    description: str = ""
    contact: str = ""
    telephone: str = ""
    legal_basis: str = ""
    licence: str = ""
    cycle_h: float | None = None
    source: str = ""
    confidence: str = "C"


def register_resource(
    *, actor: "User", region_code: str, owner_id: UUID, slug: str, facts: ResourceFacts, contract: str = "", now: datetime
) -> Resource:
    """Enters a resource of a body, with its contract where there is one already; InvalidInput names what can't be so."""
    require(actor, rights.KEEP, region_code, (owner_id,))
    owner = _owner(actor, owner_id)
    if not all_regions().filter(code=region_code).exists():
        raise InvalidInput(_("There is no region %(code)s.") % {"code": region_code})
    columns = _columns(facts)
    if contract:
        checked_contract(contract)
    with transaction.atomic():
        made = Resource.objects.create(
            slug=_free_slug(slug), region_code=region_code, owner=owner, registered_at=now, changed_at=now, **columns
        )
        if contract:
            add_contract(actor, made, contract, reason="", now=now)
        told = {"name": made.name_zh, "slug": made.slug, "owner": owner.code, "level": made.level}
        record_audit(actor, "resource.registered", "resource", made.pk, region_code, told)
    return made


@transaction.atomic
def change_resource(*, actor: "User", resource_id: UUID, facts: ResourceFacts, now: datetime) -> Resource:
    """Describes a resource anew; who may read it changes with its level at once."""
    found = kept_resource(actor, resource_id)
    columns = _columns(facts)
    changed = {name: [getattr(found, name), value] for name, value in columns.items() if getattr(found, name) != value}
    for name, value in columns.items():
        setattr(found, name, value)
    found.changed_at, found.due_at = now, due_of(found)
    if found.due_at is None or found.due_at >= now:
        found.late_since = found.head_told_at = None
    found.save(update_fields=[*columns, "changed_at", *CLOCKS])
    record_audit(actor, "resource.changed", "resource", found.pk, found.region_code, changed)
    return found


@transaction.atomic
def close_resource(*, actor: "User", resource_id: UUID, active: bool, now: datetime) -> Resource:
    """A resource is given up, or taken up again; its rows stay readable."""
    found = kept_resource(actor, resource_id)
    found.active, found.changed_at = active, now
    found.save(update_fields=["active", "changed_at"])
    action = "resource.reopened" if active else "resource.closed"
    record_audit(actor, action, "resource", found.pk, found.region_code, {"name": found.name_zh})
    return found


@transaction.atomic
def change_contract(*, actor: "User", resource_id: UUID, text: str, reason: str, now: datetime) -> Contract:
    """The next version of what a resource promises; the next delivery is judged by it. InvalidInput for what is no contract."""
    found = kept_resource(actor, resource_id)
    checked_contract(text)
    if found.contract_id is not None and not reason.strip():
        raise InvalidInput(_("Say why the contract changes: those who read this resource will ask."))
    if found.contract is not None and found.contract.text == text:
        raise Conflict(_("This is the contract that holds already."))
    made = add_contract(actor, found, text, reason=reason, now=now)
    told = {"name": found.name_zh, "number": made.number, "reason": made.reason}
    record_audit(actor, "resource.contract_changed", "resource", found.pk, found.region_code, told)
    return made


def add_contract(actor: "User", resource: Resource, text: str, *, reason: str, now: datetime) -> Contract:
    """The row of the next version, which holds from now on. Call it in a transaction."""
    last = resource.contracts.aggregate(last=Max("number"))["last"] or 0
    made = Contract.objects.create(
        resource=resource, number=last + 1, text=text, reason=storable(reason.strip())[:300], made_at=now, made_by=actor
    )
    resource.contract, resource.changed_at = made, now
    resource.save(update_fields=["contract", "changed_at"])
    return made


def checked_contract(text: str) -> None:
    """InvalidInput for what is no contract, or names a column as the tables of resources name their own."""
    if len(text) > MOST_CONTRACT:
        raise InvalidInput(_("A contract has at most %(most)s characters.") % {"most": MOST_CONTRACT})
    for column in read_contract(storable(text)).columns:
        if column.name.startswith("_"):
            raise InvalidInput(
                _("The column %(name)s begins with “_”: name it otherwise, and put this name into alsoCalled.")
                % {"name": column.name}
            )


def due_of(resource: Resource) -> datetime | None:
    """Until when the next good delivery has to be there; None before the first, and where nothing is promised."""
    if resource.delivered_at is None or resource.cycle_h is None:
        return None
    late = resource_policy().late
    return due_at(resource.delivered_at, resource.cycle_h, Patience(late.grace, late.dead_cycles))


def kept_resource(actor: "User", resource_id: UUID) -> Resource:
    """The resource, locked, which the actor keeps; DoesNotExist for one that they don't see. Call it in a transaction."""
    visible = resources_for(actor).order_by().filter(pk=resource_id).values("pk")
    found = Resource.objects.select_for_update(of=("self",)).select_related("contract", "owner").get(pk__in=visible)
    require(actor, rights.KEEP, found.region_code, (found.owner_id,))
    return found


def _owner(actor: "User", owner_id: UUID) -> Organisation:
    found = visible_organisations(actor).filter(pk=owner_id).first()
    if found is None:
        raise InvalidInput(_("There is no such body."))
    return found


def _free_slug(slug: str) -> str:
    if not _SLUG.match(slug):
        raise InvalidInput(_("The short name has small letters, digits, - and _ only, at most 60: it stands in addresses."))
    if Resource.objects.filter(slug=slug).exists():
        raise Conflict(_("The short name %(slug)s is taken.") % {"slug": slug})
    return slug


def _columns(facts: ResourceFacts) -> dict[str, object]:
    if not facts.name_zh.strip():
        raise InvalidInput(_("Enter a name of at most 120 characters."))
    if facts.cycle_h is not None and not 0.01 <= facts.cycle_h <= MOST_CYCLE_H:
        raise InvalidInput(_("The update cycle is between a minute and twenty years."))
    if facts.confidence not in ("A", "B", "C"):
        raise InvalidInput(_("The confidence mark is A, B or C."))
    told: dict[str, object] = {
        name: storable(value.strip())[: _MOST[name]] if name in _MOST else value for name, value in asdict(facts).items()
    }
    return {**told, "level": facts.level.value}
