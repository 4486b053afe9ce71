"""Forms of the register: a new object, a changed one, its people, its end, joining two entries."""

from dataclasses import asdict, fields
from typing import TYPE_CHECKING, Any, cast
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from tocsin.base.errors import InvalidInput, NotAllowed, Refusal
from tocsin.jurisdiction.face import may, may_anywhere, regions_within, visible_organisations
from tocsin.supervision.objects import shown as told
from tocsin.supervision.objects.models import SupervisedObject
from tocsin.supervision.objects.policy.register import trades
from tocsin.supervision.objects.queries import matching as objects_matching
from tocsin.supervision.objects.queries import register as queries
from tocsin.supervision.objects.rules import rights
from tocsin.supervision.objects.rules.register import PARENTS, NewObject, NewPerson, ObjectKind
from tocsin.supervision.objects.services import matching, merging
from tocsin.supervision.objects.services import register as services
from tocsin.supervision.objects.views.register import visible_object

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User

_TEXTS = ("name", "trade", "region_code", "credit_code", "risk_class", "town_code", "address", "shifts")
_FLAGS = {"yes": True, "no": False}


@never_cache
@require_http_methods(["GET", "POST"])
def new_object(request: HttpRequest) -> HttpResponse:
    """Enters an object; `?parent=` for a part, `?record=` for a firm that a platform knows."""
    if not may_anywhere(request.user, rights.MANAGE):
        raise NotAllowed(_("Your roles do not let you keep the register."))
    parent = _optional(request, "parent", queries.visible_objects(request.user))
    record = _optional(request, "record", objects_matching.visible_records(request.user))
    problem = ""
    if request.method == "POST":
        try:
            made = services.register_object(actor=_actor(request), new=_read(request, parent))
            if record is not None:
                matching.decide_same(actor=_actor(request), record_id=record.pk, object_id=made.pk)
            return redirect("supervised_object", made.pk)
        except Refusal as refusal:
            problem = str(refusal)
    first: dict[str, Any] = {"kind": "equipment" if parent else "enterprise", "site_number": 1}
    if parent is not None:
        first |= {"trade": parent.trade, "region_code": parent.region_code}
    if record is not None:
        first |= {name: getattr(record, name) for name in ("name", "credit_code", "region_code", "address", "lon", "lat")}
    values = request.POST.dict() if request.method == "POST" else first
    return _form(request, values, problem, parent=parent, kinds=_kinds_under(parent))


@never_cache
@require_http_methods(["GET", "POST"])
def change_object(request: HttpRequest, object_id: UUID) -> HttpResponse:
    """Changes what is told about an object."""
    found = _managed(request, object_id)
    problem = ""
    if request.method == "POST":
        try:
            services.change_object(
                actor=_actor(request), object_id=found.pk, new=_read(request, found.parent, ObjectKind(found.kind))
            )
            return redirect("supervised_object", found.pk)
        except Refusal as refusal:
            problem = str(refusal)
    values = request.POST.dict() if request.method == "POST" else asdict(services.as_new(found))
    return _form(request, values, problem, found=found, parent=found.parent, kinds=[ObjectKind(found.kind)])


@require_POST
def act(request: HttpRequest, object_id: UUID, name: str) -> HttpResponse:
    """Closes or reopens an object, keeps its people, joins another entry with it or parts them again."""
    found = visible_object(request, object_id)
    form = request.POST
    try:
        match name:
            case "close":
                services.close_object(actor=_actor(request), object_id=found.pk, reason=form.get("reason", ""))
            case "reopen":
                services.reopen_object(actor=_actor(request), object_id=found.pk, reason=form.get("reason", ""))
            case "add-person":
                services.add_person(actor=_actor(request), object_id=found.pk, new=_person(request))
            case "change-person":
                services.change_person(actor=_actor(request), person_id=_uuid(form.get("person", "")), new=_person(request))
            case "remove-person":
                services.remove_person(actor=_actor(request), person_id=_uuid(form.get("person", "")))
            case "join":
                other = _uuid(form.get("other", ""))
                merging.merge_objects(actor=_actor(request), kept_id=found.pk, absorbed_id=other, reason=form.get("reason", ""))
            case "part":
                merging.undo_merge(actor=_actor(request), merge_id=_uuid(form.get("merge", "")))
            case _:
                raise Http404
    except Refusal as refusal:
        messages.error(request, str(refusal))
    except ObjectDoesNotExist:
        messages.error(request, _("There is no such object, or your rights do not reach it."))
    return redirect("supervised_object", found.pk)


