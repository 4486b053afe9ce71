"""Forms of the register: a new object, a changed one, its people, its end, joining two entries."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from tocsin.base.errors import InvalidInput, NotAllowed
from tocsin.jurisdiction.face import may, may_anywhere, regions_within, visible_organisations
from tocsin.screens.acts import Act, Attempt, perform_and_tell
from tocsin.screens.forms import Line, read_form
from tocsin.screens.request import Actor, actor_of
from tocsin.supervision.objects import shown as told
from tocsin.supervision.objects.models import SupervisedObject
from tocsin.supervision.objects.policy.register import trades
from tocsin.supervision.objects.queries import matching as objects_matching
from tocsin.supervision.objects.queries import register as queries
from tocsin.supervision.objects.rules import rights
from tocsin.supervision.objects.rules.register import PARENTS, WITH_CREDIT_CODE, NewObject, NewPerson, ObjectKind
from tocsin.supervision.objects.services import matching, merging
from tocsin.supervision.objects.services import register as services
from tocsin.supervision.objects.views.register import visible_object

FIRM = "enterprise"  # kind of a body that is a firm: it supervises nobody
SAME = 0.5  # from this probability on an entry is shown before another one is made


@dataclass(frozen=True)
class Origin:
    """What a new object is a part of, and the platform's record that it is."""

    parent: UUID | None = None
    record: UUID | None = None


@never_cache
@require_http_methods(["GET", "POST"])
def new_object(request: HttpRequest) -> HttpResponse:
    """Enters an object; `?parent=` for a part, `?record=` for a firm that a platform knows."""
    if not may_anywhere(request.user, rights.MANAGE):
        raise NotAllowed(_("Your roles do not let you keep the register."))
    origin = read_form(Origin, request.GET)
    parent = queries.visible_objects(request.user).get(pk=origin.parent) if origin.parent else None
    record = objects_matching.visible_records(request.user).get(pk=origin.record) if origin.record else None
    attempt = Attempt()
    if request.method == "POST":
        with attempt:
            new = _read(request, parent)
            twins = [] if record is not None or request.POST.get("anyway") else _likely_twins(request, new)
            if twins:
                return _form(request, request.POST.dict(), "", parent=parent, kinds=_kinds_under(parent), twins=twins)
            made = services.register_object(actor=actor_of(request), new=new)
            if record is not None:
                matching.decide_same(actor=actor_of(request), record_id=record.pk, object_id=made.pk)
            return redirect("supervised_object", made.pk)
    first: dict[str, object] = {"kind": "equipment" if parent else "enterprise", "site_number": 1}
    if parent is not None:
        first |= {"trade": parent.trade, "region_code": parent.region_code}
    if record is not None:
        first |= {name: getattr(record, name) for name in ("name", "credit_code", "region_code", "address", "lon", "lat")}
    values = request.POST.dict() if request.method == "POST" else first
    return _form(request, values, attempt.reason, parent=parent, kinds=_kinds_under(parent))


def _likely_twins(request: HttpRequest, new: NewObject) -> list[tuple[SupervisedObject, float]]:
    """What the register holds and may be the same, with the probability in hundredths, before it is entered a second time."""
    if new.kind not in WITH_CREDIT_CODE or not new.name.strip():
        return []
    found = [one for one in objects_matching.twins_of_new(new).candidates[:3] if one.probability >= SAME]
    known = objects_matching.objects_by_id(one.key for one in found)
    ids = [one.pk for one in known.values()]
    visible = set(queries.visible_objects(request.user).filter(pk__in=ids).values_list("pk", flat=True))
    return [(known[one.key], round(100 * one.probability, 1)) for one in found if known[one.key].pk in visible]


@never_cache
@require_http_methods(["GET", "POST"])
def change_object(request: HttpRequest, object_id: UUID) -> HttpResponse:
    """Changes what is told about an object."""
    found = _managed(request, object_id)
    attempt = Attempt()
    if request.method == "POST":
        with attempt:
            new = _read(request, found.parent, ObjectKind(found.kind))
            services.change_object(actor=actor_of(request), object_id=found.pk, new=new)
            return redirect("supervised_object", found.pk)
    values = request.POST.dict() if request.method == "POST" else asdict(services.as_new(found))
    return _form(request, values, attempt.reason, supervised_object=found, parent=found.parent, kinds=[ObjectKind(found.kind)])


def _close(actor: Actor, object_id: UUID, *, reason: str) -> None:
    services.close_object(actor=actor, object_id=object_id, reason=reason)


