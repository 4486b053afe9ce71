"""A small OpenID provider on loopback: discovery, code with PKCE, tokens, userinfo, keys; whoever it is told comes."""

import base64
import hashlib
import json
import secrets
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT, SECRET = "tocsin", "a secret of the two"


class Provider:
    """`with Provider() as provider:` answers at `provider.issuer`; `claims` is the person who is signed in there."""

    def __init__(self) -> None:
        self.claims: dict[str, Any] = {"sub": "17", "preferred_username": "chen"}
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.codes: dict[str, dict[str, str]] = {}
        self.token = secrets.token_urlsafe()
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.issuer = f"http://127.0.0.1:{self.server.server_port}"

    def __enter__(self) -> Self:
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.server.shutdown()
        self.server.server_close()

    def discovery(self) -> dict[str, Any]:
        """What a provider says of itself."""
        names = ("authorization", "token", "userinfo")
        return {
            "issuer": self.issuer,
            "jwks_uri": f"{self.issuer}/keys",
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
            **{f"{name}_endpoint": f"{self.issuer}/{name}" for name in names},
        }

    def authorize(self, query: dict[str, str]) -> str:
        """The address to which the browser is sent back."""
        assert query["client_id"] == CLIENT
        assert query["response_type"] == "code"
        assert query["code_challenge_method"] == "S256"
        code = secrets.token_urlsafe()
        self.codes[code] = query
        return query["redirect_uri"] + "?" + urlencode({"code": code, "state": query["state"]})

    def exchange(self, form: dict[str, str]) -> dict[str, Any] | None:
        """Tokens for a code; None where code, verifier, address or secret is wrong. A code counts once."""
        asked = self.codes.pop(form.get("code", ""), None)
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if asked is None or form.get("client_secret") != SECRET or form.get("redirect_uri") != asked["redirect_uri"]:
            return None
        if challenge != asked["code_challenge"]:
            return None
        now = int(time.time())
        told = {**self.claims, "iss": self.issuer, "aud": CLIENT, "iat": now, "exp": now + 60}
        return {
            "access_token": self.token,
            "token_type": "Bearer",
            "expires_in": 60,
            "id_token": jwt.encode(told, self.key, algorithm="RS256", headers={"kid": "1"}),
        }

    def _handler(provider) -> type[BaseHTTPRequestHandler]:  # noqa: N805 - the handler has a self of its own
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                parts = urlsplit(self.path)
                query = {name: values[0] for name, values in parse_qs(parts.query).items()}
                match parts.path:
                    case "/.well-known/openid-configuration":
                        self._json(provider.discovery())
                    case "/authorization":
                        self.send_response(302)
                        self.send_header("Location", provider.authorize(query))
                        self.end_headers()
                    case "/userinfo" if self.headers["Authorization"] == f"Bearer {provider.token}":
                        self._json(provider.claims)
                    case "/keys":
                        key = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(provider.key.public_key()))
                        self._json({"keys": [{**key, "kid": "1", "alg": "RS256", "use": "sig"}]})
                    case _:
                        self.send_error(404)

            def do_POST(self) -> None:
                text = self.rfile.read(int(self.headers["Content-Length"])).decode()
                tokens = provider.exchange({name: values[0] for name, values in parse_qs(text).items()})
                self._json(tokens or {"error": "invalid_grant"}, status=200 if tokens else 400)

            def _json(self, value: dict[str, Any], status: int = 200) -> None:
                body = json.dumps(value).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_arguments: object) -> None:
                """Says nothing."""

        return Handler
