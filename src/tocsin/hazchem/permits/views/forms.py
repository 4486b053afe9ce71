"""The form of a permit."""

import re
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tocsin.hazchem.installations.queries.units import visible_units
from tocsin.hazchem.permits.models import WorkPermit
from tocsin.hazchem.permits.policy.permits import permit_policy
from tocsin.hazchem.permits.queries.permits import people_of, visible_permits
from tocsin.hazchem.permits.rules.kinds import OVER, BlindAction, Emission, PermitKind
from tocsin.hazchem.permits.rules.sheets import PermitSheet
from tocsin.hazchem.permits.services import permits as services
from tocsin.hazchem.permits.shown import names
from tocsin.screens.acts import Attempt
from tocsin.screens.clock import current_time
from tocsin.screens.forms import Line, read_form
from tocsin.screens.request import actor_of
from tocsin.supervision.face import SupervisedObject, visible_objects


@dataclass(frozen=True, kw_only=True)
class PermitForm:
    """A permit, as its form has it. Tags stand in one line with spaces or commas between."""

    kind: PermitKind
    work: Line
    place: Line
    hazards: str
    begins_at: datetime
    ends_at: datetime
    plant_unit: UUID | None
    serves: UUID | None
    lon: float | None
    lat: float | None
    explosive_area: bool = False
    live: bool = False
    bund: bool = False
    pipe_rack: bool = False
    open_air: bool = False
    necessary: bool = False
    fall_factor: bool = False
    enriched: bool = False
    wind: int | None
    height_m: float | None
    load_t: float | None
    lel_percent: float | None
    toxics: list[str]
    emits: list[Emission]
    isolations: Line
    blinds: Line
    disturbs: Line = ""
    blind: Line
    blind_action: BlindAction | None
    analyst: UUID | None
    watcher: UUID | None
    approver: UUID | None


_RENAMED = {
    "plant_unit": "unit_id",
    "serves": "serves_id",
    "analyst": "analyst_id",
    "watcher": "watcher_id",
    "approver": "approver_id",
}
_TAGS = ("isolations", "blinds", "disturbs")
_FLAGS = ("explosive_area", "live", "bund", "pipe_rack", "open_air", "necessary", "fall_factor", "enriched")


@require_http_methods(["GET", "POST"])
def enter_permit(request: HttpRequest, object_id: UUID) -> HttpResponse:
    """The form of a new permit of a firm, and what it sends."""
    firm = visible_objects(request.user).get(pk=object_id)
    if request.method == "GET":
        return _form(request, firm, None)
    with Attempt() as attempt:
        made = services.apply_for_permit(actor=actor_of(request), object_id=firm.pk, sheet=_sheet(request), now=current_time())
        return redirect("work_permit", made.pk)
    return _form(request, firm, None, attempt.reason, attempt.status)


@require_http_methods(["GET", "POST"])
def change_permit(request: HttpRequest, work_permit_id: UUID) -> HttpResponse:
    """The same of a permit that was not approved yet."""
    permit = visible_permits(request.user).get(pk=work_permit_id)
    if request.method == "GET":
        return _form(request, permit.object, permit)
    with Attempt() as attempt:
        services.change_permit(actor=actor_of(request), permit_id=permit.pk, sheet=_sheet(request), now=current_time())
        messages.success(request, _("The permit is changed and graded anew; it is signed from the beginning."))
        return redirect("work_permit", permit.pk)
    return _form(request, permit.object, permit, attempt.reason, attempt.status)


def _sheet(request: HttpRequest) -> PermitSheet:
    values = {_RENAMED.get(name, name): value for name, value in vars(read_form(PermitForm, request.POST)).items()}
    tags = {name: _tags(values[name]) for name in _TAGS}
    lists = {name: tuple(values[name]) for name in ("toxics", "emits")}
    return PermitSheet(**{**values, **tags, **lists})


def _tags(text: str) -> tuple[str, ...]:
    return tuple(one for one in re.split(r"[\s,，、;；]+", text) if one)


def _form(
    request: HttpRequest, firm: SupervisedObject, permit: WorkPermit | None, error: str = "", status: int = 200
) -> HttpResponse:
    people = [(str(one.pk), str(one)) for one in people_of(firm)]
    served = WorkPermit.objects.filter(object=firm).exclude(state__in=OVER)
    posted, sent = request.method == "POST", request.POST
    values = sent if posted else vars(permit) if permit else {}
    chosen = {name: sent.getlist(name) if posted else values.get(name, []) for name in ("toxics", "emits")}
    words = dict(zip(_FLAGS, (str(one) for one in names.FLAG_NAMES.values()), strict=True))
    context = {
        "firm": firm,
        "permit": permit,
        "values": values,
        "named": {short: str(values.get(short if posted else long) or "") for short, long in _RENAMED.items()},
        "tags": {name: values.get(name, "") if posted else " ".join(values.get(name, [])) for name in _TAGS},
        "kinds": names.KIND_NAMES.items(),
        "flags": [(name, words[name], bool(values.get(name))) for name in _FLAGS],
        "toxics": [(one.code, names.in_words(one), one.code in chosen["toxics"]) for one in permit_policy().toxic],
        "emissions": [(code, name, code in chosen["emits"]) for code, name in names.EMISSION_NAMES.items()],
        "blind_actions": names.BLIND_NAMES.items(),
        "people": people,
        "units": [(str(one.pk), one.name) for one in visible_units(request.user).filter(object=firm)[:200]],
        "served": [(str(one.pk), f"{one.number} {one.work}") for one in served[:100]],
        "error": error,
    }
    return render(request, "hazchem/permits/permit_form.html", context, status=status)
