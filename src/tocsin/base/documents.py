"""JSON, TOML, YAML and CBOR that strangers write: how long and how deep a text may be is asked here, once, for all who read one.

Everything that was not written by this installation itself is read by these functions; `tests/test_documents.py` finds who
does otherwise. A text that nests without end breaks readers at places of their own: the parser, what walks over its values, what
writes them again.
"""

import json
import tomllib
from collections.abc import Iterable
from io import BytesIO
from typing import Any, Final

import msgspec

from tocsin.base.decoding import prepared
from tocsin.base.errors import InvalidInput

MOST_BYTES: Final = 4_000_000  # more than a request may hold; who reads files says more
CBOR_REFERENCES: Final = (25, 28, 29, 256)  # tags
MOST_DEPTH: Final = 64  # GeoJSON has a dozen levels, policy six


def read_json(text: str | bytes, *, most_bytes: int = MOST_BYTES, line: int = 1) -> Any:
    """The value of a JSON text. InvalidInput says in which line it breaks off, or that it is too long or too deep; `line` is
    the number of its first line in what it stands in.

    >>> read_json('{"a": [1]}')
    {'a': [1]}
    """
    _weigh(text, most_bytes)
    try:
        value = json.loads(text)
    except json.JSONDecodeError as error:
        raise InvalidInput(
            "This is no JSON at line %(line)s, column %(column)s: %(why)s.",
            line=error.lineno + line - 1,
            column=error.colno,
            why=error.msg,
        ) from None
    except UnicodeDecodeError as error:
        raise InvalidInput("This is no text in UTF-8 at byte %(byte)s: save it as UTF-8.", byte=error.start) from None
    except RecursionError:
        raise _too_deep() from None
    except ValueError as error:  # a number of thousands of digits
        raise InvalidInput("This is no JSON: %(why)s.", why=error) from None
    if _opened(text) > MOST_DEPTH and _is_deep(value):
        raise _too_deep()
    return value


def decode_json[T](text: bytes, kind: type[T], *, most_bytes: int = MOST_BYTES) -> T:
    """The value of a JSON text as that type, as `msgspec` reads it; InvalidInput names the key that does not fit.

    >>> decode_json(b"[1, 2]", list[int])
    [1, 2]
    """
    _weigh(text, most_bytes)
    try:
        return msgspec.json.decode(text, type=prepared(kind))
    except msgspec.MsgspecError as error:
        raise InvalidInput("This can't be read: %(why)s.", why=error) from None
    except UnicodeDecodeError as error:
        raise InvalidInput("This is no text in UTF-8 at byte %(byte)s: save it as UTF-8.", byte=error.start) from None
    except RecursionError:  # in what the type does not name, which is passed over
        raise _too_deep() from None


def read_toml(text: str, *, most_bytes: int = MOST_BYTES) -> dict[str, Any]:
    """What stands in a TOML text; InvalidInput says in which line it breaks off, or that it is too long or too deep.

    >>> read_toml("a = [1]")
    {'a': [1]}
    """
    _weigh(text, most_bytes)
    try:
        value = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InvalidInput("This can't be read as TOML: %(error)s", error=error) from None
    except RecursionError:
        raise _too_deep() from None
    except ValueError as error:  # a number of thousands of digits, a day that no calendar has
        raise InvalidInput("This can't be read as TOML: %(error)s", error=error) from None
    if _is_deep(value):  # keys of many parts nest without a bracket
        raise _too_deep()
    return value


def read_yaml(text: str, *, most_bytes: int = MOST_BYTES) -> Any:
    """The value of a YAML text of plain data; InvalidInput says in which line it breaks off.

    Anchors and aliases are refused: a few lines of them stand for more than any memory holds. Days stay texts.

    >>> read_yaml("a: [1, yes, 2026-01-02]")
    {'a': [1, True, '2026-01-02']}
    """
    import yaml  # few processes come here

    _weigh(text, most_bytes)
    try:
        for event in yaml.parse(text, Loader=yaml.SafeLoader):
            if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
                line = event.start_mark.line + 1 if event.start_mark else 1
                raise InvalidInput("This YAML has an anchor or alias in line %(line)s: write the value out.", line=line)
        value = yaml.load(text, Loader=_plain_loader())  # noqa: S506 - a SafeLoader without days
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        raise InvalidInput("This is no YAML at line %(line)s: %(why)s.", line=line, why=error.problem or "") from None
    except yaml.YAMLError as error:  # a sign that no text may hold
        raise InvalidInput("This is no YAML: %(why)s.", why=str(error).partition("\n")[0]) from None
    except RecursionError:
        raise _too_deep() from None
    except ValueError as error:
        raise InvalidInput("This is no YAML: %(why)s.", why=error) from None
    if _is_deep(value):
        raise _too_deep()
    return value


def read_cbor(data: bytes, *, most_bytes: int = MOST_BYTES) -> Any:
    """The value of a text in CBOR (RFC 8949), which must be all of it. InvalidInput says why it can't be read.

    References within the text are refused: a few bytes of them stand for more than any memory holds, or for themselves.

    >>> read_cbor(bytes.fromhex("81a1006174"))
    [{0: 't'}]
    """
    import cbor2  # few devices speak it

    _weigh(data, most_bytes)
    rest = BytesIO(data)
    refused = dict.fromkeys(CBOR_REFERENCES, _refuse_reference)
    try:
        value = cbor2.CBORDecoder(
            rest, semantic_decoders=refused, max_depth=MOST_DEPTH, allow_duplicate_keys=False, read_size=1
        ).decode()
    except cbor2.CBORError as error:
        raise InvalidInput("This is no CBOR: %(why)s.", why=str(error).partition("\n")[0]) from None
    if rest.tell() != len(data):
        raise InvalidInput("This is no CBOR: something follows at byte %(byte)s.", byte=rest.tell())
    return value


def _refuse_reference(_decoder: Any) -> Any:
    raise ValueError("it refers to itself; write the value out")


def _plain_loader() -> Any:
    """YAML's safe loader that leaves days and moments as they are written."""
    import yaml

    class PlainLoader(yaml.SafeLoader):
        yaml_implicit_resolvers = {
            first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith("timestamp")]
            for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
        }

    return PlainLoader


def _weigh(text: str | bytes, most_bytes: int) -> None:
    if len(text) > most_bytes:
        raise InvalidInput("This is longer than %(most)s bytes: send it in parts.", most=most_bytes)


def _opened(text: str | bytes) -> int:
    """How often a list or an object begins at most: as deep as that it can be, no deeper. Quicker than a look at every value."""
    return text.count("[") + text.count("{") if isinstance(text, str) else text.count(b"[") + text.count(b"{")


def _is_deep(value: Any) -> bool:
    level = _containers([value])
    for _depth in range(MOST_DEPTH):
        if not level:
            return False
        level = [inner for one in level for inner in _containers(one.values() if isinstance(one, dict) else one)]
    return bool(level)


def _containers(values: Iterable[Any]) -> list[Any]:
    return [one for one in values if isinstance(one, dict | list)]


def _too_deep() -> InvalidInput:
    return InvalidInput(
        "This holds more than %(most)s levels of lists within lists or objects within objects: make it flatter.", most=MOST_DEPTH
    )
