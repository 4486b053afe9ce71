"""The description of the API, made once a process: it costs as much as a hundred requests."""

import json
from functools import cache
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder

from tocsin.portal.api import api


def schema() -> dict[str, Any]:
    """The OpenAPI document as a program gets it; the caller's own."""
    document: dict[str, Any] = json.loads(_text())
    return document


@cache
def _text() -> str:
    return json.dumps(api.get_openapi_schema(), cls=DjangoJSONEncoder)
