"""Platforms entered by page: connected, given a key, switched on and off. Nothing is asked until one is switched on."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final
from uuid import UUID

import msgspec
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from tocsin.base.errors import Conflict, InvalidInput
from tocsin.federation.rules.addresses import inner_networks
from tocsin.jurisdiction.face import all_regions, require
from tocsin.records.face import record_audit
from tocsin.supervision.objects.rules import rights
from tocsin.supervision.platforms.models import PlatformTable
from tocsin.supervision.platforms.policy import KNOWN, NEEDED, SOURCES, Platform, WrongTable, read_table, settings_of_file
from tocsin.supervision.platforms.queries import settings_by_page, visible_tables
from tocsin.supervision.platforms.services.keys import seal

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User

OF_PAGES: Final = ("private", "certificates", "secret_env")
"""Keys of the file that pages do not set: inner networks are named apart with a reason, the key lies sealed."""


@dataclass(frozen=True)
class InnerNetworks:
    """Inner networks in which a platform may be asked, and why."""

    networks: tuple[str, ...] = ()
    reason: str = ""


NO_INNER: Final = InnerNetworks()


@transaction.atomic
def enter_platform(
    *, actor: "User", name: str, platform: Platform, key: str = "", inner: InnerNetworks = NO_INNER, now: datetime
) -> PlatformTable:
    """A platform by its page, switched off. InvalidInput says which setting is wrong, Conflict that the name is taken."""
    settings = _settings(actor, name, platform)
    allowed = _allowed(inner)
    if name in settings_of_file().found or PlatformTable.objects.filter(name=name).exists():
        raise Conflict(_("A platform is called %(name)s already.") % {"name": name})
    try:
        with transaction.atomic():
            made = PlatformTable.objects.create(
                name=name,
                region_code=platform.region,
                entered=settings,
                sealed=seal(key) if key else "",
                inner=list(allowed.networks),
                inner_reason=allowed.reason,
                changed_at=now,
                changed_by=actor,
            )
    except IntegrityError:
        raise Conflict(_("A platform is called %(name)s already.") % {"name": name}) from None
    _note(actor, "platform.entered", made, {"way": platform.way, "with_key": bool(key), **_told(allowed)})
    return made


@transaction.atomic
def change_platform(
    *,
    actor: "User",
    table_id: UUID,
    platform: Platform,
    key: str = "",
    forget_key: bool = False,
    inner: InnerNetworks | None = None,
    now: datetime,
) -> PlatformTable:
    """Other settings of a platform entered by page; an empty key leaves the present one. Its name stays: its history hangs on it.

    `inner`: None leaves the inner networks as they are. InvalidInput where the address changes and no key is given anew: a key
    goes to nobody for whom it was not entered.
    """
    made = _locked(actor, table_id)
    settings = _settings(actor, made.name, platform)
    moved = _host(settings.get("url")) != _host(made.entered.get("url"))
    if moved and made.sealed and not key and not forget_key:
        raise InvalidInput(_("The address is another one: enter its key anew, or forget the present one."))
    changed = sorted(one for one in settings.keys() | made.entered.keys() if settings.get(one) != made.entered.get(one))
    made.entered, made.region_code = settings, platform.region
    if key or forget_key:
        made.sealed = seal(key) if key else ""
        changed.append("key")
    told: dict[str, object] = {}
    if inner is not None:
        allowed = _allowed(inner)
        if list(allowed.networks) != made.inner or allowed.reason != made.inner_reason:
            changed, told = [*changed, "inner"], _told(allowed)
        made.inner, made.inner_reason = list(allowed.networks), allowed.reason
    made.changed_at, made.changed_by = now, actor
    made.save()
    _note(actor, "platform.changed", made, {"changed": changed, **told})
    return made


@transaction.atomic
def switch_platform(*, actor: "User", table_id: UUID, on: bool, now: datetime) -> PlatformTable:
    """From now on it is asked, or no more; the next round of the worker knows. InvalidInput for settings that can't be used."""
    made = _locked(actor, table_id)
    if on and isinstance(read := settings_by_page(made), WrongTable):
        raise InvalidInput(read.problem)
    if made.is_on != on:
        made.is_on, made.changed_at, made.changed_by = on, now, actor
        made.save(update_fields=["is_on", "changed_at", "changed_by"])
        _note(actor, "platform.switched", made, {"on": on})
    return made


def _settings(actor: "User", name: str, platform: Platform) -> dict[str, object]:
    """The settings as they are kept, checked; InvalidInput and NotAllowed otherwise."""
    require(actor, rights.MANAGE, platform.region)
    if not all_regions().filter(code=platform.region).exists():
        raise InvalidInput(_("There is no region %(code)s.") % {"code": platform.region})
    if not name or len(name) > 60 or not name.replace("-", "").replace("_", "").isalnum():
        raise InvalidInput(_("A short name has letters, digits, - and _, 60 at most."))
    if platform.way == "pull" and not platform.url.startswith(("https://", "http://")):
        raise InvalidInput(_("The address begins with https:// or http://."))
    if platform.way == "bus" and not platform.subject:
        raise InvalidInput(_("Say on which subject of the message bus it is heard."))
    if missing := [one for one in NEEDED[platform.kind] if not platform.fields.get(one)]:
        raise InvalidInput(_("Say where these are taken from: %(fields)s.") % {"fields": ", ".join(missing)})
    if unknown := sorted(set(platform.fields) - set(KNOWN[platform.kind])):
        raise InvalidInput(_("Records of this kind have no %(fields)s.") % {"fields": ", ".join(unknown)})
    source = platform.fields.get("source", "")
    if source.startswith("=") and source[1:] not in SOURCES[platform.kind]:
        known = ", ".join(SOURCES[platform.kind])
        raise InvalidInput(_("“%(given)s” is no source; known are: %(known)s") % {"given": source[1:60], "known": known})
    kept: dict[str, object] = {
        one: value for one, value in msgspec.to_builtins(platform).items() if one not in (*OF_PAGES, "region")
    }
    read = read_table(name, {**kept, "region": platform.region})
    if isinstance(read, WrongTable):
        raise InvalidInput(read.problem)
    return kept


def _allowed(inner: InnerNetworks) -> InnerNetworks:
    """In their canonical form; InvalidInput for what no page may allow, and where no reason is given."""
    networks, reason = inner_networks(inner.networks), inner.reason.strip()[:300]
    if networks and not reason:
        raise InvalidInput(_("Say why inner networks are reached: it is kept with your name."))
    return InnerNetworks(networks, reason if networks else "")


def _told(inner: InnerNetworks) -> dict[str, object]:
    return {"inner": list(inner.networks), "reason": inner.reason} if inner.networks else {}


def _host(url: object) -> str:
    """Scheme, host and port: to whom a key goes."""
    scheme, _, rest = str(url or "").partition("://")
    return f"{scheme}://{rest.partition('/')[0]}"


def _locked(actor: "User", table_id: UUID) -> PlatformTable:
    found = visible_tables(actor).get(pk=table_id)
    require(actor, rights.MANAGE, found.region_code)
    return PlatformTable.objects.select_for_update().get(pk=found.pk)


def _note(actor: "User", action: str, made: PlatformTable, told: dict[str, object]) -> None:
    record_audit(actor, action, "platform", made.pk, made.region_code, {"name": made.name, **told})
