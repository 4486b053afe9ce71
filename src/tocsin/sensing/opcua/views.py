"""Pages of servers of OPC UA: the list, and one with its certificate, its nodes and what they say now."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from tocsin.base.errors import InvalidInput, NotAllowed
from tocsin.base.sheets import read_foreign_table
from tocsin.jurisdiction.face import may_anywhere, needs
from tocsin.screens.acts import Attempt, act
from tocsin.screens.budgets.requests import claim
from tocsin.screens.forms import Line, fields_of
from tocsin.screens.lists.empty import EmptyState
from tocsin.screens.lists.page import list_file, list_page
from tocsin.screens.request import actor_of
from tocsin.screens.tables import MOST_IN_A_FILE
from tocsin.sensing.opcua import queries
from tocsin.sensing.opcua.models import SECURITY_NAMES, OpcUaServer
from tocsin.sensing.opcua.policy import opcua_policy
from tocsin.sensing.opcua.rules.nodes import Node, read_cells, read_nodes
from tocsin.sensing.opcua.rules.orders import Offered, Said
from tocsin.sensing.opcua.rules.places import Security
from tocsin.sensing.opcua.services import servers as services
from tocsin.sensing.opcua.services import trial
from tocsin.sensing.opcua.services.servers import Place
from tocsin.sensing.opcua.shown import certificate_shown, certificates_of, nodes_shown, offers_of

MOST_BYTES = 2_000_000
NEW = {"security": Security.SIGN_AND_ENCRYPT.value, "period_s": 60, "sampling_s": 1, "queue": 10}
"""What the form says before anybody has typed."""
COLUMNS = (
    *("device_code", "device_name", "region_code", "endpoint", "security", "user_name", "trusted_at", "period_s", "nodes"),
    *("last_seen_at", "messages", "rejected", "entered_at"),
)
EMPTY = EmptyState(
    gettext_lazy("A server is asked for its nodes as is entered here."), link=gettext_lazy("Enter a server"), to="#new-server"
)


@require_GET
@needs("sensors.manage")
def opcua_servers(request: HttpRequest) -> HttpResponse:
    """The list, with the form to enter one."""
    return _list(request)


@require_GET
@needs("sensors.manage")
def opcua_own_certificate(request: HttpRequest) -> HttpResponse:
    """Tocsin's own certificate, to be trusted at a server."""
    found = queries.own_certificate()
    if not found:
        return redirect("opcua_servers")
    return HttpResponse(
        found,
        content_type="application/pkix-cert",
        headers={"Content-Disposition": 'attachment; filename="tocsin-opcua.der"'},
    )


@require_POST
@needs("sensors.manage")
def enter_opcua_server(request: HttpRequest) -> HttpResponse:
    """A device is asked from here on; a refusal leaves what was typed in the form."""
    with Attempt() as attempt:
        made = _enter(request, **fields_of(_enter, request.POST))
        return redirect("opcua_server", made.pk)
    return _list(request, attempt.reason, attempt.status)


def _enter(
    request: HttpRequest,
    *,
    device_code: Line,
    endpoint: Line,
    security: Security,
    user_name: Line = "",
    password: str = "",
    period_s: float = 60.0,
    sampling_s: float = 1.0,
    queue: int = 10,
) -> OpcUaServer:
    place = Place(
        endpoint=endpoint,
        security=security,
        user_name=user_name,
        password=password,
        period_s=period_s,
        sampling_s=sampling_s,
        queue=queue,
    )
    return services.enter_server(actor=actor_of(request), device_code=device_code, place=place)


@never_cache
@require_GET
@needs("sensors.manage")
def opcua_server(request: HttpRequest, opcua_server_id: UUID) -> HttpResponse:
    """One server with its nodes."""
    return _server(request, queries.visible_servers(request.user).get(pk=opcua_server_id))


@never_cache
@act("opcua_server")
def read_opcua_server(request: HttpRequest, opcua_server_id: UUID) -> HttpResponse:
    """The same with what its nodes say now."""
    found = queries.visible_servers(request.user).get(pk=opcua_server_id)
    claim()
    with Attempt(temporarily=True) as attempt:
        attempt.answer = trial.read_now(found)
    return _server(request, found, said=attempt.answer, error=attempt.reason)


@never_cache
@act("opcua_server")
def browse_opcua_server(request: HttpRequest, opcua_server_id: UUID, *, branch: Line = "") -> HttpResponse:
    """The same with what lies below a node."""
    found = queries.visible_servers(request.user).get(pk=opcua_server_id)
    claim()
    with Attempt(temporarily=True) as attempt:
        if branch:
            read_nodes(f"x {branch}")
        attempt.answer = trial.browse_now(found, branch)
    return _server(request, found, browsed=attempt.answer, branch=branch, error=attempt.reason)


@never_cache
@act("opcua_server")
def look_at_opcua_server(request: HttpRequest, opcua_server_id: UUID) -> HttpResponse:
    """The same with the endpoints that it offers, and its certificate."""
    found = queries.visible_servers(request.user).get(pk=opcua_server_id)
    claim()
    with Attempt(temporarily=True) as attempt:
        attempt.answer = trial.offered_now(found)
    return _server(request, found, offered=attempt.answer, error=attempt.reason)


