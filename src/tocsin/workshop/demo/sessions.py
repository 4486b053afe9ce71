"""A person of the demonstration signed in over HTTP as in a browser: cookies, the form's token, then the API."""

import json
import re
from dataclasses import dataclass
from http import HTTPStatus
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlencode

from urllib3 import BaseHTTPResponse, PoolManager, encode_multipart_formdata

from tocsin.base.errors import Unavailable
from tocsin.workshop.demo.memory import Login

API = "/api/v1/command/"
_FORM_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


@dataclass(frozen=True)
class Answer:
    """What the server said: the status, the JSON (None for anything else), and the reason of a refusal."""

    status: int
    told: Any

    @property
    def reason(self) -> str:
        """The refusal in words."""
        if isinstance(self.told, list):
            return "; ".join(str(one["reason"]) for one in self.told if isinstance(one, dict) and one.get("reason"))
        if isinstance(self.told, dict):
            return str(self.told.get("detail") or self.told.get("message") or self.status)
        return str(self.status)


class Session:
    """One person's cookies; signs in at the first call, and again when the session has ended."""

    def __init__(self, pool: PoolManager, url: str, login: Login) -> None:
        self._pool, self._url, self._login = pool, url.rstrip("/"), login
        self._cookies: dict[str, str] = {}

    def call(
        self, method: str, path: str, *, query: dict[str, str] | None = None, body: Any = None, picture: bytes | None = None
    ) -> Answer:
        """One call of the API; `path` is below /api/v1/command/ unless it begins with a slash. A picture goes with a form."""
        if not self._cookies:
            self._sign_in()
        answer = self._call(method, path, query, body, picture)
        if answer.status == HTTPStatus.UNAUTHORIZED:
            self._sign_in()
            answer = self._call(method, path, query, body, picture)
        return answer

    def _call(self, method: str, path: str, query: dict[str, str] | None, body: Any, picture: bytes | None) -> Answer:
        where = path if path.startswith("/") else API + path
        sent, kind = None if method == "GET" else json.dumps(body or {}).encode(), "application/json"
        if picture is not None:
            sent, kind = encode_multipart_formdata({**body, "file": ("picture.png", picture, "image/png")})
        headers = {"Content-Type": kind, "X-CSRFToken": self._cookies.get("csrftoken", ""), "Accept-Language": "en"}
        found = self._request(method, where + (f"?{urlencode(query)}" if query else ""), sent, headers)
        told = json.loads(found.data) if "json" in found.headers.get("Content-Type", "") else None
        return Answer(found.status, told)

    def _sign_in(self) -> None:
        self._cookies = {}
        form = self._request("GET", "/login/", None, {}).data.decode()
        token = _FORM_TOKEN.search(form)
        if token is None:
            raise Unavailable("the login page has no form")
        fields = {"username": self._login.username, "password": self._login.password, "csrfmiddlewaretoken": token[1]}
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Referer": f"{self._url}/login/"}
        answer = self._request("POST", "/login/", urlencode(fields).encode(), headers)
        if answer.status != HTTPStatus.FOUND:
            self._cookies = {}
            raise Unavailable(f"{self._login.username} can't sign in ({answer.status})")

    def _request(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> BaseHTTPResponse:
        cookies = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        sent = {**headers, **({"Cookie": cookies} if cookies else {}), "Origin": self._url}
        found = self._pool.request(method, self._url + path, body=body, headers=sent, redirect=False, timeout=20.0)
        for line in found.headers.getlist("Set-Cookie"):
            for name, morsel in SimpleCookie(line).items():
                self._cookies[name] = morsel.value
        return found
