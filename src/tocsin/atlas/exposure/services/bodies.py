"""Exposed bodies are entered, changed and closed; what was known of each stays in its history."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tocsin.atlas.exposure.models import BodyFigures, ExposedBody, RegisterState
from tocsin.atlas.exposure.policy import exposure_policy
from tocsin.atlas.exposure.queries.bodies import KEEP, visible_bodies
from tocsin.atlas.exposure.services.shapes import MOST_CORNERS, as_shape
from tocsin.base.errors import Conflict, InvalidInput
from tocsin.base.ids import new_id
from tocsin.base.storable import storable
from tocsin.bus.bulk import in_batches, insert_all, save_all
from tocsin.jurisdiction.face import all_regions, require
from tocsin.records.face import record_audit, record_audits

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User

MOST_PEOPLE, MOST_FIGURE = 10_000_000, 1_000_000_000
LENGTHS = {"code": 40, "name": 120, "address": 200, "owner": 120, "contact": 60, "telephone": 40, "source": 200}
PEOPLE = ("people_day", "people_night", "people_day_off")
FIGURES = (*PEOPLE, "figures", "figures_on", "source")
CARD = ("kind", "name", "address", "owner", "contact", "telephone", "lon", "lat", "shape", "within_id")


@dataclass(frozen=True, kw_only=True)
class BodyFacts:
    """What is known of a body. Without `code` one is given; without a place the middle of its shape is it. `within`: the code of
    the body in whose people these are counted already.
    """

    kind: str
    name: str
    code: str = ""
    lon: float | None = None
    lat: float | None = None
    shape: Mapping[str, Any] | None = None
    figures: Mapping[str, float] = field(default_factory=dict)
    people_day: int | None = None
    people_night: int | None = None
    people_day_off: int | None = None
    within: str = ""
    address: str = ""
    owner: str = ""
    contact: str = ""
    telephone: str = ""
    source: str = ""
    figures_on: date | None = None


def problems_of(facts: BodyFacts, today: date) -> list[tuple[str, str]]:
    """Everything that is wrong with what is told of a body: field, and how to mend it."""
    found: list[tuple[str, str]] = []
    kinds = exposure_policy().by_code
    kind = kinds.get(facts.kind)
    if kind is None:
        found.append(("kind", _("This is none of %(codes)s.") % {"codes": ", ".join(kinds)}))
    if not facts.name.strip():
        found.append(("name", _("This cell must not be empty.")))
    for name, most in LENGTHS.items():
        if len(getattr(facts, name).strip()) > most:
            found.append((name, _("This has more than %(most)s characters.") % {"most": most}))
    for name in PEOPLE:
        value = getattr(facts, name)
        if value is not None and not 0 <= value <= MOST_PEOPLE:
            found.append((name, _("People lie between 0 and %(most)s.") % {"most": f"{MOST_PEOPLE:,}"}))
    known = {one.code for one in kind.attributes} if kind else set()
    for name, figure in facts.figures.items():
        if kind and name not in known:
            text = _("%(kind)s has no such figure; it has %(names)s.")
            found.append((name, text % {"kind": kind.words, "names": ", ".join(sorted(known)) or "–"}))
        elif not 0 <= figure <= MOST_FIGURE:
            found.append((name, _("A figure lies between 0 and %(most)s.") % {"most": f"{MOST_FIGURE:,}"}))
    if facts.figures_on is not None and not date(1949, 1, 1) <= facts.figures_on <= today:
        found.append(("figures_on", _("The figures can't be of that day.")))
    return found + _wrong_place(facts)


def _wrong_place(facts: BodyFacts) -> list[tuple[str, str]]:
    if facts.shape is not None and as_shape(facts.shape) is None:
        text = _("This is no GeoJSON geometry in degrees with at most %(most)s corners whose lines do not cross.")
        return [("shape", text % {"most": MOST_CORNERS})]
    if (facts.lon is None) != (facts.lat is None):
        return [("lon", _("A place has a longitude and a latitude, or neither."))]
    if facts.lon is None and facts.shape is None:
        return [("lon", _("Where it lies is missing: longitude and latitude, or a shape."))]
    if facts.lon is not None and facts.lat is not None and not (-180 <= facts.lon <= 180 and -89.9 <= facts.lat <= 89.9):
        return [("lon", _("The place does not lie on the earth."))]
    return []


def register_body(*, actor: "User", region_code: str, facts: BodyFacts, now: datetime) -> ExposedBody:
    """Enters a body of a region; InvalidInput names what can't be so, Conflict a code that is taken."""
    require(actor, KEEP, region_code)
    check_region(region_code)
    _check(facts, now)
    try:
        with transaction.atomic():
            made = ExposedBody(
                region_code=region_code, **columns_of(facts, _whole(region_code, facts, None), now), changed_by=actor
            )
            write_new([made])
            record_audit(actor, "exposed_body.registered", "exposed_body", made.pk, region_code, _told(made))
    except IntegrityError:
        raise Conflict(_("The region has a body with the code %(code)s already.") % {"code": facts.code}) from None
    return made


