"""The ports on which Tocsin listens: free, its own, or taken, and by whom."""

import os
from collections.abc import Iterator
from pathlib import Path

from tocsin.portal.catalogue import DEVICE_PROTOCOLS
from tocsin.portal.configuration import Configuration
from tocsin.portal.doctor.findings import Finding, Verdict
from tocsin.portal.doctor.listeners import holder_of, is_taken

_FIRST_FREE = Path("/proc/sys/net/ipv4/ip_unprivileged_port_start")


def look_at_ports(configuration: Configuration) -> Iterator[Finding]:
    """One finding for pages and API and for each protocol of devices; another where two want the same port."""
    listeners = [("TOCSIN_HTTP_PORT", "pages and API", configuration.http_host, configuration.http_port)]
    listeners += [
        (one.variable, f"devices, {one.name}", configuration.door_hosts[one.name], configuration.door_ports[one.name])
        for one in DEVICE_PROTOCOLS
    ]
    seen: dict[int, str] = {}
    for variable, purpose, host, port in listeners:
        if port in seen:
            text = f"{variable} and {seen[port]} name the same port"
            yield Finding("ports", str(port), Verdict.BAD, text, f"give {variable} another number")
            continue
        seen[port] = variable
        yield _one(variable, purpose, host, port)


def _one(variable: str, purpose: str, host: str, port: int) -> Finding:
    name = f"{port}, {purpose}"
    if port < _first_free() and os.geteuid() != 0:
        text = f"ports below {_first_free()} are root's on this machine"
        return Finding("ports", name, Verdict.BAD, text, f"set {variable} to a higher port; a proxy or firewall leads to it")
    try:
        taken = is_taken(host, port)
    except OSError as error:
        text = f"this machine can't listen on {host}: {error.strerror or error}"
        return Finding(
            "ports", name, Verdict.BAD, text, f"set the host beside {variable} to an address of this machine, as 127.0.0.1"
        )
    if not taken:
        return Finding("ports", name, Verdict.GOOD, f"free on {host}")
    holder = holder_of(port)
    if holder is not None and holder.is_tocsin:
        return Finding("ports", name, Verdict.GOOD, f"a Tocsin that runs listens there: {holder}")
    text = f"taken by {holder}" if holder is not None else "taken; this system does not say by whom"
    mend = f"`tocsin up` takes the next free port and says so; for `tocsin run` stop that program, or set {variable}"
    return Finding("ports", name, Verdict.WARNING, text, mend)


def _first_free() -> int:
    try:
        return int(_FIRST_FREE.read_text())
    except (OSError, ValueError):
        return 1024
