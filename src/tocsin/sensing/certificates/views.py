"""Pages of certificates of devices: the list, what is done on a device's page, and the authorities."""

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from tocsin.base.errors import InvalidInput
from tocsin.jurisdiction.face import needs, regions_within
from tocsin.screens.acts import Attempt, act
from tocsin.screens.clock import current_time
from tocsin.screens.forms import Line, read_filters, read_form
from tocsin.screens.lists.empty import EmptyState
from tocsin.screens.lists.page import list_file, list_page
from tocsin.screens.request import actor_of
from tocsin.screens.tables import MOST_IN_A_FILE
from tocsin.sensing.certificates import queries
from tocsin.sensing.certificates.models import CertificateAuthority, DeviceCertificate
from tocsin.sensing.certificates.policy import certificates_policy
from tocsin.sensing.certificates.queries import MANAGE
from tocsin.sensing.certificates.rules.reading import LARGEST_BYTES
from tocsin.sensing.certificates.services import authorities as authorities_services
from tocsin.sensing.certificates.services import certificates as services
from tocsin.sensing.certificates.services import lists
from tocsin.sensing.certificates.shown import as_file, describe_authority, describe_certificate
from tocsin.sensing.devices.queries.registry import visible_devices
from tocsin.sensing.devices.queries.sending import line_by_certificate

STATES = (
    ("in_force", pgettext_lazy("certificates", "in force")),
    ("ending", pgettext_lazy("certificates", "end soon")),
    ("ended", pgettext_lazy("certificates", "expired or replaced")),
    ("revoked", pgettext_lazy("certificates", "revoked")),
)
COLUMNS = (
    *("device_code", "state_name", "way_name", "subject", "key", "not_before", "not_after", "ends_at", "revoked_at"),
    *("revoked_because", "used_at", "fingerprint", "authority", "entered_at", "entered_by"),
)
EMPTY = EmptyState(
    gettext_lazy("A certificate is given on the page of a device, or when a device enrols with a key."),
    link=gettext_lazy("Devices"),
    to="devices",
)


@dataclass(frozen=True)
class CertificateFilters:
    """How the list is cut."""

    search: str = ""
    state: str = ""


@dataclass(frozen=True, kw_only=True)
class AuthorityForm:
    """An authority, as its form has it."""

    name: Line
    region_code: str


@dataclass(frozen=True)
class Pasted:
    """What was pasted into a form."""

    text: str = ""


@require_GET
@needs(MANAGE)
def device_certificates(request: HttpRequest) -> HttpResponse:
    """All certificates of devices, newest first."""
    chosen, now = read_filters(CertificateFilters, request.GET), current_time()
    figures = certificates_policy().certificates
    found = queries.search_certificates(
        request.user, search=chosen.search, state=chosen.state, now=now, warn_days=figures.warn_days
    )
    describe = partial(_row, now=now)
    context = {"chosen": chosen, "states": STATES}
    return list_file(request, found, "device-certificates", COLUMNS, describe, MOST_IN_A_FILE) or list_page(
        request, found, "sensing/certificates/certificates.html", empty=EMPTY, part="", describe=describe, context=context
    )


@require_GET
@needs(MANAGE)
def certificate_file(request: HttpRequest, device_certificate_id: UUID) -> HttpResponse:
    """The certificate (PEM); empty where only its fingerprint is known yet."""
    found = queries.visible_certificates(request.user).get(pk=device_certificate_id)
    return _pem(found.pem, f"{found.device.code}.pem")


@never_cache
@require_POST
@needs(MANAGE)
def enter(request: HttpRequest, device_id: UUID) -> HttpResponse:
    """A certificate that was pasted, or chosen as a file, or its fingerprint."""
    visible_devices(request.user).get(pk=device_id)
    with Attempt(request):
        services.pin_certificate(actor=actor_of(request), device_id=device_id, content=_given(request), now=current_time())
        messages.success(request, _("The certificate is the device's. One before it holds beside it for some days."))
    return redirect("device", device_id)


@never_cache
@act("device")
def issue(request: HttpRequest, device_id: UUID, *, request_pem: str) -> HttpResponse:
    """A certificate for the key of a signing request."""
    visible_devices(request.user).get(pk=device_id)
    made = services.issue_certificate(actor=actor_of(request), device_id=device_id, request=request_pem, now=current_time())
    return _issued(request, made)


@never_cache
@act("device")
def issue_key(request: HttpRequest, device_id: UUID) -> HttpResponse:
    """A new key with its certificate, shown this once."""
    visible_devices(request.user).get(pk=device_id)
    made = services.issue_key(actor=actor_of(request), device_id=device_id, now=current_time())
    return _issued(request, made.certificate, made.key_pem)


@act("device_certificates", alone=True)
def revoke(request: HttpRequest, device_certificate_id: UUID) -> HttpResponse:
    """No device comes in by it from now on."""
    found = queries.visible_certificates(request.user).get(pk=device_certificate_id)
    services.revoke_certificate(actor=actor_of(request), certificate_id=found.pk, now=current_time())
    messages.success(request, _("The certificate is revoked: connections by it end within seconds."))
    return redirect("device", found.device_id)


@require_GET
@needs(MANAGE)
def authorities(request: HttpRequest) -> HttpResponse:
    """The city's own authorities and those of makers, with the forms for one more."""
    return _authorities(request)