@act("opcua_server")
def trust_opcua_server(request: HttpRequest, opcua_server_id: UUID, *, fingerprint: Line) -> str:
    """From here on it is known by this certificate."""
    queries.visible_servers(request.user).get(pk=opcua_server_id)
    claim()
    services.trust_certificate(actor=actor_of(request), server_id=opcua_server_id, fingerprint=fingerprint)
    return _("The certificate is trusted; the server is asked from here on.")


@act("opcua_server")
def change_opcua_server(
    request: HttpRequest,
    opcua_server_id: UUID,
    *,
    endpoint: Line,
    security: Security,
    user_name: Line = "",
    password: str = "",
    period_s: float,
    sampling_s: float,
    queue: int,
) -> str:
    """Another place, another pace; an empty password leaves the present one."""
    queries.visible_servers(request.user).get(pk=opcua_server_id)
    place = Place(
        endpoint=endpoint,
        security=security,
        user_name=user_name,
        password=password or None,
        period_s=period_s,
        sampling_s=sampling_s,
        queue=queue,
    )
    services.change_server(actor=actor_of(request), server_id=opcua_server_id, place=place)
    return _("The server was changed.")


@act("opcua_server")
def change_opcua_nodes(
    request: HttpRequest, opcua_server_id: UUID, *, nodes: str = "", channel: Line = "", node: Line = ""
) -> str:
    """Another list of nodes; `channel` and `node` are one more, as browsing offers it."""
    queries.visible_servers(request.user).get(pk=opcua_server_id)
    more = (Node(channel, node),) if node else ()
    return _keep(request, opcua_server_id, (*read_nodes(nodes), *more))


@act("opcua_server")
def take_opcua_table(request: HttpRequest, opcua_server_id: UUID) -> str:
    """A list of nodes from a spreadsheet, in the place of the present one."""
    queries.visible_servers(request.user).get(pk=opcua_server_id)
    file = request.FILES.get("file")
    if file is None:
        raise InvalidInput(_("Choose a file."))
    most = opcua_policy().asking.nodes
    cells = read_foreign_table(file.read(), most_bytes=MOST_BYTES, most_rows=most + 20, owner=request.user.pk)
    return _keep(request, opcua_server_id, read_cells(cells))


@act("opcua_servers", alone=True)
def withdraw_opcua_server(request: HttpRequest, opcua_server_id: UUID) -> str:
    """It is no longer asked."""
    queries.visible_servers(request.user).get(pk=opcua_server_id)
    services.withdraw_server(actor=actor_of(request), server_id=opcua_server_id)
    return _("The server is no longer asked.")


def _keep(request: HttpRequest, server_id: UUID, nodes: tuple[Node, ...]) -> str:
    found = services.change_nodes(actor=actor_of(request), server_id=server_id, nodes=nodes)
    count = len(found.nodes)
    return ngettext("%(count)d node is read from here on.", "%(count)d nodes are read from here on.", count) % {"count": count}


def _list(request: HttpRequest, error: str = "", status: int = 200) -> HttpResponse:
    if not may_anywhere(request.user, "sensors.manage"):
        raise NotAllowed(_("Your roles do not show you servers of OPC UA."))
    search = request.GET.get("search", "")[:100]
    found = queries.search_servers(request.user, search=search)
    context = {
        "search": search,
        "error": error,
        "values": request.POST or NEW,
        "securities": SECURITY_NAMES.items(),
        "mine": certificate_shown(queries.own_certificate()),
    }
    return list_file(request, found, "opcua", COLUMNS, _flat, MOST_IN_A_FILE) or list_page(
        request, found, "sensing/opcua/opcua_servers.html", empty=EMPTY, part="", context=context, status=status
    )


def _server(
    request: HttpRequest,
    found: OpcUaServer,
    *,
    said: Said | None = None,
    browsed: Said | None = None,
    branch: str = "",
    offered: tuple[Offered, ...] | None = None,
    error: str = "",
) -> HttpResponse:
    sensors = queries.sensors_by_channel(found.device)
    nodes = read_nodes(found.nodes_text)
    certificates = certificates_of(offered) if offered else []
    trusted = certificate_shown(bytes(found.certificate))
    known = {one.node for one in nodes}
    context: dict[str, Any] = {
        "server": found,
        "securities": SECURITY_NAMES.items(),
        "rows": nodes_shown(nodes, sensors, said),
        "said": said,
        "error": error,
        "unknown": [one.channel for one in nodes if one.channel not in sensors],
        "trusted": trusted,
        "certificates": certificates,
        "is_another": bool(trusted and certificates and trusted.fingerprint not in {one.fingerprint for one in certificates}),
        "offers": offers_of(offered, found.security) if offered is not None else None,
        "browsed": browsed,
        "branch": branch,
        "branches": [(one, one.node in known) for one in browsed.branches] if browsed is not None else [],
        "mine": certificate_shown(queries.own_certificate()),
        "has_password": hasattr(found, "secret"),
    }
    return render(request, "sensing/opcua/opcua_server.html", context)


def _flat(one: OpcUaServer) -> dict[str, Any]:
    device = one.device
    return {
        **vars(one),
        "nodes": len(one.nodes),
        "device_code": device.code,
        "device_name": device.name,
        "region_code": device.region_code,
        "last_seen_at": device.last_seen_at,
        "messages": device.messages,
        "rejected": device.rejected,
    }
