"""Nodes of an OPC UA server: a list as people write it, and what their values, statuses and times mean.

A list has one node a line: channel, perhaps factor, offset and deadband, then the NodeId, which goes on to the end of the line
and so may hold blanks. A line that begins with `#` is a remark.

    methane             ns=2;s=Well 7.Methane
    flow      0.001 0   nsu=http://plant.example/;i=1201
    well-8/level 1 0 0.05 ns=2;s=Well8.Level
"""

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple

import msgspec

from tocsin.base.errors import InvalidInput
from tocsin.base.levels import Quality
from tocsin.sensing.devices.rules import check_channel, check_device_code

NODE_ID: Final = re.compile(
    r"(?=.{3,400}$)(?:ns=[0-9]{1,5};|nsu=[^;\x00-\x20]{1,255};)?"
    r"(?:i=[0-9]{1,10}|s=[^\x00-\x1f]+|g=[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}|b=[A-Za-z0-9+/]+={0,2})"
)
LINE: Final = re.compile(r"(?P<channel>[^\s,;]+)(?P<numbers>(?:[\s,;]+[^\s,;=]+){0,3}?)[\s,;]+(?P<node>(?:ns|nsu|i|s|g|b)=.+)")
EXAMPLE: Final = "methane ns=2;s=Well7.Methane"
COLUMNS: Final = ("channel", "node", "factor", "offset", "deadband")
HEADINGS: Final[Mapping[str, tuple[str, ...]]] = {
    "channel": ("通道", "通道名", "数据项"),
    "node": ("节点", "节点编号", "nodeid", "node id"),
    "factor": ("系数", "倍率"),
    "offset": ("偏移", "偏移量"),
    "deadband": ("死区",),
}
"""Columns of a table of nodes and what offices call them."""

NOT_FOUND: Final = frozenset((0x80330000, 0x80340000, 0x80350000))  # BadNodeIdInvalid, BadNodeIdUnknown, BadAttributeIdInvalid
NOT_LET: Final = frozenset((0x801F0000, 0x803A0000))  # BadUserAccessDenied, BadNotReadable


class Told(NamedTuple):
    """What was told last of a node: its source's time, and the time that the reading had."""

    source_ms: int | None
    moment_ms: int


class Node(msgspec.Struct, frozen=True):
    """One value of a server: value = raw × factor + offset, in the unit that its sensor is registered with."""

    channel: str  # of the server's own device, or `code/channel` of one that it carries
    node: str
    factor: float = 1.0
    offset: float = 0.0
    deadband: float = 0.0  # of the raw value: smaller changes are not told; 0: every change

    def line(self) -> str:
        """As it stands in a list.

        >>> Node("flow", "ns=2;i=7", 0.5, 0.0, 0.1).line()
        'flow 0.5 0 0.1 ns=2;i=7'
        """
        numbers = "" if self == Node(self.channel, self.node) else f" {self.factor:g} {self.offset:g} {self.deadband:g}"
        return f"{self.channel}{numbers} {self.node}"

    def value(self, raw: object) -> float | None:
        """What a raw value means; None for one that is no finite number of its own making; InvalidInput for what is no number."""
        if isinstance(raw, (bool, int, float)):
            try:
                found = float(raw) * self.factor + self.offset
            except OverflowError:
                return None
            return found if math.isfinite(found) else None
        kind = "null" if raw is None else type(raw).__name__
        raise InvalidInput("node %(node)s holds a value of kind %(kind)s, which is no number", node=self.node, kind=kind)


def read_nodes(text: str, most: int = 10_000) -> tuple[Node, ...]:
    """The nodes of a list; InvalidInput names the line that can't be read."""
    found: list[Node] = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        try:
            found.append(_checked(_node(line.strip())))
        except InvalidInput as error:
            raise InvalidInput("line %(line)s: %(why)s", line=number, why=error) from None
    return check_nodes(found, most)