@transaction.atomic
def change_body(*, actor: "User", body_id: UUID, facts: BodyFacts, now: datetime) -> ExposedBody:
    """Changes what is known of a body; its code stays. New figures are added to its history."""
    found = _locked(actor, body_id)
    _check(facts, now)
    columns = columns_of(facts, _whole(found.region_code, facts, found), now)
    changed = changes_of(found, columns)
    if facts.figures_on is None and not set(changed) & set(FIGURES) - {"figures_on"}:
        changed.pop("figures_on", None)
    if not changed:
        return found
    told = {name: [_plain(getattr(found, name)), _plain(value)] for name, value in changed.items()}
    write_changes([(found, {**changed, "changed_at": now, "changed_by_id": actor.pk})])
    record_audit(actor, "exposed_body.changed", "exposed_body", found.pk, found.region_code, told)
    return found


@transaction.atomic
def close_body(*, actor: "User", body_id: UUID, active: bool, now: datetime) -> ExposedBody:
    """A body is there no longer, and counts nowhere; or it is there again."""
    found = _locked(actor, body_id)
    found.active, found.changed_at, found.changed_by = active, now, actor
    found.save(update_fields=["active", "changed_at", "changed_by"])
    mark_changed()
    act = "exposed_body.opened" if active else "exposed_body.closed"
    record_audit(actor, act, "exposed_body", found.pk, found.region_code, _told(found))
    return found


def register_many(*, actor: "User", region_code: str, facts: Sequence[BodyFacts], now: datetime) -> int:
    """Enters many bodies, some at a time; every one is checked first, and the first that is wrong is named with its number."""
    require(actor, KEEP, region_code)
    check_region(region_code)
    today = timezone.localdate(now)
    for number, one in enumerate(facts, 1):
        if problems := problems_of(one, today):
            raise InvalidInput(f"{number}: {problems[0][0]}: {problems[0][1]}")

    def write(some: Sequence[BodyFacts]) -> None:
        made = [ExposedBody(region_code=region_code, **columns_of(one, None, now), changed_by=actor) for one in some]
        write_new(made)
        told = [(one.pk, region_code, _told(one)) for one in made]
        record_audits(actor, "exposed_body.registered", "exposed_body", told)

    try:
        return in_batches(facts, write)
    except IntegrityError:
        raise Conflict(_("Some of these codes are taken in this region.")) from None


def write_new(made: Sequence[ExposedBody]) -> None:
    """New bodies with the first line of their history. Call it inside a transaction."""
    insert_all(made)
    insert_all([_line(one) for one in made])
    mark_changed()


