"""What a stranger's ONNX file holds, read without running it: its protobuf is walked, and what may do more is refused.

Read are the few fields of onnx.proto3 that name operators, other files and functions; all else is passed over.
"""

from typing import TYPE_CHECKING, Final

from tocsin.base.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Iterator

_GRAPH, _OPSET, _FUNCTIONS = 7, 8, 25  # of ModelProto
_NODE, _INITIALIZER, _SPARSE = 1, 5, 15  # of GraphProto
_OP_TYPE, _ATTRIBUTE, _DOMAIN = 4, 5, 7  # of NodeProto
_TENSOR, _ONE_GRAPH, _TENSORS, _GRAPHS = 5, 6, 10, 11  # of AttributeProto
_EXTERNAL, _LOCATION = 13, 14  # of TensorProto
_OWN_DOMAINS: Final = (b"", b"ai.onnx")
ENDLESS: Final = (b"Loop", b"Scan", b"If")  # with graphs of their own
MOST_NODES: Final = 20_000


def check_onnx(data: bytes) -> int:
    """How many operators it has; InvalidInput tells what is no ONNX file, or why it is not run."""
    view = memoryview(data)
    graphs = [value for field, value in _fields(view) if field == _GRAPH]
    if len(graphs) != 1 or not isinstance(graphs[0], memoryview):
        raise InvalidInput("the file is no ONNX model")
    for field, value in _fields(view):
        if field == _FUNCTIONS:
            raise InvalidInput("the model brings functions of its own; export it without")
        if field == _OPSET and (domain := _text(value, 1)) not in _OWN_DOMAINS:
            raise InvalidInput(
                "the model needs operators of “%(domain)s”; only those of ONNX itself are run", domain=_shown(domain)
            )
    nodes = _check_graph(graphs[0])
    if not 0 < nodes <= MOST_NODES:
        raise InvalidInput("the model has %(count)s operators; 1 to %(most)s are run", count=nodes, most=MOST_NODES)
    return nodes


def _check_graph(graph: memoryview) -> int:
    nodes = 0
    for field, value in _fields(graph):
        if not isinstance(value, memoryview):
            continue
        if field == _NODE:
            nodes += 1
            _check_node(value)
        elif field == _INITIALIZER:
            _check_tensor(value)
        elif field == _SPARSE:
            raise InvalidInput("the model has sparse weights; export it without")
    return nodes


def _check_node(node: memoryview) -> None:
    operator, domain = _text(node, _OP_TYPE), _text(node, _DOMAIN)
    if domain not in _OWN_DOMAINS:
        raise InvalidInput("the operator %(name)s of “%(domain)s” is not run", name=_shown(operator), domain=_shown(domain))
    if operator in ENDLESS:
        raise InvalidInput("the operator %(name)s is not run: export the model without loops and branches", name=_shown(operator))
    for field, attribute in _fields(node):
        if field != _ATTRIBUTE or not isinstance(attribute, memoryview):
            continue
        for inner, value in _fields(attribute):
            if inner in (_ONE_GRAPH, _GRAPHS):
                raise InvalidInput("the operator %(name)s has a graph of its own and is not run", name=_shown(operator))
            if inner in (_TENSOR, _TENSORS) and isinstance(value, memoryview):
                _check_tensor(value)


def _check_tensor(tensor: memoryview) -> None:
    for field, value in _fields(tensor):
        if field == _EXTERNAL or (field == _LOCATION and value != 0):
            raise InvalidInput("weights lie in another file; export the model as one file")


def _text(message: "memoryview | int", wanted: int) -> bytes:
    if isinstance(message, int):
        return b""
    return next((bytes(value) for field, value in _fields(message) if field == wanted and isinstance(value, memoryview)), b"")


def _shown(text: bytes) -> str:
    return text.decode("utf-8", "replace")[:40]


def _fields(message: memoryview) -> "Iterator[tuple[int, memoryview | int]]":
    """Numbers and values of a message; what is in length-delimited fields as a part of it."""
    place = 0
    while place < len(message):
        key, place = _varint(message, place)
        kind = key & 7
        if kind == 0:
            value, place = _varint(message, place)
            yield key >> 3, value
            continue
        if kind == 2:
            length, place = _varint(message, place)
        elif kind in (1, 5):
            length = 8 if kind == 1 else 4
        else:
            raise InvalidInput("the file is no ONNX model")
        if place + length > len(message):
            raise InvalidInput("the file is no ONNX model, or its end is missing")
        yield key >> 3, message[place : place + length]
        place += length


def _varint(message: memoryview, place: int) -> tuple[int, int]:
    value = shift = 0
    while place < len(message) and shift < 64:
        byte = message[place]
        value |= (byte & 0x7F) << shift
        place, shift = place + 1, shift + 7
        if byte < 0x80:
            return value, place
    raise InvalidInput("the file is no ONNX model, or its end is missing")