def read_cells(rows: Sequence[Sequence[str]], most: int = 10_000) -> tuple[Node, ...]:
    """The nodes of a table with headings in either language, at least channel and node; InvalidInput names the row.

    >>> read_cells([["通道", "NodeId", "系数"], ["flow", "ns=2;i=7", "0.1"]])
    (Node(channel='flow', node='ns=2;i=7', factor=0.1, offset=0.0, deadband=0.0),)
    """
    named = {word: column for column, words in HEADINGS.items() for word in (column, *words)}
    columns = [named.get(cell.strip().lower(), "") for cell in rows[0]] if rows else []
    for needed in ("channel", "node"):
        if needed not in columns:
            raise InvalidInput(
                "the table has no column “%(column)s”; its columns are %(known)s", column=needed, known=", ".join(COLUMNS)
            )
    found: list[Node] = []
    for number, row in enumerate(rows[1:], 2):
        cells = {column: cell.strip() for column, cell in zip(columns, row, strict=False) if column}
        if not any(cells.values()):
            continue
        try:
            numbers = {name: _number(cells[name]) for name in COLUMNS[2:] if cells.get(name)}
            found.append(_checked(Node(cells.get("channel", ""), cells.get("node", ""), **numbers)))
        except InvalidInput as error:
            raise InvalidInput("row %(row)s: %(why)s", row=number, why=error) from None
    return check_nodes(found, most)


def check_nodes(nodes: Iterable[Node], most: int) -> tuple[Node, ...]:
    """All of them; InvalidInput for one that can't be, a channel that comes twice, or too many. None at all is a beginning."""
    found = tuple(nodes)
    if len(found) > most:
        raise InvalidInput("%(count)s nodes; one server has %(most)s at most", count=len(found), most=most)
    seen: set[str] = set()
    for one in found:
        _checked(one)
        if one.channel in seen:
            raise InvalidInput("channel “%(channel)s” stands twice in the list", channel=one.channel)
        seen.add(one.channel)
    return found


def quality_of(status: int) -> Quality:
    """What a status code says of its value: the two highest bits are its severity (Part 4, 7.39).

    >>> [quality_of(one).name for one in (0, 0x408F0000, 0x80AB0000, 0xC0000000)]
    ['GOOD', 'SUSPECT', 'BAD', 'BAD']
    """
    return (Quality.GOOD, Quality.SUSPECT, Quality.BAD, Quality.BAD)[status >> 30 & 3]


def refusal_of(node: str, status: int) -> InvalidInput | None:
    """Why a node can't be read at all, as its status says; None for a status of its value."""
    if status & 0xFFFF0000 in NOT_FOUND:
        return InvalidInput("the server has no variable %(node)s; browse it and correct the list", node=node)
    if status & 0xFFFF0000 in NOT_LET:
        return InvalidInput("the server does not let this user read %(node)s", node=node)
    return None


def moment_of(source_ms: int | None, server_ms: int | None, told: Told | None, earliest_ms: int) -> int | None:
    """When a value was so: at its source's time, once. None is the moment at which it arrived.

    Where the source's time was told already, the server says that the value still stands: the reading has the server's time then,
    or that of its arrival where the server's does not go on either, so that what is steady is not taken for silent. The same
    where the source has no time, or one before anything is believed.

    >>> moment_of(900, 1000, None, 500), moment_of(900, 1000, Told(900, 900), 500), moment_of(900, 1000, Told(900, 1000), 500)
    (900, 1000, None)
    >>> moment_of(100, 1000, None, 500), moment_of(None, None, None, 500)
    (1000, None)
    """
    if source_ms is not None and source_ms >= earliest_ms and (told is None or source_ms != told.source_ms):
        return source_ms
    return server_ms if server_ms is not None and (told is None or server_ms > told.moment_ms) else None


def _node(line: str) -> Node:
    parts = LINE.fullmatch(line)
    if parts is None:
        raise InvalidInput("a node has a channel and a NodeId, such as: %(example)s", example=EXAMPLE)
    numbers = [_number(one) for one in re.split(r"[\s,;]+", parts["numbers"]) if one]
    return Node(parts["channel"], parts["node"].strip(), *numbers)


def _number(text: str) -> float:
    try:
        found = float(text)
    except ValueError:
        found = math.nan
    if not math.isfinite(found):
        raise InvalidInput("“%(given)s” is no number", given=text[:40])
    return found


def _checked(one: Node) -> Node:
    code, slash, channel = one.channel.partition("/")
    if slash:
        check_device_code(code)
    check_channel(channel if slash else code)
    if not NODE_ID.fullmatch(one.node):
        raise InvalidInput("“%(given)s” is no NodeId, such as: %(example)s", given=one.node[:60], example="ns=2;s=Well7.Methane")
    if not all(map(math.isfinite, (one.factor, one.offset, one.deadband))) or one.factor == 0 or one.deadband < 0:
        raise InvalidInput("factor, offset and deadband are numbers; the factor is not 0, the deadband not below 0")
    return one
