"""An area's settings as one file: what stands in it is asked of the rights of whoever takes it out."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import msgspec
from django.utils.translation import gettext as _

from tocsin.base.errors import InvalidInput
from tocsin.base.toml import write_toml
from tocsin.jurisdiction.areas.rules.codes import EVERYWHERE, governing_prefix
from tocsin.jurisdiction.face import (
    Organisation,
    all_regions,
    may,
    require,
    shared_list_views,
    shipped_areas,
    shipped_towns,
    towns_within,
    visible_people,
)
from tocsin.records.setup.rules import CityArea, CityBody, CityDuty, CityFile, CityPerson, CityPolicy, CityRole, CityView
from tocsin.records.versions.queries import own_versions

if TYPE_CHECKING:
    from datetime import datetime

    from tocsin.jurisdiction.face import User

HEAD = (
    "# Settings of an area: its bodies and what they answer for, shared views of lists, policy of its own; with people and\n"
    "# roles where they were asked for. Give it at /imports/to/city/ or with `tocsin city import`: what is there stays.\n"
)


def export_city(*, actor: "User", region_code: str, with_people: bool, now: "datetime") -> str:
    """The settings of an area and all below it as TOML. NotAllowed without `organisations.manage` there, and for people without
    `people.manage`; InvalidInput for no such area.
    """
    require(actor, "organisations.manage", region_code)
    if not all_regions().filter(code=region_code).exists():
        raise InvalidInput(_("There is no region %(code)s.") % {"code": region_code})
    if with_people:
        require(actor, "people.manage", region_code)
    prefix = governing_prefix(region_code)
    bodies = list(
        Organisation.objects.filter(region__code__startswith=prefix).select_related("superior").order_by("region_id", "code")
    )
    people = visible_people(actor).filter(organisation__region__code__startswith=prefix, is_active=True) if with_people else ()
    city = CityFile(
        format=1,
        region=region_code,
        area=tuple(_areas(prefix)),
        body=tuple(_body(one, region_code) for one in _superiors_first(bodies)),
        duty=tuple(_duties(bodies, region_code)),
        person=tuple(_people(people, region_code)),
        role=tuple(_roles(people, region_code)),
        view=tuple(_views(prefix, region_code)),
        policy=tuple(_policy(actor, prefix, now)),
    )
    return HEAD + write_toml(msgspec.to_builtins(city))


def _areas(prefix: str) -> Iterator[CityArea]:
    shipped = shipped_areas()
    for one in all_regions().filter(code__startswith=prefix).order_by("code"):
        if shipped.get(one.code) != (one.name_zh, one.name_en):
            yield CityArea(one.code, one.name_zh, one.name_en)
    known = shipped_towns()
    for code, name in towns_within([prefix.ljust(6, "0")]).items():
        if known.get(code) != name:
            yield CityArea(code, name)


def _superiors_first(bodies: Iterable[Organisation]) -> list[Organisation]:
    """Each behind the one that it stands below."""
    waiting = {one.pk: one for one in bodies}
    found: list[Organisation] = []
    while waiting:
        ready = [one for one in waiting.values() if one.superior_id not in waiting]
        found += ready
        for one in ready:
            del waiting[one.pk]
    return found


def _body(one: Organisation, region_code: str) -> CityBody:
    return CityBody(
        code=one.code,
        name_zh=one.name_zh,
        kind=one.kind,
        name_en=one.name_en,
        region=_region(one.region_id, region_code),
        telephone=one.telephone,
        superior=_superior(one),
        desk=one.has_desk,
    )


def _superior(one: Organisation) -> str:
    """The code of the body above, behind its area where that is another one."""
    above = one.superior
    if above is None:
        return ""
    return above.code if above.region_id == one.region_id else f"{above.region_id}/{above.code}"


def _duties(bodies: Iterable[Organisation], region_code: str) -> Iterator[CityDuty]:
    for body in bodies:
        for one in body.duties.order_by("kind", "lifeline", "trade", "area_code", "hours", "effective_from", "effective_to"):
            yield CityDuty(
                body=body.code,
                kind=one.kind,
                region=_region(body.region_id, region_code),
                lifeline=one.lifeline,
                trade=one.trade,
                area="" if one.area_code == body.region_id else one.area_code,
                hours=one.hours,
                since=one.effective_from.isoformat() if one.effective_from else "",
                until=one.effective_to.isoformat() if one.effective_to else "",
            )


def _people(people: "Iterable[User]", region_code: str) -> Iterator[CityPerson]:
    for one in sorted(people, key=lambda one: one.username):
        body = one.organisation
        yield CityPerson(one.username, one.name, body.code if body else "", _region(body.region_id, region_code) if body else "")


def _roles(people: "Iterable[User]", region_code: str) -> Iterator[CityRole]:
    for person in sorted(people, key=lambda one: one.username):
        for one in sorted(person.grants.all(), key=lambda one: (one.region_code, one.role)):
            yield CityRole(person.username, one.role, _region(one.region_code, region_code))


def _views(prefix: str, region_code: str) -> Iterator[CityView]:
    for one in shared_list_views(prefix):
        body = one.organisation
        if body is not None:
            yield CityView(body.code, one.path, one.name, _region(body.region_id, region_code), one.query)


def _policy(actor: "User", prefix: str, now: "datetime") -> Iterator[CityPolicy]:
    """Versions of the area; those that hold everywhere for whoever may read policy there."""
    wide = may(actor, "organisations.manage", EVERYWHERE)
    for one in own_versions(now):
        if one.region_code.startswith(prefix) or (wide and one.region_code == EVERYWHERE):
            yield CityPolicy(
                policy=one.policy,
                text=one.text.strip(),
                key=one.key,
                region="" if one.region_code == EVERYWHERE else one.region_code,
                trade=one.trade,
                whole=one.whole,
                withdrawn=one.withdrawn,
                source=one.source,
                confidence=one.confidence,
                reason=one.reason,
            )


def _region(code: str, region_code: str) -> str:
    return "" if code == region_code else code
