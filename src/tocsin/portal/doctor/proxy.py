"""nginx before Tocsin: the shipped file as it was copied, beside the settings of this installation."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from tocsin.portal.configuration import Configuration
from tocsin.portal.doctor.findings import Finding, Verdict
from tocsin.portal.doctor.words import told as _

FILE = Path("/etc/nginx/conf.d/tocsin.conf")
EXAMPLE = "tocsin.example.org"


def look_at_proxy(configuration: Configuration, path: Path = FILE) -> Iterator[Finding]:
    """Names, port and limit in nginx's file against the settings; and what nginx itself says of it, to root."""
    if configuration.now.public_hosts and not configuration.behind_https:
        text = _("pages are reached by a public name without HTTPS: passwords cross the network in clear")
        mend = _("put nginx before it and set TOCSIN_BEHIND_HTTPS=1 (docs/deploy.md)")
        yield Finding("proxy", "HTTPS", Verdict.BAD, text, mend)
    if not path.exists():
        if configuration.behind_https:
            text = _("%(path)s is not there; another proxy ends HTTPS, or one elsewhere", path=path)
            mend = _("let it set X-Forwarded-For and -Proto (docs/deploy.md)")
            yield Finding("proxy", "nginx", Verdict.UNKNOWN, text, mend)
        return
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        yield Finding("proxy", "nginx", Verdict.UNKNOWN, f"{path}: {error.strerror}", _("ask as root"))
        return
    wrong = list(differences(text, configuration))
    for difference, mend in wrong:
        yield Finding(
            "proxy", "nginx", Verdict.BAD, difference, _("%(mend)s; then `nginx -t && systemctl reload nginx`", mend=mend)
        )
    if not wrong:
        yield Finding("proxy", "nginx", Verdict.GOOD, _("%(path)s goes with the settings", path=path))
    yield _as_nginx_says()


def differences(text: str, configuration: Configuration) -> Iterator[tuple[str, str]]:
    """What in nginx's file does not go with the settings, and how each is mended."""
    names = {name for line in re.findall(r"^\s*server_name\s+([^;]+);", text, re.MULTILINE) for name in line.split()}
    if EXAMPLE in names:
        yield _("server_name is still %(name)s", name=EXAMPLE), _("write your own name there")
    if missing := sorted(set(configuration.now.public_hosts) - names - {EXAMPLE}):
        yield _("TOCSIN_PUBLIC_HOSTS names %(name)s, nginx does not", name=missing[0]), _("add it to server_name")
    ports = re.findall(r"upstream\s+tocsin_web\s*\{\s*server\s+[^;]*?:(\d+)\s*;", text)
    if ports and int(ports[0]) != configuration.http_port:
        yield (
            _("nginx leads to port %(port)s, pages are on %(other)s", port=ports[0], other=configuration.http_port),
            _("write the same port in both"),
        )
    sizes = [int(size) for size in re.findall(r"client_max_body_size\s+(\d+)m;", text)]
    if sizes and max(sizes) != configuration.now.largest_request_megabytes:
        told = _(
            "client_max_body_size is %(size)sm, TOCSIN_LARGEST_REQUEST_MEGABYTES %(other)s",
            size=max(sizes),
            other=f"{configuration.now.largest_request_megabytes:g}",
        )
        yield told, _("write the same figure in both")
    if not configuration.trusted_proxies:
        yield (
            _("TOCSIN_TRUSTED_PROXIES is not set: all people seem to come from one address"),
            _("set it to nginx's address"),
        )
    if not configuration.behind_https:
        yield _("TOCSIN_BEHIND_HTTPS is not set: cookies may cross the network in clear"), _("set it to 1")


def _as_nginx_says() -> Finding:
    program = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/sbin")
    if program is None or os.geteuid() != 0:
        return Finding(
            "proxy", "nginx -t", Verdict.UNKNOWN, _("only root can ask nginx whether it takes its files"), "`nginx -t`"
        )
    done = subprocess.run([program, "-t"], capture_output=True, text=True, timeout=20)  # noqa: S603 - nginx itself
    if done.returncode:
        return Finding("proxy", "nginx -t", Verdict.BAD, done.stderr.strip().replace("\n", " "), _("mend the line that it names"))
    return Finding("proxy", "nginx -t", Verdict.GOOD, _("nginx takes its files"))
