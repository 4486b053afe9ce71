"""A web process and nginx with the shipped configuration before it, on ports of their own."""

import http.client
import os
import signal
import socket
import ssl
import subprocess
import sys
import time
import urllib.parse
from pathlib import Path

from tests.databases import copy_into
from tests.ports import free_port

ROOT = Path(__file__).resolve().parent.parent.parent
NGINX = "/usr/sbin/nginx"  # Debian keeps it off the path of people
TOCSIN = [sys.executable, "-m", "tocsin.portal.cli"]
PASSWORD = "a long enough password"
PERSON = f"""
from tocsin.portal.preparation import prepare_database
prepare_database()
from django.utils import timezone
from tocsin.jurisdiction.people.services import accounts, grants, tokens
from tocsin.jurisdiction.people.services.system import system_actor
actor = system_actor()
user, _ = accounts.create_person(actor=actor, username="viewer", name="Viewer")
grants.grant_role(actor=actor, user=user, role="viewer", region_code="370200")
accounts.set_password(user=user, password="{PASSWORD}")
print("TOKEN", tokens.create_token(user=user, name="test", scopes=("alarms.see",), now=timezone.now())[1])
"""


class BehindNginx:
    """`tocsin run web` as in docs/deploy.md, reached through nginx."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.web_port, self.plain_port, self.port = free_port(), free_port(), free_port()
        self.environment = {
            **os.environ,
            "TOCSIN_DATA": str(copy_into(folder / "data")),
            "TOCSIN_HTTP_PORT": str(self.web_port),
            "TOCSIN_BEHIND_HTTPS": "1",
            "TOCSIN_TRUSTED_PROXIES": "127.0.0.1",
            "TOCSIN_PUBLIC_HOSTS": f"localhost:{self.port}",
            "TOCSIN_LARGEST_REQUEST_MEGABYTES": "1",
            "DATABASE_URL": "",
        }
        self.environment.pop("DJANGO_SETTINGS_MODULE", None)
        said = subprocess.run([sys.executable, "-c", PERSON], env=self.environment, check=True, capture_output=True, text=True)
        self.token = said.stdout.split("TOKEN ")[1].strip()
        self._web = subprocess.Popen([*TOCSIN, "run", "web"], env=self.environment)
        self._nginx = subprocess.Popen([NGINX, "-e", "stderr", "-c", str(self._configuration())], stdin=subprocess.DEVNULL)
        for port in (self.web_port, self.port):
            self._wait_for(port)

    def stop(self) -> None:
        for process in (self._nginx, self._web):
            process.send_signal(signal.SIGTERM)
            process.wait(60)

    def connect(self, *, source: str = "127.0.0.1", direct: bool = False) -> http.client.HTTPConnection:
        """A connection from an address of this machine, through nginx with TLS or straight to the web process."""
        if direct:
            return http.client.HTTPConnection("localhost", self.web_port, timeout=60, source_address=(source, 0))
        context = ssl.create_default_context(cafile=str(self.folder / "console.pem"))
        return http.client.HTTPSConnection("localhost", self.port, timeout=60, source_address=(source, 0), context=context)

    def _configuration(self) -> Path:
        """The shipped file with our ports and our certificate; around it what Debian's nginx.conf would be."""
        make = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"]
        name = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
        files = ["-keyout", str(self.folder / "console.key"), "-out", str(self.folder / "console.pem")]
        subprocess.run([*make, *name, *files], check=True, capture_output=True)
        text = (ROOT / "deploy/nginx/tocsin.conf").read_text()
        for old, new in {
            "listen 80;": f"listen 127.0.0.1:{self.plain_port};",
            "listen 443 ssl;": f"listen 127.0.0.1:{self.port} ssl;",
            "    listen [::]:80;\n": "",
            "    listen [::]:443 ssl;\n": "",
            "127.0.0.1:8000": f"127.0.0.1:{self.web_port}",
            "server_name tocsin.example.org": "server_name localhost",
            "/etc/tocsin/": f"{self.folder}/",
            "Host $host;": "Host $http_host;",  # the port is not 443 here
        }.items():
            assert old in text, old
            text = text.replace(old, new)
        folders = "".join(
            f"{name}_temp_path {self.folder}/{name};" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        path = self.folder / "nginx.conf"
        path.write_text(
            f"daemon off; pid {self.folder}/nginx.pid; error_log stderr warn; events {{}}\n"
            # Loopback may say which address it stands for: the only way to be an IPv6 line of somebody on one machine.
            "http { access_log off; set_real_ip_from 127.0.0.0/8; real_ip_header X-Test-Address; "
            f"{folders}\n{text}\n}}\n"
        )
        return path

    def _wait_for(self, port: int) -> None:
        limit = time.monotonic() + 90
        while time.monotonic() < limit:
            assert self._web.poll() is None
            assert self._nginx.poll() is None
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                return
            except OSError:
                time.sleep(0.05)
        raise AssertionError(f"nothing listens on {port}")


class Browser:
    """Cookies and forms over one connection at a time."""

    def __init__(self, site: BehindNginx, *, source: str = "127.0.0.1", direct: bool = False) -> None:
        self._site, self._source, self._direct = site, source, direct
        self.cookies: dict[str, str] = {}
        self.set_cookies: list[str] = []

    def get(self, path: str, headers: dict[str, str] | None = None) -> tuple[int, http.client.HTTPMessage, str]:
        return self._ask("GET", path, None, headers or {})

    def post(
        self, path: str, fields: dict[str, str], headers: dict[str, str] | None = None
    ) -> tuple[int, http.client.HTTPMessage, str]:
        """A form as a browser sends it, with the token of the page that holds it."""
        fields = {**fields, "csrfmiddlewaretoken": self.cookies.get("__Host-csrftoken", "")}
        origin = f"https://localhost:{self._site.port}"
        form = {"Content-Type": "application/x-www-form-urlencoded", "Origin": origin, "Referer": origin + path}
        return self._ask("POST", path, urllib.parse.urlencode(fields), {**form, **(headers or {})})

    def _ask(self, method: str, path: str, body: str | None, headers: dict[str, str]) -> tuple[int, http.client.HTTPMessage, str]:
        connection = self._site.connect(source=self._source, direct=self._direct)
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        connection.request(method, path, body, {"Accept-Language": "en", "Cookie": cookie, **headers})
        response = connection.getresponse()
        self.set_cookies += response.headers.get_all("Set-Cookie") or []
        for one in response.headers.get_all("Set-Cookie") or []:
            name, _, value = one.partition(";")[0].partition("=")
            self.cookies[name] = value
        text = response.read().decode()
        connection.close()
        return response.status, response.headers, text
