"""Stores are entered, changed and closed."""

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from tocsin.base.errors import Conflict, InvalidInput
from tocsin.base.storable import storable
from tocsin.jurisdiction.face import Organisation, all_regions, require, visible_organisations
from tocsin.records.face import record_audit
from tocsin.supplies.catalogue.rules import rights
from tocsin.supplies.stock.models import BUCKETS, Holding, Store
from tocsin.supplies.stock.queries.stores import visible_stores
from tocsin.supplies.stock.rules.lots import Level

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User


@dataclass(frozen=True, kw_only=True)
class StoreFacts:
    """What a store's card says."""

    name: str
    level: Level
    lon: float | None = None
    lat: float | None = None
    address: str = ""
    access: str = ""
    contact: str = ""
    telephone: str = ""
    opening: str = ""
    capacity_m3: float | None = None


def register_store(*, actor: "User", region_code: str, body_id: UUID, facts: StoreFacts) -> Store:
    """Enters a store of a body; InvalidInput names what can't be so."""
    require(actor, rights.LEAD, region_code)
    body = _body(actor, body_id)
    if not all_regions().filter(code=region_code).exists():
        raise InvalidInput(_("There is no region %(code)s.") % {"code": region_code})
    with transaction.atomic():
        made = Store.objects.create(region_code=region_code, body=body, **_columns(facts))
        record_audit(actor, "store.registered", "supply_store", made.pk, region_code, {"name": made.name, "body": body.code})
    return made


@transaction.atomic
def change_store(*, actor: "User", store_id: UUID, facts: StoreFacts) -> Store:
    """Changes a store's card: its head of supplies, or the body that keeps it. The level stays where it has stock."""
    found = _locked(actor, store_id)
    columns = _columns(facts)
    if found.level != columns["level"] and found.holdings.exists():
        raise Conflict(_("The store has stock: its level stays as it is."))
    changed = {name: [getattr(found, name), value] for name, value in columns.items() if getattr(found, name) != value}
    for name, value in columns.items():
        setattr(found, name, value)
    found.save(update_fields=list(columns))
    record_audit(actor, "store.changed", "supply_store", found.pk, found.region_code, changed)
    return found


@transaction.atomic
def close_store(*, actor: "User", store_id: UUID, active: bool) -> Store:
    """A store is given up, or opened again. Conflict while anything lies in it."""
    found = _locked(actor, store_id)
    filled = BUCKETS.values()
    held = Holding.objects.select_for_update().filter(store=found)
    if not active and any(getattr(one, name) for one in held for name in filled):
        raise Conflict(_("Something still lies in this store: move it to another one first."))
    found.active = active
    found.save(update_fields=["active"])
    record_audit(
        actor, "store.opened" if active else "store.closed", "supply_store", found.pk, found.region_code, {"name": found.name}
    )
    return found


def _locked(actor: "User", store_id: UUID) -> Store:
    found = Store.objects.select_for_update().get(pk__in=visible_stores(actor, closed=True).filter(pk=store_id).values("pk"))
    require(actor, rights.LEAD, found.region_code, (found.body_id,))
    return found


def _body(actor: "User", body_id: UUID) -> Organisation:
    found = visible_organisations(actor).filter(pk=body_id).first()
    if found is None:
        raise InvalidInput(_("There is no such body."))
    return found


def problems_of(facts: StoreFacts) -> list[tuple[str, str]]:
    """All that is wrong with a store's card, by its field."""
    wrong: list[tuple[str, str]] = []
    if not facts.name.strip() or len(facts.name.strip()) > 120:
        wrong.append(("name", _("Enter a name of at most 120 characters.")))
    if (facts.lon is None) != (facts.lat is None):
        wrong.append(("lon" if facts.lon is None else "lat", _("A place has a longitude and a latitude, or neither.")))
    elif facts.lon is not None and facts.lat is not None and not (-180 <= facts.lon <= 180 and -90 <= facts.lat <= 90):
        wrong.append(("lon", _("The place does not lie on the earth.")))
    if facts.capacity_m3 is not None and not 0 <= facts.capacity_m3 <= 10_000_000:
        wrong.append(("capacity_m3", _("The capacity can't be so.")))
    return wrong


def columns_of(facts: StoreFacts) -> dict[str, object]:
    """The columns of the row."""
    most = {"name": 120, "address": 200, "access": 300, "contact": 60, "telephone": 40, "opening": 120}
    told = {name: storable(value.strip())[: most[name]] if name in most else value for name, value in asdict(facts).items()}
    return {**told, "level": facts.level.value}


def _columns(facts: StoreFacts) -> dict[str, object]:
    if wrong := problems_of(facts):
        raise InvalidInput(wrong[0][1])
    return columns_of(facts)
