"""Writes the OpenAPI document's schemas as TypeScript interfaces: what the server describes is what the browser may read.

`tocsin manage export_openapi_schema --api tocsin.portal.api.api | python tools/api_types.py > web/generated/api.ts`
"""

import json
import re
import sys
from collections.abc import Iterator
from typing import Any

HEADER = "// Written by tools/api_types.py from the OpenAPI document; not kept in the repository.\n"
PLAIN = {"string": "string", "integer": "number", "number": "number", "boolean": "boolean", "null": "null"}


def typescript_of(document: dict[str, Any]) -> str:
    """One exported type for each schema of the document, by the schema's name."""
    schemas = document["components"]["schemas"]
    answered = _reached(schemas, _references(_parts_of(document, "responses")))
    return HEADER + "\n".join(_declare(name, schemas[name], name not in answered) for name in sorted(schemas))


def _declare(name: str, schema: dict[str, Any], is_input: bool) -> str:
    """An interface where the schema is an object. An answer carries every field; a request may leave out what has a default."""
    if "properties" not in schema:
        return f"export type {name} = {_type(schema)};"
    required = schema.get("required", []) if is_input else schema["properties"]
    fields = (
        f"  {key if key.isidentifier() else json.dumps(key)}{'' if key in required else '?'}: {_type(field)};"
        for key, field in schema["properties"].items()
    )
    return "\n".join([f"export interface {name} {{", *fields, "}"])


def _type(schema: dict[str, Any]) -> str:
    if "$ref" in schema:
        return str(schema["$ref"]).rsplit("/", 1)[-1]
    if "enum" in schema or "const" in schema:
        return " | ".join(json.dumps(value, ensure_ascii=False) for value in schema.get("enum", [schema.get("const")]))
    for union in ("anyOf", "oneOf"):
        if union in schema:
            return " | ".join(dict.fromkeys(_type(each) for each in schema[union]))
    if "allOf" in schema:
        return " & ".join(_type(each) for each in schema["allOf"])
    if schema.get("type") == "array":
        return _array(schema)
    if schema.get("type") == "object":
        values = schema.get("additionalProperties", True)
        return f"Record<string, {_type(values) if isinstance(values, dict) else 'unknown'}>"
    return PLAIN.get(schema.get("type", ""), "unknown")


def _array(schema: dict[str, Any]) -> str:
    if "prefixItems" in schema:
        return f"[{', '.join(_type(each) for each in schema['prefixItems'])}]"
    inner = _type(schema.get("items", {}))
    return f"({inner})[]" if re.search(r"[|&]", inner) else f"{inner}[]"


def _parts_of(document: dict[str, Any], part: str) -> Iterator[Any]:
    for operations in document["paths"].values():
        for operation in operations.values():
            if isinstance(operation, dict) and part in operation:
                yield operation[part]


def _references(node: Any) -> set[str]:
    """The names of the schemas to which anything below this points."""
    if isinstance(node, dict):
        own = {str(node["$ref"]).rsplit("/", 1)[-1]} if isinstance(node.get("$ref"), str) else set()
        return own.union(*map(_references, node.values()))
    if isinstance(node, str):
        return set()
    return set().union(*map(_references, node)) if hasattr(node, "__iter__") else set()


def _reached(schemas: dict[str, Any], names: set[str]) -> set[str]:
    reached: set[str] = set()
    while names - reached:
        reached |= names
        names = _references([schemas[name] for name in names])
    return reached


if __name__ == "__main__":
    sys.stdout.write(typescript_of(json.load(sys.stdin)))
