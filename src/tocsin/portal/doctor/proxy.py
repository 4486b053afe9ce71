"""nginx before Tocsin: the shipped file as it was copied, beside the settings of this installation."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from tocsin.portal.configuration import Configuration
from tocsin.portal.doctor.findings import Finding, Verdict

FILE = Path("/etc/nginx/conf.d/tocsin.conf")
EXAMPLE = "tocsin.example.org"


def look_at_proxy(configuration: Configuration, path: Path = FILE) -> Iterator[Finding]:
    """Names, port and limit in nginx's file against the settings; and what nginx itself says of it, to root."""
    if configuration.public_hosts and not configuration.behind_https:
        text = "pages are reached by a public name without HTTPS: passwords cross the network in clear"
        yield Finding("proxy", "HTTPS", Verdict.BAD, text, "put nginx before it and set TOCSIN_BEHIND_HTTPS=1 (docs/deploy.md)")
    if not path.exists():
        if configuration.behind_https:
            text = f"{path} is not there; another proxy ends HTTPS, or one elsewhere"
            yield Finding("proxy", "nginx", Verdict.UNKNOWN, text, "let it set X-Forwarded-For and -Proto (docs/deploy.md)")
        return
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        yield Finding("proxy", "nginx", Verdict.UNKNOWN, f"{path}: {error.strerror}", "ask as root")
        return
    wrong = list(differences(text, configuration))
    for difference, mend in wrong:
        yield Finding("proxy", "nginx", Verdict.BAD, difference, f"{mend}; then `nginx -t && systemctl reload nginx`")
    if not wrong:
        yield Finding("proxy", "nginx", Verdict.GOOD, f"{path} goes with the settings")
    yield _as_nginx_says()


def differences(text: str, configuration: Configuration) -> Iterator[tuple[str, str]]:
    """What in nginx's file does not go with the settings, and how each is mended."""
    names = {name for line in re.findall(r"^\s*server_name\s+([^;]+);", text, re.MULTILINE) for name in line.split()}
    if EXAMPLE in names:
        yield f"server_name is still {EXAMPLE}", "write your own name there"
    if missing := sorted(set(configuration.public_hosts) - names - {EXAMPLE}):
        yield f"TOCSIN_PUBLIC_HOSTS names {missing[0]}, nginx does not", "add it to server_name"
    ports = re.findall(r"upstream\s+tocsin_web\s*\{\s*server\s+[^;]*?:(\d+)\s*;", text)
    if ports and int(ports[0]) != configuration.http_port:
        yield f"nginx leads to port {ports[0]}, pages are on {configuration.http_port}", "write the same port in both"
    sizes = [int(size) for size in re.findall(r"client_max_body_size\s+(\d+)m;", text)]
    if sizes and max(sizes) != configuration.largest_request_megabytes:
        told = (
            f"client_max_body_size is {max(sizes)}m, TOCSIN_LARGEST_REQUEST_MEGABYTES {configuration.largest_request_megabytes:g}"
        )
        yield told, "write the same figure in both"
    if not configuration.trusted_proxies:
        yield "TOCSIN_TRUSTED_PROXIES is not set: all people seem to come from one address", "set it to nginx's address"
    if not configuration.behind_https:
        yield "TOCSIN_BEHIND_HTTPS is not set: cookies may cross the network in clear", "set it to 1"


def _as_nginx_says() -> Finding:
    program = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/sbin")
    if program is None or os.geteuid() != 0:
        return Finding("proxy", "nginx -t", Verdict.UNKNOWN, "only root can ask nginx whether it takes its files", "`nginx -t`")
    done = subprocess.run([program, "-t"], capture_output=True, text=True, timeout=20)  # noqa: S603 - nginx itself
    if done.returncode:
        return Finding("proxy", "nginx -t", Verdict.BAD, done.stderr.strip().replace("\n", " "), "mend the line that it names")
    return Finding("proxy", "nginx -t", Verdict.GOOD, "nginx takes its files")