def _reopen(actor: Actor, object_id: UUID, *, reason: str) -> None:
    services.reopen_object(actor=actor, object_id=object_id, reason=reason)


@dataclass(frozen=True)
class PersonForm:
    """Somebody who answers for an object."""

    role: Line
    name: Line
    post: Line
    telephone: Line
    external_id: Line
    required_certificate: Line
    username: Line


def _add_person(actor: Actor, object_id: UUID, *, form: PersonForm) -> None:
    services.add_person(actor=actor, object_id=object_id, new=NewPerson(**asdict(form)))


def _change_person(actor: Actor, object_id: UUID, *, person: UUID, form: PersonForm) -> None:
    services.change_person(actor=actor, person_id=person, new=NewPerson(**asdict(form)))


def _remove_person(actor: Actor, object_id: UUID, *, person: UUID) -> None:
    services.remove_person(actor=actor, person_id=person)


def _join(actor: Actor, object_id: UUID, *, other: UUID, reason: str) -> None:
    merging.merge_objects(actor=actor, kept_id=object_id, absorbed_id=other, reason=reason)


def _part(actor: Actor, object_id: UUID, *, merge: UUID) -> None:
    merging.undo_merge(actor=actor, merge_id=merge)


ACTS: dict[str, Act] = {
    "close": _close,
    "reopen": _reopen,
    "add-person": _add_person,
    "change-person": _change_person,
    "remove-person": _remove_person,
    "join": _join,
    "part": _part,
}


@require_POST
def act(request: HttpRequest, object_id: UUID, name: str) -> HttpResponse:
    """Closes or reopens an object, keeps its people, joins another entry with it or parts them again."""
    found = visible_object(request, object_id)
    perform_and_tell(request, ACTS, name, actor_of(request), found.pk)
    return redirect("supervised_object", found.pk)


def _form(
    request: HttpRequest,
    values: Mapping[str, object],
    problem: str,
    *,
    parent: SupervisedObject | None,
    kinds: list[ObjectKind],
    supervised_object: SupervisedObject | None = None,
    twins: Sequence[tuple[SupervisedObject, float]] = (),
) -> HttpResponse:
    bodies = visible_organisations(request.user).order_by("kind", "region_id", "code")
    context = {
        "values": {name: "" if value is None else value for name, value in values.items()},
        "problem": problem,
        "found": supervised_object,
        "parent": parent,
        "kinds": [(one.value, told.KIND_NAMES[one]) for one in kinds],
        "regions": regions_within(request.user, rights.MANAGE),
        "trades": sorted(((key, trade.name) for key, trade in trades().items()), key=lambda one: one[1]),
        "risk_classes": told.RISK_NAMES.items(),
        "organisations": bodies,
        "departments": bodies.exclude(kind__in=(FIRM, "owner")),
        "twins": twins,
    }
    return render(request, "supervision/objects/form.html", context)


@dataclass(frozen=True, kw_only=True)
class ObjectForm:
    """What the form of an object says beside its kind and its parent."""

    name: Line
    trade: Line
    region_code: Line
    credit_code: Line
    risk_class: Line
    town_code: Line
    address: Line
    shifts: Line
    site_number: int = 1
    lon: float | None
    lat: float | None
    employees: int | None
    solar_kwp: float = 0.0
    major_hazard: bool
    directly_supervised: Literal["yes", "no", ""] = ""
    competent_id: UUID | None
    organisation_id: UUID | None


def _read(request: HttpRequest, parent: SupervisedObject | None, kind: ObjectKind | None = None) -> NewObject:
    """What the form says; InvalidInput for a figure that is none."""
    given = request.POST.get("kind", "")
    if kind is None and given not in set(ObjectKind):
        raise InvalidInput(_("A kind is enterprise, site, place or equipment."))
    form = read_form(ObjectForm, request.POST)
    directly = {"yes": True, "no": False}.get(form.directly_supervised)
    return NewObject(
        **{**asdict(form), "directly_supervised": directly},
        kind=kind or ObjectKind(given),
        parent_id=parent.pk if parent else None,
    )


def _kinds_under(parent: SupervisedObject | None) -> list[ObjectKind]:
    if parent is None:
        return [one for one in ObjectKind if one is not ObjectKind.SITE]
    return [one for one in ObjectKind if ObjectKind(parent.kind) in PARENTS[one]]


def _managed(request: HttpRequest, object_id: UUID) -> SupervisedObject:
    found = visible_object(request, object_id)
    if found.merged_into_id is not None or not may(request.user, rights.MANAGE, found.region_code):
        raise NotAllowed(_("Your roles do not let you keep the register here."))
    return found
