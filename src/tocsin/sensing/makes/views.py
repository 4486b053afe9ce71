"""Pages of models of devices: the list, one with the devices that differ from it, and the form."""

from dataclasses import dataclass
from itertools import islice, zip_longest
from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tocsin.base.errors import InvalidInput
from tocsin.base.quantities import QUANTITIES
from tocsin.jurisdiction.face import may, may_anywhere, needs, regions_within
from tocsin.screens.acts import Attempt, act
from tocsin.screens.clock import current_time
from tocsin.screens.forms import Line, read_form, read_rows
from tocsin.screens.lists.empty import EmptyState
from tocsin.screens.lists.page import list_page
from tocsin.screens.request import actor_of
from tocsin.screens.tables import as_csv, wants_csv
from tocsin.sensing.devices.models import POWER_NAMES, PROTOCOL_NAMES, DeviceModel
from tocsin.sensing.devices.queries.models import search_models, sheet_of, visible_models
from tocsin.sensing.devices.queries.registry import visible_devices
from tocsin.sensing.devices.rules import MOST_CHANNELS, ModelChannel, ModelSheet, PowerSource, SpokenProtocol
from tocsin.sensing.makes.queries import MANAGE, differing_devices
from tocsin.sensing.makes.rules.tables import HEADINGS
from tocsin.sensing.makes.services import fitting
from tocsin.sensing.makes.services import models as services
from tocsin.sensing.makes.shown import channel_rows, describe_differing, rows_of_file

SHOWN: Final = 100
BLANK: Final = 2  # further channels that a form has room for
EMPTY = EmptyState(
    gettext_lazy("A model says which quantities its devices send."),
    link=gettext_lazy("Enter a model"),
    to="enter_device_model",
    may="may_enter",
)


@dataclass(frozen=True, kw_only=True)
class ModelForm:
    """A model, as its form has it."""

    maker: Line
    model: Line
    protocol: SpokenProtocol
    power: PowerSource
    battery_low_pct: float | None


@dataclass(frozen=True, kw_only=True)
class ChannelForm:
    """One channel of a model, as its form has it."""

    channel: Line
    quantity: Line
    unit: Line
    range_low: float | None
    range_high: float | None
    resolution: float | None
    accuracy: float | None
    interval_s: float | None
    silence_s: float | None
    calibration_months: int | None
    profile: Line
    alarm_low: float | None
    alarm_high: float | None


@dataclass(frozen=True)
class Region:
    """Where what is entered is known."""

    region_code: Line = ""


@require_GET
@needs("sensors.see")
def device_models(request: HttpRequest) -> HttpResponse:
    """The list; `?format=csv` is the table from which models are entered."""
    search = request.GET.get("search", "")[:100]
    found = search_models(request.user, search=search)
    if wants_csv(request):
        return as_csv("device-models", [words[0] for words in HEADINGS.values()], rows_of_file(found.iterator(chunk_size=200)))
    context = {
        "search": search,
        "may_enter": may_anywhere(request.user, MANAGE),
        "regions": regions_within(request.user, MANAGE),
        "headings": [(name, " / ".join(words)) for name, words in HEADINGS.items()],
    }
    return list_page(request, found, "sensing/makes/device_models.html", empty=EMPTY, part="", context=context)


@require_GET
@needs("sensors.see")
def device_model(request: HttpRequest, device_model_id: UUID) -> HttpResponse:
    """One model with its channels, and devices that differ from it."""
    found = visible_models(request.user).get(pk=device_model_id)
    devices = visible_devices(request.user).filter(model=found).order_by("code")
    differing = list(islice(differing_devices(found, devices), SHOWN + 1))
    context = {
        "model": found,
        "channels": channel_rows(found),
        "devices": devices.count(),
        "differing": [describe_differing(one) for one in differing[:SHOWN]],
        "more": len(differing) > SHOWN,
        "mendable": any(one.is_mendable for one in differing),
        "may_manage": may(request.user, MANAGE, found.region_code),
        "may_mend": may_anywhere(request.user, MANAGE),
    }
    return render(request, "sensing/makes/device_model.html", context)


@require_http_methods(["GET", "POST"])
@needs(MANAGE)
def enter_device_model(request: HttpRequest) -> HttpResponse:
    """The form of a new model, and what it sends."""
    if request.method == "GET":
        return _form(request, None, [])
    with Attempt() as attempt:
        made = services.enter_model(
            actor=actor_of(request),
            region_code=read_form(Region, request.POST).region_code,
            sheet=_read_sheet(request),
            now=current_time(),
        )
        return redirect("device_model", made.pk)
    return _form(request, None, _typed(request), attempt.reason, attempt.status)