def write_changes(changed: Sequence[tuple[ExposedBody, Mapping[str, Any]]]) -> None:
    """New values of bodies by column, with a line of history where figures are among them. Call it inside a transaction."""
    lines = []
    for one, values in changed:
        for name, value in values.items():
            setattr(one, name, value)
        if set(values) & set(FIGURES):
            lines.append(_line(one))
    names = [name.removesuffix("_id") for name in (*CARD, *FIGURES)]
    save_all([one for one, _values in changed], *names, "changed_at", "changed_by")
    insert_all(lines)
    mark_changed()


def changes_of(one: ExposedBody, columns: Mapping[str, Any]) -> dict[str, Any]:
    """What would be other than it is."""
    return {name: value for name, value in columns.items() if name in (*CARD, *FIGURES) and getattr(one, name) != value}


def mark_changed() -> None:
    """Tells every process that its copy of the register is old. Call it inside the transaction of the change."""
    RegisterState.objects.update_or_create(pk=1, defaults={"mark": new_id()})


def check_region(region_code: str) -> None:
    """InvalidInput for a code that is no region."""
    if not all_regions().filter(code=region_code).exists():
        raise InvalidInput(_("There is no region %(code)s.") % {"code": region_code})


def columns_of(facts: BodyFacts, whole: ExposedBody | None, now: datetime) -> dict[str, Any]:
    """The body's columns; `whole`: the one that it is a part of."""
    identity = new_id()
    texts = {name: storable(getattr(facts, name).strip()) for name in LENGTHS}
    lon, lat = facts.lon, facts.lat
    shape = as_shape(facts.shape) if facts.shape is not None else None
    if (lon is None or lat is None) and shape is not None:
        is_line = shape.geom_type == "LineString"
        middle = shape.interpolate(0.5, normalized=True) if is_line else shape.representative_point()
        lon, lat = middle.x, middle.y
    return {
        **texts,
        "id": identity,
        "code": texts["code"] or f"B{identity.hex[-12:].upper()}",
        "kind": facts.kind,
        "lon": lon,
        "lat": lat,
        "shape": None if shape is None or shape.geom_type == "Point" else dict(facts.shape or {}),
        "figures": {name: float(value) for name, value in sorted(facts.figures.items())},
        **{name: getattr(facts, name) for name in PEOPLE},
        "within_id": whole.pk if whole else None,
        "figures_on": facts.figures_on or timezone.localdate(now),
        "changed_at": now,
    }


def _whole(region_code: str, facts: BodyFacts, itself: ExposedBody | None) -> ExposedBody | None:
    code = facts.within.strip()
    if not code:
        return None
    found = ExposedBody.objects.filter(region_code=region_code, code=code).first()
    if found is None or (itself is not None and found.pk == itself.pk) or found.within_id is not None:
        raise InvalidInput(_("%(code)s is no other body of this region that stands by itself.") % {"code": code[:40]})
    if itself is not None and itself.parts.exists():
        raise InvalidInput(_("Other bodies are parts of this one: it can't be a part itself."))
    return found


def _line(one: ExposedBody) -> BodyFigures:
    values = {name: getattr(one, name) for name in FIGURES}
    return BodyFigures(body_id=one.pk, at=one.changed_at, by_id=one.changed_by_id, **values)


def _locked(actor: "User", body_id: UUID) -> ExposedBody:
    """The body, which nobody else changes; DoesNotExist for one that the actor does not see."""
    reachable = visible_bodies(actor, closed=True).filter(pk=body_id).values("pk")
    found = ExposedBody.objects.select_for_update().get(pk__in=reachable)
    require(actor, KEEP, found.region_code)
    return found


def _check(facts: BodyFacts, now: datetime) -> None:
    if problems := problems_of(facts, timezone.localdate(now)):
        raise InvalidInput("; ".join(f"{name}: {text}" for name, text in problems))


def _told(one: ExposedBody) -> dict[str, object]:
    return {"code": one.code, "kind": one.kind, "name": one.name}


def _plain(value: object) -> object:
    return value if value is None or isinstance(value, bool | int | float | str | dict | list) else str(value)