def _form(
    request: HttpRequest,
    values: dict[str, Any],
    problem: str,
    *,
    parent: SupervisedObject | None,
    kinds: list[ObjectKind],
    found: SupervisedObject | None = None,
) -> HttpResponse:
    context = {
        "values": {name: "" if value is None else value for name, value in values.items()},
        "problem": problem,
        "found": found,
        "parent": parent,
        "kinds": [(one.value, told.KIND_NAMES[one]) for one in kinds],
        "regions": regions_within(request.user, rights.MANAGE),
        "trades": sorted(((key, trade.name) for key, trade in trades().items()), key=lambda one: one[1]),
        "risk_classes": told.RISK_NAMES.items(),
        "organisations": visible_organisations(request.user).order_by("kind", "region__code", "code"),
    }
    return render(request, "supervision/objects/form.html", context)


def _read(request: HttpRequest, parent: SupervisedObject | None, kind: ObjectKind | None = None) -> NewObject:
    """What the form says; InvalidInput for a figure that is none."""
    form = request.POST
    given = form.get("kind", "")
    if kind is None and given not in set(ObjectKind):
        raise InvalidInput(_("A kind is enterprise, site, place or equipment."))
    return NewObject(
        kind=kind or ObjectKind(given),
        **{name: form.get(name, "").strip() for name in _TEXTS},
        parent_id=parent.pk if parent else None,
        site_number=int(_number(form.get("site_number", "")) or 1),
        lon=_number(form.get("lon", "")),
        lat=_number(form.get("lat", "")),
        employees=None if (count := _number(form.get("employees", ""))) is None else int(count),
        solar_kwp=_number(form.get("solar_kwp", "")) or 0.0,
        major_hazard=form.get("major_hazard") == "yes",
        directly_supervised=_FLAGS.get(form.get("directly_supervised", "")),
        competent_id=_uuid(form["competent_id"]) if form.get("competent_id") else None,
        organisation_id=_uuid(form["organisation_id"]) if form.get("organisation_id") else None,
    )


def _number(text: str) -> float | None:
    if not text.strip():
        return None
    try:
        found = float(text)
    except ValueError:
        raise InvalidInput(_("“%(given)s” is no number.") % {"given": text[:60]}) from None
    if not -1e9 < found < 1e9:
        raise InvalidInput(_("“%(given)s” is no number.") % {"given": text[:60]})
    return found


def _person(request: HttpRequest) -> NewPerson:
    return NewPerson(**{one.name: request.POST.get(one.name, "").strip() for one in fields(NewPerson)})


def _kinds_under(parent: SupervisedObject | None) -> list[ObjectKind]:
    if parent is None:
        return [one for one in ObjectKind if one is not ObjectKind.SITE]
    return [one for one in ObjectKind if ObjectKind(parent.kind) in PARENTS[one]]


def _managed(request: HttpRequest, object_id: UUID) -> SupervisedObject:
    found = visible_object(request, object_id)
    if found.merged_into_id is not None or not may(request.user, rights.MANAGE, found.region_code):
        raise NotAllowed(_("Your roles do not let you keep the register here."))
    return found


def _optional(request: HttpRequest, name: str, rows: Any) -> Any:
    """The row that the address names; 404 for one out of reach."""
    text = request.GET.get(name, "")
    if not text:
        return None
    found = rows.filter(pk=_uuid(text)).first()
    if found is None:
        raise Http404(_("There is no such object, or your rights do not reach it."))
    return found


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise InvalidInput(_("The form can't be read.")) from None


def _actor(request: HttpRequest) -> "User":
    return cast("User", request.user)
