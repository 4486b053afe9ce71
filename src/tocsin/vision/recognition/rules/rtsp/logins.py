"""Logging in at a camera: Digest (RFC 7616, and RFC 2069 of older cameras), else Basic (RFC 7617)."""

import base64
import hashlib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

_PAIR: Final = re.compile(r'([a-z-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))', re.IGNORECASE)


@dataclass(frozen=True)
class CameraLogin:
    """Who logs in."""

    username: str
    password: str = field(repr=False)


def _md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()  # what RFC 2326 and nearly all cameras know


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


_HASHES: Final[dict[str, Callable[[str], str]]] = {"sha-256": _sha256, "md5": _md5}  # the better first


def authorization(challenges: Sequence[str], login: CameraLogin, method: str, url: str, nonce: str) -> str:
    """The header that answers the best of the challenges (`WWW-Authenticate`); empty where none can be answered.

    `nonce` is ours (`cnonce`): 16 random signs. The password itself leaves only where the server knows nothing but Basic.

    >>> told = 'Digest realm="camera", nonce="abc"'
    >>> authorization([told], CameraLogin("admin", "12345"), "DESCRIBE", "rtsp://a/1", "x")[-43:]
    'response="940081b9bd5e985ec6f081bc1e4423fc"'
    """
    told = [(one.split(" ", 1)[0].lower(), _pairs(one)) for one in challenges]
    digests = {pairs.get("algorithm", "md5").lower(): pairs for scheme, pairs in told if scheme == "digest"}
    for name, hashed in _HASHES.items():
        if name in digests:
            return _digest(digests[name], name, hashed, login, method, url, nonce)
    if any(scheme == "basic" for scheme, _pairs_of in told):
        return "Basic " + base64.b64encode(f"{login.username}:{login.password}".encode()).decode()
    return ""


def split_challenges(header: str) -> list[str]:
    """Several challenges that came in one header.

    >>> split_challenges('Digest realm="a, b", nonce="1", Basic realm="a"')
    ['Digest realm="a, b", nonce="1"', 'Basic realm="a"']
    """
    starts = [one.start() for one in re.finditer(r"\b(?:Digest|Basic)\s+[a-z]+=", header, re.IGNORECASE)]
    return [header[start:end].rstrip(", ") for start, end in zip(starts, [*starts[1:], len(header)], strict=True)]


def _pairs(challenge: str) -> dict[str, str]:
    return {name.lower(): quoted or bare for name, quoted, bare in _PAIR.findall(challenge)}


def _digest(
    told: dict[str, str], algorithm: str, hashed: Callable[[str], str], login: CameraLogin, method: str, url: str, nonce: str
) -> str:
    realm, server_nonce = told.get("realm", ""), told.get("nonce", "")
    secret = hashed(f"{login.username}:{realm}:{login.password}")
    asked = hashed(f"{method}:{url}")
    parts = [f'username="{_quoted(login.username)}"', f'realm="{realm}"', f'nonce="{server_nonce}"', f'uri="{url}"']
    if "auth" in [one.strip() for one in told.get("qop", "").split(",")]:
        response = hashed(f"{secret}:{server_nonce}:00000001:{nonce}:auth:{asked}")
        parts += ["qop=auth", "nc=00000001", f'cnonce="{nonce}"']
    else:
        response = hashed(f"{secret}:{server_nonce}:{asked}")
    if "algorithm" in told:
        parts.append(f"algorithm={'SHA-256' if algorithm == 'sha-256' else 'MD5'}")
    if "opaque" in told:
        parts.append(f'opaque="{told["opaque"]}"')
    return "Digest " + ", ".join([*parts, f'response="{response}"'])


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')
