"""Devices from a table: the file is given, its rows are looked at, then all are registered and their secrets handed out once."""

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tocsin.base.errors import InvalidInput
from tocsin.jurisdiction.face import needs, regions_within
from tocsin.screens.acts import Attempt
from tocsin.screens.clock import current_time
from tocsin.screens.forms import Line, read_form
from tocsin.screens.lists import list_page
from tocsin.screens.request import actor_of
from tocsin.screens.tables import as_csv, wants_csv
from tocsin.sensing.devices.queries.sending import ways_of
from tocsin.sensing.onboarding.models import DeviceTable
from tocsin.sensing.onboarding.queries import MANAGE, visible_tables
from tocsin.sensing.onboarding.rules.tables import HEADINGS, NEEDED, NEEDED_OF_SENSOR, RowVerdict, TableState
from tocsin.sensing.onboarding.services import tables as services
from tocsin.sensing.onboarding.services.rows import judged_rows
from tocsin.sensing.onboarding.shown.tables import VERDICT_NAMES, describe_row, describe_table, file_of_secrets

if TYPE_CHECKING:
    from tocsin.sensing.onboarding.services.tables import Handed

EXAMPLE = {
    "设备编号": "WELL-7",
    "设备名称": "石牛山路 7 号井",
    "区划代码": "370213",
    "通道": "methane",
    "监测量": "甲烷",
    "上报单位": "pct_lel",
    "经度": "120.4321",
    "纬度": "36.1654",
    "上报间隔": "60",
}


@dataclass(frozen=True)
class Region:
    """Where devices are whose row names no region."""

    region_code: Line = ""


@never_cache
@require_http_methods(["GET", "POST"])
@needs(MANAGE)
def tables(request: HttpRequest) -> HttpResponse:
    """Takes a file in, and lists those that were; `?format=csv` is an empty table to be filled."""
    if request.method == "POST" and (made := _preview(request)) is not None:
        return redirect("device_table", made.pk)
    if wants_csv(request):
        return as_csv("devices-template", [words[0] for words in HEADINGS.values()], [EXAMPLE])
    needed = (*NEEDED, *NEEDED_OF_SENSOR)
    context = {
        "tables": [describe_table(one) for one in visible_tables(request.user)[:50]],
        "regions": regions_within(request.user, MANAGE),
        "region_help": _("Of rows that name none."),
        "headings": [(name, " / ".join(words), name in needed) for name, words in HEADINGS.items()],
    }
    return render(request, "sensing/onboarding/tables.html", context)


@never_cache
@require_GET
@needs(MANAGE)
def table(request: HttpRequest, device_table_id: UUID) -> HttpResponse:
    """One file, row by row, what is wrong first; `?format=csv` gives the wrong rows to be mended."""
    return _table(request, visible_tables(request.user).get(pk=device_table_id))


@never_cache
@require_POST
@needs(MANAGE)
def act_on_table(request: HttpRequest, device_table_id: UUID, name: str) -> HttpResponse:
    """`take` and `renew` answer the page with the secrets, this once; `drop` leads back to the list."""
    made = visible_tables(request.user).get(pk=device_table_id)
    with Attempt() as attempt:
        match name:
            case "take":
                handed = services.take_devices(actor=actor_of(request), table_id=made.pk, now=current_time())
                return _handed(request, handed)
            case "renew":
                return _handed(request, services.renew_secrets(actor=actor_of(request), table_id=made.pk))
            case "drop":
                services.drop_table(actor=actor_of(request), table_id=made.pk, now=current_time())
                return redirect("device_tables")
            case _:
                raise Http404
    return _table(request, made, error=attempt.reason, status=attempt.status)


def _table(request: HttpRequest, made: DeviceTable, error: str = "", status: int = 200) -> HttpResponse:
    rows = judged_rows(actor_of(request), made) if made.state is TableState.WAITING else []
    shown = [describe_row(one.line, one.verdict, one.cells, one.problems) for one in rows]
    if wants_csv(request):
        heading = _("What is wrong")
        lines = (
            {
                **{words[0]: one.cells.get(name, "").removeprefix("'") for name, words in HEADINGS.items()},
                heading: "; ".join(f"{each.column}: {each.text}" for each in one.problems),
            }
            for one in shown
            if one.verdict is RowVerdict.WRONG
        )
        return as_csv("wrong-rows", [*(words[0] for words in HEADINGS.values()), heading], lines)
    order = list(RowVerdict)
    shown.sort(key=lambda one: (order.index(one.verdict), one.line))
    verdicts = [one.verdict for one in shown]
    context = {
        "one": describe_table(made),
        "counts": [(one.value, name, verdicts.count(one)) for one, name in VERDICT_NAMES.items()],
        "wrong": verdicts.count(RowVerdict.WRONG),
        "new": verdicts.count(RowVerdict.NEW),
        "error": error,
    }
    page = "sensing/onboarding/table.html"
    return list_page(request, shown, page, part="", describe=lambda row: row, context=context, per_page=100, status=status)


def _handed(request: HttpRequest, handed: "Handed") -> HttpResponse:
    first = next(iter(handed.secrets), "")
    channel = next((one["cells"]["channel"] for one in handed.table.rows if "channel" in one["cells"]), "methane")
    context = {
        "one": describe_table(handed.table),
        "secrets": handed.secrets,
        "file": "data:text/csv;charset=utf-8," + quote(file_of_secrets(handed.secrets)),
        "first": first,
        "ways": ways_of(first, channel, handed.secrets[first]) if first else (),
    }
    return render(request, "sensing/onboarding/handed.html", context)


def _preview(request: HttpRequest) -> DeviceTable | None:
    with Attempt(request):
        file = request.FILES.get("file")
        if file is None:
            raise InvalidInput(_("Choose a file."))
        return services.preview_devices(
            actor=actor_of(request),
            region_code=read_form(Region, request.POST).region_code,
            file_name=file.name or "",
            content=file.read(),
            now=current_time(),
        )
    return None
