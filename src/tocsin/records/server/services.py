"""Settings that a page enters: the environment wins, every process follows at once."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.http.request import split_domain_port, validate_host

from tocsin.base.errors import Conflict, InvalidInput
from tocsin.base.server_settings import Variable, keep_settings, one_writer
from tocsin.jurisdiction.areas.rules.codes import EVERYWHERE
from tocsin.jurisdiction.face import require
from tocsin.records.audit.services import record_audit
from tocsin.records.server import queries
from tocsin.records.server.rules import checked_settings

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User


def enter_server_settings(*, actor: "User", told: Mapping[Variable, str], host: str) -> list[str]:
    """Keeps these settings, empty ones at their default; the others stay as they are. Returns the variables that changed.

    `host`: the name under which whoever asks has come, which must go on to be one of ours. InvalidInput names what can't be,
    Conflict what the environment says otherwise.
    """
    require(actor, "system.see", EVERYWHERE)
    fixed: Mapping[str, str] = settings.CONFIGURATION.fixed
    if held := sorted(name for name, text in told.items() if name in fixed and text.strip() != fixed[name]):
        raise Conflict("The environment says what %(name)s is, and wins: take it out there and restart first.", name=held[0])
    told = {name: text for name, text in told.items() if name not in fixed}
    new = checked_settings(told)
    with one_writer(settings.CONFIGURATION.data):
        before = dict(queries.entered())
        after = {name: text for name, text in before.items() if name not in told} | {str(name): one for name, one in new.items()}
        changed = sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name))
        if changed:
            _stay_reachable(host, after)
            with transaction.atomic():
                told_of = {name: [before.get(name, ""), after.get(name, "")] for name in changed}
                record_audit(actor, "server.settings_changed", "server", "settings", EVERYWHERE, told_of)
                keep_settings(settings.CONFIGURATION.data, after)
    return changed


def _stay_reachable(host: str, after: Mapping[str, str]) -> None:
    """Nobody locks the door behind which they stand."""
    own = list.copy(settings.ALLOWED_HOSTS)  # without those of pages
    named = [*own, *settings.CONFIGURATION.fixed.get(Variable.PUBLIC_HOSTS, "").split(",")]
    named += after.get(Variable.PUBLIC_HOSTS, "").split(",")
    name, _port = split_domain_port(host)
    if not validate_host(name, [one for one in named if one]):
        raise InvalidInput("You have come by %(host)s: leave it among the host names, or come by another one first.", host=name)
