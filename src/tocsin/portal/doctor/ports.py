"""The ports on which Tocsin listens: free, its own, or taken, and by whom."""

import os
from collections.abc import Iterator
from pathlib import Path

from tocsin.portal.catalogue import DEVICE_PROTOCOLS
from tocsin.portal.configuration import Configuration
from tocsin.portal.doctor.findings import Finding, Verdict
from tocsin.portal.doctor.listeners import holder_of, is_taken
from tocsin.portal.doctor.words import told as _

DEVICES = "devices"
_FIRST_FREE = Path("/proc/sys/net/ipv4/ip_unprivileged_port_start")


def look_at_ports(configuration: Configuration) -> Iterator[Finding]:
    """One finding for pages and API and for each protocol of devices; another where two want the same port."""
    listeners = [("TOCSIN_HTTP_PORT", "pages and API", configuration.http_host, configuration.http_port)]
    listeners += [
        (one.variable, f"{DEVICES}, {one.name}", configuration.door_hosts[one.name], configuration.door_ports[one.name])
        for one in DEVICE_PROTOCOLS
    ]
    seen: dict[int, str] = {}
    for variable, purpose, host, port in listeners:
        if port in seen:
            text = _("%(name)s and %(other)s name the same port", name=variable, other=seen[port])
            yield Finding("ports", str(port), Verdict.BAD, text, _("give %(name)s another number", name=variable))
            continue
        seen[port] = variable
        yield _one(variable, purpose, host, port)


def _one(variable: str, purpose: str, host: str, port: int) -> Finding:
    name, title = f"{port}, {purpose}", _title(port, purpose)
    if port < _first_free() and os.geteuid() != 0:
        text = _("ports below %(number)s are root's on this machine", number=_first_free())
        mend = _("set %(name)s to a higher port; a proxy or firewall leads to it", name=variable)
        return Finding("ports", name, Verdict.BAD, text, mend, title)
    try:
        taken = is_taken(host, port)
    except OSError as error:
        text = _("this machine can't listen on %(host)s: %(why)s", host=host, why=error.strerror or error)
        mend = _("set the host beside %(name)s to an address of this machine, as 127.0.0.1", name=variable)
        return Finding("ports", name, Verdict.BAD, text, mend, title)
    if not taken:
        return Finding("ports", name, Verdict.GOOD, _("free on %(host)s", host=host), title=title)
    holder = holder_of(port)
    if holder is not None and holder.is_tocsin:
        text = _("a Tocsin that runs listens there: %(holder)s", holder=holder)
        return Finding("ports", name, Verdict.GOOD, text, title=title)
    text = _("taken by %(holder)s", holder=holder) if holder is not None else _("taken; this system does not say by whom")
    mend = _(
        "`tocsin up` takes the next free port and says so; for `tocsin run` stop that program, or set %(name)s", name=variable
    )
    return Finding("ports", name, Verdict.WARNING, text, mend, title)


def _title(port: int, purpose: str) -> str:
    kind, _comma, protocol = purpose.partition(", ")
    if kind == DEVICES:
        return _("%(port)s, devices by %(protocol)s", port=port, protocol=protocol)
    return _("%(port)s, pages and API", port=port)


def _first_free() -> int:
    try:
        return int(_FIRST_FREE.read_text())
    except (OSError, ValueError):
        return 1024
