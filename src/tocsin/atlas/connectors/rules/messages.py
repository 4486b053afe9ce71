"""A message of a bus as a change of one object: a record of JSON, or a feature of GeoJSON; or a mark that the object is gone."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext_noop

from tocsin.base.documents import read_json
from tocsin.base.errors import InvalidInput
from tocsin.base.storable import is_storable

MOST_BYTES: Final = 1_000_000
MOST_NAMES: Final = 300
MOST_KEY: Final = 200
_NO: Final = (None, False, 0, "", "0", "false", "False", "no", "n", "N", "否")


@dataclass(frozen=True)
class Change:
    """What a message says of the object with that key. `properties` None: it is gone."""

    key: str
    properties: Mapping[str, Any] | None
    geometry: Mapping[str, Any] | None = None


def read_message(payload: bytes, *, subject: str, removes: bool, key: str, deleted: str) -> Change:
    """The change that a message tells; InvalidInput says why it tells none. `key` and `deleted` as in the connector's settings.

    >>> read_message(b'{"id": "W1", "depth": 2}', subject="wells", removes=False, key="id", deleted="")
    Change(key='W1', properties={'id': 'W1', 'depth': 2}, geometry=None)
    >>> read_message(b"", subject="$KV.wells.W1", removes=True, key="", deleted="").properties is None
    True
    """
    if not key and (removes or not payload):
        return Change(subject[:MOST_KEY], None)
    if not payload:
        raise InvalidInput(gettext_noop("it is empty, and an empty message tells no key"))
    if len(payload) > MOST_BYTES:
        raise InvalidInput(gettext_noop("it holds more than %(most)s bytes"), most=MOST_BYTES)
    told = read_json(payload, most_bytes=MOST_BYTES)
    if isinstance(told, list) or (isinstance(told, dict) and told.get("type") == "FeatureCollection"):
        raise InvalidInput(gettext_noop("it holds a list: each message is one record or one feature"))
    if not isinstance(told, dict):
        raise InvalidInput(gettext_noop("it is no object of names and values"))
    properties, geometry = _feature(told) if told.get("type") == "Feature" and "geometry" in told else (told, None)
    if len(properties) > MOST_NAMES:
        raise InvalidInput(gettext_noop("it has more than %(most)s values"), most=MOST_NAMES)
    if not _is_storable([properties, geometry]):
        raise InvalidInput(gettext_noop("it holds characters that no text may hold"))
    found = _key_of(properties, key) if key else subject
    gone = removes or (bool(deleted) and properties.get(deleted) not in _NO)
    return Change(found, None) if gone else Change(found, properties, geometry)


def _feature(told: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any] | None]:
    properties, geometry = told.get("properties"), told.get("geometry")
    if not isinstance(properties, dict | None) or not isinstance(geometry, dict | None):
        raise InvalidInput(gettext_noop("a feature has properties that are names and values, and a geometry or null"))
    found = dict(properties or {})
    if "id" not in found and told.get("id") is not None:
        found = {"id": told["id"], **found}
    return found, geometry


def _key_of(properties: Mapping[str, Any], key: str) -> str:
    value = properties.get(key)
    if isinstance(value, bool) or not isinstance(value, str | int | float) or not str(value).strip():
        raise InvalidInput(gettext_noop("it has no key: %(key)s is empty or missing"), key=key)
    text = str(value).strip()
    if len(text) > MOST_KEY:
        raise InvalidInput(gettext_noop("its key is longer than %(most)s characters"), most=MOST_KEY)
    return text


def _is_storable(value: Any) -> bool:
    if isinstance(value, str):
        return is_storable(value)
    if isinstance(value, dict):
        return all(is_storable(name) and _is_storable(one) for name, one in value.items())
    if isinstance(value, list):
        return all(_is_storable(one) for one in value)
    return True
