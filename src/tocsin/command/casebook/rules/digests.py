"""What a signature stands under: a digest of canonical bytes, the same on every machine and database."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any


def digest_of(values: Mapping[str, Any]) -> str:
    """SHA-256 of plain JSON with sorted keys and no spaces, UTF-8, as `sha256:` and 64 hex digits.

    >>> digest_of({"b": 1, "a": "气"}) == digest_of({"a": "气", "b": 1})
    True
    """
    canonical = json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return f"sha256:{hashlib.sha256(canonical.encode('utf-8', 'replace')).hexdigest()}"
