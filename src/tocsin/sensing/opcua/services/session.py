"""One session with one server of OPC UA. Loaded by no process but the one of `child`.

The address is asked for at the gate before each connection and the connection goes there; the server's certificate is the one
that a person trusts, and no other opens a channel.
"""

import asyncio
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from itertools import batched
from typing import Any, Final

from asyncua import ua
from asyncua.crypto import security_policies
from asyncua.ua.attribute_ids import AttributeIds
from asyncua.ua.object_ids import ObjectIds
from asyncua.ua.status_codes import StatusCodes

from tocsin.base.errors import Unavailable
from tocsin.federation.services.outgoing import Refused, allowed_address
from tocsin.sensing.opcua.rules.nodes import Node
from tocsin.sensing.opcua.rules.orders import Branch, Offered, Order
from tocsin.sensing.opcua.services.connection import BASIC, MODES, GatedClient, ignoring, told

FILTER_REFUSED: Final = frozenset(
    (
        StatusCodes.BadFilterNotAllowed,
        StatusCodes.BadMonitoredItemFilterUnsupported,
        StatusCodes.BadMonitoredItemFilterInvalid,
        StatusCodes.BadDeadbandFilterInvalid,
    )
)


class Session:
    """A server with which Tocsin speaks. `lost` is set when the connection is gone."""

    def __init__(self, order: Order) -> None:
        self.order, self.limits = order, order.limits
        self.lost = asyncio.Event()
        self._client = GatedClient(order, self.lost.set)
        self._ids: dict[str, ua.NodeId] = {}

    async def open(self) -> None:
        """Connects, and begins a session; Unavailable says in words why that can't be."""
        await self._connect(self._begin)

    async def resume(self) -> None:
        """Connects anew and goes on with the session that the server has kept; Unavailable where it has not."""
        await self._connect(self._go_on)

    async def offered(self) -> tuple[Offered, ...]:
        """The endpoints of the server with their certificates, asked for without any security."""
        await self._connect(self._nothing)
        with told(self._client.host):
            found = await self._client.get_endpoints()
        return tuple(_offered(found))

    async def close(self) -> None:
        """Ends session and connection as well as that goes."""
        client = self._client
        with ignoring():
            async with asyncio.timeout(1):
                await client.uaclient.close_session(True)
        self.cut()

    def cut(self) -> None:
        """Ends the connection; the server may keep the session."""
        with ignoring():
            self._client.disconnect_socket()

    async def renew(self) -> None:
        """Keys for the channel, anew."""
        with told(self._client.host):
            await self._client.open_secure_channel(renew=True)
            self._client.uaclient.revolve_security_token()

    @property
    def channel_s(self) -> float:
        """How long the channel's keys hold."""
        return max(10.0, self._client.secure_channel_timeout / 1000)

    async def read(self, nodes: Sequence[Node]) -> list[tuple[Node, ua.DataValue]]:
        """What each node says now."""
        found: list[tuple[Node, ua.DataValue]] = []
        for part in batched(nodes, self.limits.nodes_a_request):
            with told(self._client.host):
                parameters = ua.ReadParameters()
                parameters.TimestampsToReturn = ua.TimestampsToReturn.Both
                parameters.NodesToRead = [
                    ua.ReadValueId(NodeId=self._id_of(one.node), AttributeId=AttributeIds.Value) for one in part
                ]
                answers = await self._client.uaclient.session.read(parameters)
                found += zip(part, answers, strict=True)
        return found

    async def subscribe(
        self, nodes: Sequence[Node], tell: Callable[[ua.PublishResult], Any]
    ) -> tuple[dict[int, Node], list[Node]]:
        """The nodes by the handles under which `tell` hears of their changes, and those that must be read instead."""
        order = self.order
        publish_ms = max(100.0, order.sampling_s * 1000)
        parameters = ua.CreateSubscriptionParameters()
        parameters.RequestedPublishingInterval = publish_ms
        parameters.RequestedMaxKeepAliveCount = max(1, int(30_000 / publish_ms))
        parameters.RequestedLifetimeCount = max(
            3 * parameters.RequestedMaxKeepAliveCount, int(self.limits.session_s * 1000 / publish_ms)
        )
        parameters.MaxNotificationsPerPublish = 1000
        session = self._client.uaclient.session
        with told(self._client.host):
            made = await session.create_subscription(parameters, tell)
        handles: dict[int, Node] = {}
        left: list[Node] = []
        for part in batched(enumerate(nodes, 1), self.limits.nodes_a_request):
            statuses = await self._monitor(made.SubscriptionId, part)
            again = [
                (number, Node(one.channel, one.node, one.factor, one.offset))
                for (number, one), status in zip(part, statuses, strict=True)
                if one.deadband and status in FILTER_REFUSED
            ]
            mended = dict(zip(again, await self._monitor(made.SubscriptionId, again), strict=True)) if again else {}
            good = {number for (number, _one), status in mended.items() if not status >> 31}
            for (number, one), status in zip(part, statuses, strict=True):
                if number in good or not status >> 31:
                    handles[number] = one
                else:
                    left.append(one)
        return handles, left

    async def republish(self, subscription: int, sequence: int) -> ua.NotificationMessage | None:
        """A message that was sent into a cut line; None where the server has no such message."""
        with ignoring(), told(self._client.host):
            return await self._client.uaclient.session.republish(subscription, sequence)
        return None

    async def history(self, node: Node, since_ms: int) -> list[ua.DataValue]:
        """What the server has kept of a node since then; nothing where it keeps none."""
        details = ua.ReadRawModifiedDetails()
        details.IsReadModified = details.ReturnBounds = False
        details.StartTime = datetime.fromtimestamp((since_ms + 1) / 1000, UTC)
        details.EndTime = datetime.now(UTC)
        details.NumValuesPerNode = self.limits.history_a_node
        parameters = ua.HistoryReadParameters()
        parameters.HistoryReadDetails = details
        parameters.TimestampsToReturn = ua.TimestampsToReturn.Both
        parameters.ReleaseContinuationPoints = False
        parameters.NodesToRead = [ua.HistoryReadValueId(NodeId=self._id_of(node.node), IndexRange="")]
        with ignoring(), told(self._client.host):
            (found,) = await self._client.uaclient.session.history_read(parameters)
            values = getattr(found.HistoryData, "DataValues", None) if found.StatusCode.is_good() else None
            return list(values or [])[: self.limits.history_a_node]
        return []

    async def browse(self, branch: str, most: int) -> tuple[list[Branch], bool]:
        """What lies below a node, variables with their values; and whether the server has more."""
        wanted = ua.BrowseDescription()
        wanted.NodeId = self._id_of(branch) if branch else ua.NodeId(ua.Int32(ObjectIds.ObjectsFolder))
        wanted.ReferenceTypeId = ua.NodeId(ua.Int32(ObjectIds.HierarchicalReferences))
        wanted.NodeClassMask = ua.NodeClass.Object | ua.NodeClass.Variable
        wanted.ResultMask = ua.BrowseResultMask.All
        parameters = ua.BrowseParameters()
        parameters.RequestedMaxReferencesPerNode = most
        parameters.NodesToBrowse = [wanted]
        with told(self._client.host):
            (found,) = await self._client.uaclient.session.browse(parameters)
            if not found.StatusCode.is_good():
                raise Unavailable("the server has nothing below %(node)s", node=branch)
            references = list(found.References or [])
        shown = references[:most]
        names = [self._name_of(one.NodeId) for one in shown]
        variables = [one for one, name in zip(shown, names, strict=True) if one.NodeClass == ua.NodeClass.Variable and name]
        values = await self._texts([self._name_of(one.NodeId) for one in variables])
        branches = [
            Branch(
                name,
                str(one.DisplayName.Text or one.BrowseName.Name or name)[:120],
                one.NodeClass == ua.NodeClass.Variable,
                values.get(name, ""),
            )
            for one, name in zip(shown, names, strict=True)
            if name
        ]
        return branches, bool(found.ContinuationPoint) or len(references) > most

    async def _texts(self, names: Sequence[str]) -> dict[str, str]:
        """Variables by NodeId with what they say now, as text."""
        found = await self.read([Node("x", name) for name in names])
        return {node.node: _text_of(answer) for node, answer in found}

    async def _connect(self, begin: Callable[[], Any]) -> None:
        client = self._client
        try:
            client.address = await asyncio.to_thread(allowed_address, client.host, client.port, self.order.networks)
        except Refused as refused:
            raise Unavailable(
                "%(host)s leads to %(address)s, which is inside; name its network in the policy “OPC UA servers that are asked”",
                host=client.host,
                address=str(refused.address),
            ) from None
        except LookupError:
            raise Unavailable("%(host)s has no address; correct the endpoint", host=client.host) from None
        self.lost.clear()
        with told(f"{client.host}:{client.port}"):
            client.secure(self.order)
            async with asyncio.timeout(6 * self.limits.answer_within_s):
                await client.connect_socket()
                await client.send_hello()
                await client.open_secure_channel()
                await begin()

    async def _begin(self) -> None:
        await self._client.create_session()
        await self._client.activate_session(username=self._client._username, password=self._client._password)
        await self._name_spaces()

    async def _go_on(self) -> None:
        session = self._client.uaclient.session
        session.rebind_authentication_token()
        await self._client.activate_session(username=self._client._username, password=self._client._password)
        session.ensure_publish_loop()

    async def _nothing(self) -> None:
        """No session."""

    async def _name_spaces(self) -> None:
        """NodeIds that name a namespace by its address get its number, which may be another one after each start of a server."""
        self._ids = {}
        if not any(one.node.startswith("nsu=") for one in self.order.nodes) and not self.order.branch.startswith("nsu="):
            return
        known = list(await self._client.get_namespace_array() or [])
        for name in (*(one.node for one in self.order.nodes), self.order.branch):
            if name.startswith("nsu="):
                space, _semicolon, rest = name[4:].partition(";")
                number = (
                    known.index(space) if space in known else 65_535
                )  # which no server has: it says that there is no such node
                self._ids[name] = ua.NodeId.from_string(f"ns={number};{rest}")

    def _id_of(self, name: str) -> ua.NodeId:
        if name not in self._ids:
            self._ids[name] = ua.NodeId.from_string(name)
        return self._ids[name]

    def _name_of(self, found: ua.NodeId) -> str:
        """A NodeId as people enter it; empty for one that lies in another server."""
        if getattr(found, "ServerIndex", None):
            return ""
        return ua.NodeId(found.Identifier, found.NamespaceIndex, found.NodeIdType).to_string()

    async def _monitor(self, subscription: int, part: Iterable[tuple[int, Node]]) -> list[int]:
        """The status of each monitored item that was asked for."""
        parameters = ua.CreateMonitoredItemsParameters()
        parameters.SubscriptionId = subscription
        parameters.TimestampsToReturn = ua.TimestampsToReturn.Both
        parameters.ItemsToCreate = [self._item(number, one) for number, one in part]
        with told(self._client.host):
            results = await self._client.uaclient.session.create_monitored_items(parameters)
            if len(results) != len(parameters.ItemsToCreate):
                raise Unavailable("the server has told less than it was asked for")
        return [int(one.StatusCode.value) for one in results]

    def _item(self, number: int, node: Node) -> ua.MonitoredItemCreateRequest:
        asked = ua.MonitoringParameters()
        asked.ClientHandle = number
        asked.SamplingInterval = self.order.sampling_s * 1000
        asked.QueueSize = self.order.queue
        asked.DiscardOldest = True
        if node.deadband:
            asked.Filter = ua.DataChangeFilter(
                Trigger=ua.DataChangeTrigger.StatusValue, DeadbandType=ua.DeadbandType.Absolute.value, DeadbandValue=node.deadband
            )
        item = ua.MonitoredItemCreateRequest()
        item.ItemToMonitor = ua.ReadValueId(NodeId=self._id_of(node.node), AttributeId=AttributeIds.Value)
        item.MonitoringMode = ua.MonitoringMode.Reporting
        item.RequestedParameters = asked
        return item


def _offered(endpoints: Iterable[ua.EndpointDescription]) -> Iterator[Offered]:
    names = {mode: security for security, mode in MODES.items()}
    for one in list(endpoints)[:50]:
        policy = str(one.SecurityPolicyUri or "")
        speaks = policy in (BASIC.URI, security_policies.SecurityPolicyNone.URI) and str(one.EndpointUrl).startswith("opc.tcp")
        users = tuple(dict.fromkeys(token.TokenType.name for token in one.UserIdentityTokens or ()))
        security = names.get(one.SecurityMode, "") if speaks else ""
        yield Offered(str(security), policy.rpartition("#")[2][:60], users, bytes(one.ServerCertificate or b"")[:10_000])


def _text_of(answer: ua.DataValue) -> str:
    value = answer.Value.Value if answer.Value is not None else None
    return "" if value is None else str(value)[:80]