@require_http_methods(["GET", "POST"])
@needs(MANAGE)
def change_device_model(request: HttpRequest, device_model_id: UUID) -> HttpResponse:
    """The same of a model that is known: its next version."""
    found = visible_models(request.user).get(pk=device_model_id)
    if request.method == "GET":
        return _form(request, found, [vars(one) for one in sheet_of(found).channels])
    with Attempt() as attempt:
        changed = services.change_model(
            actor=actor_of(request), model_id=found.pk, sheet=_read_sheet(request), now=current_time()
        )
        if changed.version == found.version:
            messages.info(request, _("This says nothing new: the version stays."))
        else:
            messages.success(request, _("Version %(version)s is kept.") % {"version": changed.version})
        return redirect("device_model", found.pk)
    return _form(request, found, _typed(request), attempt.reason, attempt.status)


@act("device_models", alone=True)
def withdraw_device_model(request: HttpRequest, device_model_id: UUID) -> str:
    """An entry that nobody uses goes."""
    visible_models(request.user).get(pk=device_model_id)
    services.withdraw_model(actor=actor_of(request), model_id=device_model_id)
    return _("The model is withdrawn.")


@require_POST
@needs(MANAGE)
def import_device_models(request: HttpRequest) -> HttpResponse:
    """Models from a table, all or none; what is wrong is told on the page that follows."""
    with Attempt(request):
        file = request.FILES.get("file")
        if file is None:
            raise InvalidInput(_("Choose a file."))
        done = services.import_models(
            actor=actor_of(request),
            region_code=read_form(Region, request.POST).region_code,
            content=file.read(),
            now=current_time(),
        )
        told = _("New: %(new)s, changed: %(changed)s, as they are: %(same)s.")
        words = [told % {"new": done.new, "changed": done.changed, "same": done.same}]
        if done.unread:
            words.append(_("Not read: %(headings)s.") % {"headings": ", ".join(done.unread[:20])})
        messages.success(request, " ".join(words))
    return redirect("device_models")


@act("device_model")
def bring_in_line(request: HttpRequest, device_model_id: UUID) -> str:
    """Devices of the model that the person manages get its settings and missing channels."""
    visible_models(request.user).get(pk=device_model_id)
    return _told(fitting.bring_in_line(actor=actor_of(request), model_id=device_model_id))


@act("device")
def set_model(request: HttpRequest, device_id: UUID, *, model: UUID | None) -> str:
    """Says of which model a device is."""
    visible_devices(request.user).get(pk=device_id)
    fitting.set_model(actor=actor_of(request), device_id=device_id, model_id=model)
    return _("The model is set. What differs from it is shown on this page.")


@act("device")
def bring_device_in_line(request: HttpRequest, device_id: UUID) -> str:
    """The device gets the settings and missing channels of its model."""
    visible_devices(request.user).get(pk=device_id)
    return _told(fitting.bring_device_in_line(actor=actor_of(request), device_id=device_id))


def _told(done: fitting.BroughtInLine) -> str:
    words = ngettext("%(count)s device was brought in line", "%(count)s devices were brought in line", done.devices)
    told = [
        words % {"count": done.devices}
        + _(": %(settings)s settings changed, %(channels)s channels registered.")
        % {"settings": done.settings, "channels": done.channels}
    ]
    if done.without_place:
        told.append(
            _("Register a first sensor of %(codes)s: nobody knows where they are.") % {"codes": ", ".join(done.without_place[:5])}
        )
    if done.left:
        told.append(_("More devices differ: press again."))
    return " ".join(told)


def _read_sheet(request: HttpRequest) -> ModelSheet:
    form = read_form(ModelForm, request.POST)
    rows = read_rows(ChannelForm, request.POST, MOST_CHANNELS + BLANK)
    channels = tuple(ModelChannel(**{**vars(one), "interval_s": one.interval_s or 60.0}) for one in rows if one.channel)
    return ModelSheet(**vars(form), channels=channels)


def _typed(request: HttpRequest) -> list[dict[str, Any]]:
    """The rows of channels as they were typed."""
    sent = dict(request.POST.lists())
    names = tuple(ChannelForm.__dataclass_fields__)
    rows = zip_longest(*(sent.get(name, [])[:MOST_CHANNELS] for name in names), fillvalue="")
    return [row for row in (dict(zip(names, one, strict=True)) for one in rows) if row["channel"]]


def _form(
    request: HttpRequest, found: DeviceModel | None, channels: list[dict[str, Any]], error: str = "", status: int = 200
) -> HttpResponse:
    context = {
        "model": found,
        "values": request.POST or (vars(found) if found else {}),
        "channels": [*channels, *({} for _blank in range(BLANK))],
        "protocols": [(one.value, name) for one, name in PROTOCOL_NAMES.items()],
        "powers": [(one.value, name) for one, name in POWER_NAMES.items()],
        "quantities": sorted(QUANTITIES),
        "regions": regions_within(request.user, MANAGE),
        "error": error,
    }
    return render(request, "sensing/makes/model_form.html", context, status=status)
