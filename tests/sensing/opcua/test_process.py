"""The process that speaks to a server: what it says of a real one, of a hostile one, and of one that is not let through."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from typing import Any

import msgspec
import pytest

from tests.languages import english as english
from tests.ports import free_port
from tests.sensing.opcua.server import RunningServer
from tocsin.base.documents import decode_json
from tocsin.sensing.opcua.policy import OPCUA
from tocsin.sensing.opcua.rules.nodes import Node, read_nodes
from tocsin.sensing.opcua.rules.orders import MOST_SAID, Limits, Order, Said
from tocsin.sensing.opcua.services.nursery import Nursery

LIST = read_nodes(
    "methane ns=2;s=Methane\nflow 2 0 nsu=http://plant.example/;s=Flow\npump ns=2;s=Pump\nname ns=2;s=Name\nmany ns=2;s=Many\n"
    "gone ns=2;s=Gone\nelsewhere nsu=http://other.example/;s=Flow"
)


def limits(**changed: Any) -> Limits:
    return msgspec.structs.replace(OPCUA.shipped.limits(31), first_retry_s=0.05, **changed)


@pytest.fixture(scope="module")
def nursery() -> Iterator[Nursery]:
    with Nursery() as made:
        yield made


def ask(nursery: Nursery, work: str, endpoint: str, nodes: tuple[Node, ...] = (), **more: Any) -> Said:
    order = Order(work, endpoint, **{"networks": ("127.0.0.0/8",), "limits": limits(), "nodes": nodes, **more})
    with closing(nursery.child()) as end:
        end.sendall(msgspec.json.encode(order) + b"\n")
        return decode_json(end.makefile("rb").readline(), Said, most_bytes=MOST_SAID)


def trouble_of(said: Said) -> str:
    assert said.trouble is not None
    return str(said.trouble.error())


def test_what_nodes_say(nursery: Nursery, plant: RunningServer) -> None:
    said = ask(nursery, "read", plant.endpoint, LIST)
    assert {one.channel: (one.value, one.quality) for one in said.heard} == {
        "methane": (12.5, 0),
        "flow": (6.0, 0),
        "pump": (1.0, 0),
    }
    assert all(one.ts_ms is not None for one in said.heard)
    assert {one.channel: one.is_value for one in said.unread} == {"name": True, "many": True, "gone": False, "elsewhere": False}


def test_what_lies_below_a_node(nursery: Nursery, plant: RunningServer) -> None:
    said = ask(nursery, "browse", plant.endpoint)
    assert "ns=2;s=Plant" in {one.node for one in said.branches}
    below = {one.name: one for one in ask(nursery, "browse", plant.endpoint, branch="ns=2;s=Plant").branches}
    assert (below["Methane"].node, below["Methane"].value, below["Methane"].is_variable) == ("ns=2;s=Methane", "12.5", True)
    assert "nothing below ns=2;s=Nowhere" in trouble_of(ask(nursery, "browse", plant.endpoint, branch="ns=2;s=Nowhere"))


def test_which_endpoints_are_offered(nursery: Nursery, plant: RunningServer) -> None:
    offered = ask(nursery, "certificates", plant.endpoint).offered
    assert {one.security for one in offered} == {"none", "sign", "sign_and_encrypt"}
    assert len({one.certificate for one in offered if one.certificate}) == 1


LEFT_OUT = [
    ("an address inside that no policy names", "opc.tcp://127.0.0.1:4840", (), "which is inside"),
    ("one of clouds' metadata", "opc.tcp://169.254.169.254:4840", ("10.0.0.0/8",), "which is inside"),
    ("a name that is none", "opc.tcp://no-such-host.invalid", (), "no address"),
]


@pytest.mark.parametrize(("endpoint", "networks", "words"), [row[1:] for row in LEFT_OUT], ids=[row[0] for row in LEFT_OUT])
def test_servers_that_are_not_asked(nursery: Nursery, endpoint: str, networks: tuple[str, ...], words: str) -> None:
    assert words in trouble_of(ask(nursery, "read", endpoint, LIST, networks=networks))


def test_no_policy_names_where_clouds_tell_their_keys() -> None:
    with pytest.raises(ValueError, match="where machines tell their keys"):
        OPCUA.read(OPCUA.path.read_bytes().replace(b"networks = []", b'networks = ["169.254.169.0/24"]'), "city")


def test_nobody_there(nursery: Nursery) -> None:
    assert "does not answer" in trouble_of(ask(nursery, "read", f"opc.tcp://127.0.0.1:{free_port()}", LIST))


@contextmanager
def hostile(speak: Callable[[socket.socket], None]) -> Iterator[str]:
    """A listener that treats whoever comes in its own way."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                end, _address = listener.accept()
            except OSError:
                return
            with end:
                try:
                    speak(end)
                except OSError:
                    continue

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield f"opc.tcp://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(10)


def send(*parts: bytes) -> Callable[[socket.socket], None]:
    def speak(end: socket.socket) -> None:
        end.recv(65_536)
        for part in parts:
            end.sendall(part)
        while end.recv(65_536):
            pass

    return speak


def silent(end: socket.socket) -> None:
    while end.recv(65_536):
        pass


ACKNOWLEDGED = b"ACKF\x1c\x00\x00\x00" + b"\x00\x00\x00\x00" + b"\xff\xff\x00\x00" * 2 + b"\x00\x00\x00\x00" * 2
HOSTILE = {
    "says nothing": silent,
    "speaks HTTP": send(b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n" * 100),
    "names a piece of two gigabytes": send(b"ACKF\xff\xff\xff\x7f" + b"x" * 100_000),
    "never ends a piece": send(ACKNOWLEDGED, b"OPNF\xf0\xff\x00\x00" + b"x" * 1_000),
    "sends noise for a channel": send(ACKNOWLEDGED, b"OPNF\x40\x00\x00\x00" + b"\xff" * 56),
    "sends pieces without end": send(ACKNOWLEDGED, *([b"MSGC\x20\x00\x00\x00" + b"\x00" * 24] * 2_000)),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_whatever_answers_it_is_told_in_words(nursery: Nursery, name: str) -> None:
    with hostile(HOSTILE[name]) as endpoint:
        said = ask(nursery, "read", endpoint, LIST, limits=limits(answer_within_s=1.0))
    assert "answer" in trouble_of(said)


@pytest.mark.parametrize("node", ["ns=2;s=Bomb", "ns=2;s=Huge"])
def test_an_answer_that_is_too_much_costs_its_own_process_only(nursery: Nursery, plant: RunningServer, node: str) -> None:
    said = ask(nursery, "read", plant.endpoint, (Node("x", node),), limits=limits(memory_bytes=400 << 20))
    assert "answer" in trouble_of(said) or "refuses" in trouble_of(said)
    assert ask(nursery, "read", plant.endpoint, LIST[:1]).heard[0].value == 12.5


def test_a_child_ends_when_the_house_lets_go(nursery: Nursery, plant: RunningServer) -> None:
    order = Order("watch", plant.endpoint, ("127.0.0.0/8",), limits(), nodes=LIST)
    with closing(nursery.child()) as end:
        end.sendall(msgspec.json.encode(order) + b"\n")
        assert end.makefile("rb").readline()
    assert nursery._process is not None
    assert nursery._process.poll() is None, "the others are not touched"