@require_POST
@needs(MANAGE)
def make_authority(request: HttpRequest) -> HttpResponse:
    """The city's own, by one press."""
    with Attempt() as attempt:
        form = read_form(AuthorityForm, request.POST)
        authorities_services.make_authority(
            actor=actor_of(request), name=form.name, region_code=form.region_code, now=current_time()
        )
        messages.success(request, _("The authority is made. Devices of its region can be given certificates on their pages."))
        return redirect("certificate_authorities")
    return _authorities(request, attempt.reason, attempt.status)


@require_POST
@needs(MANAGE)
def enter_authority(request: HttpRequest) -> HttpResponse:
    """A maker's."""
    with Attempt() as attempt:
        form = read_form(AuthorityForm, request.POST)
        authorities_services.enter_authority(
            actor=actor_of(request),
            name=form.name,
            region_code=form.region_code,
            content=_given(request),
            now=current_time(),
        )
        messages.success(request, _("The authority is entered: devices that it names are let in by its certificates."))
        return redirect("certificate_authorities")
    return _authorities(request, attempt.reason, attempt.status)


@act("certificate_authorities", alone=True)
def withdraw_authority(request: HttpRequest, certificate_authority_id: UUID) -> str:
    """A maker's lets nobody in from now on, an own one issues no more."""
    found = queries.visible_authorities(request.user).get(pk=certificate_authority_id)
    authorities_services.withdraw_authority(actor=actor_of(request), authority_id=found.pk, now=current_time())
    return _("The authority is withdrawn.")


@require_GET
@needs(MANAGE)
def authority(request: HttpRequest, certificate_authority_id: UUID) -> HttpResponse:
    """One authority: what it has revoked, and from where its lists come."""
    found = queries.visible_authorities(request.user).get(pk=certificate_authority_id)
    figures = certificates_policy().lists
    context = {
        "authority": describe_authority(found, current_time()),
        "figures": figures,
        "kilobytes": figures.most_bytes // 1000,
    }
    return render(request, "sensing/certificates/authority.html", context)


@act("certificate_authority")
def take_list(request: HttpRequest, certificate_authority_id: UUID) -> HttpResponse:
    """A list that was pasted, or chosen as a file."""
    found = queries.visible_authorities(request.user).get(pk=certificate_authority_id)
    content = _given(request, certificates_policy().lists.most_bytes * 2)
    taken = lists.take_list(actor=actor_of(request), authority_id=found.pk, content=content, now=current_time())
    if taken.row.next_update <= current_time():
        messages.warning(
            request, _("The list is past its next update: what it revokes is revoked; ask the maker for a newer one.")
        )
    codes = sorted({one.device.code for one in taken.revoked})
    words = ngettext(
        "The list is in force. It cuts off %(count)d device of this city.",
        "The list is in force. It cuts off %(count)d devices of this city.",
        len(codes),
    )
    messages.success(request, words % {"count": len(codes)})
    return redirect("certificate_authority", found.pk)


@act("certificate_authority")
def set_list_source(request: HttpRequest, certificate_authority_id: UUID, *, url: Line = "") -> str:
    """From where its lists are fetched; empty: they are not."""
    found = queries.visible_authorities(request.user).get(pk=certificate_authority_id)
    lists.set_list_source(actor=actor_of(request), authority_id=found.pk, url=url, now=current_time())
    return _("Lists are fetched from there, at once and from then on.") if url else _("Lists are not fetched any more.")


@require_GET
@needs(MANAGE)
def authority_file(request: HttpRequest, certificate_authority_id: UUID) -> HttpResponse:
    """Its certificates (PEM), by which others may check what it has signed."""
    found = queries.visible_authorities(request.user).get(pk=certificate_authority_id)
    return _pem(found.pem, "authority.pem")


def _authorities(request: HttpRequest, error: str = "", status: int = 200) -> HttpResponse:
    context = {
        "regions": regions_within(request.user, MANAGE),
        "error": error,
        "values": request.POST,
        "years": certificates_policy().authorities.validity_days // 365,
    }
    found = queries.visible_authorities(request.user)
    page = "sensing/certificates/authorities.html"
    describe = partial(_authority_row, now=current_time())
    return list_page(request, found, page, part="", describe=describe, context=context, status=status)


def _issued(request: HttpRequest, made: DeviceCertificate, key: str = "") -> HttpResponse:
    context = {
        "device": made.device,
        "certificate": describe_certificate(made, current_time()),
        "key": key,
        "key_file": as_file(key) if key else "",
        "line": line_by_certificate(made.device),
    }
    return render(request, "sensing/certificates/issued.html", context)


def _row(one: DeviceCertificate, now: datetime) -> dict[str, object]:
    return dict(describe_certificate(one, now).dict())


def _authority_row(one: CertificateAuthority, now: datetime) -> dict[str, object]:
    return dict(describe_authority(one, now).dict())


def _given(request: HttpRequest, most_bytes: int = LARGEST_BYTES) -> bytes:
    """What was chosen as a file, else what was pasted; InvalidInput where there is neither."""
    file = request.FILES.get("file")
    content = file.read(most_bytes + 1) if file is not None else read_form(Pasted, request.POST).text.strip().encode()
    if not content:
        raise InvalidInput(_("Paste it (PEM), or choose its file."))
    return content


def _pem(text: str, name: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(text, content_type="application/x-pem-file", headers=headers)
