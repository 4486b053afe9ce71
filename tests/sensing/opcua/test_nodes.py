"""Lists of nodes, places and times as tables."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.languages import english as english
from tocsin.base.errors import InvalidInput
from tocsin.base.levels import Quality
from tocsin.sensing.opcua.rules.nodes import Node, Told, moment_of, quality_of, read_cells, read_nodes, refusal_of
from tocsin.sensing.opcua.rules.places import Security, check_endpoint, check_login, check_pace

WRONG = [
    ("methane", "a node has a channel and a NodeId"),
    ("methane 0.1 0", "a node has a channel and a NodeId"),
    ("methane ns=2", "is no NodeId"),
    ("methane ns=2;x=7", "is no NodeId"),
    ("methane i=12345678901", "is no NodeId"),
    ("methane g=123", "is no NodeId"),
    ("methane ten i=7", "“ten” is no number"),
    ("methane 0 i=7", "the factor is not 0"),
    ("methane 1 0 -1 i=7", "deadband not below 0"),
    ("methane nan i=7", "is no number"),
    ("methane 1 2 3 4 i=7", "a node has a channel and a NodeId"),
    ("a+b i=7", "channel"),
    ("-x/level i=7", "device code"),
    ("methane i=7\n\nmethane i=8", "twice"),
    ("ok i=7\nmethane ns=2", "line 2: "),
    ("\n".join(f"c{number} i={number}" for number in range(4)), "4 nodes; one server has 3 at most"),
]


@pytest.mark.parametrize(("text", "refusal"), WRONG)
def test_lists_that_are_refused(text: str, refusal: str) -> None:
    with pytest.raises(InvalidInput, match=refusal):
        read_nodes(text, 3)


def test_a_list() -> None:
    text = """
        # of a plant
        methane ns=2;s=Well 7. Methane # 1
        flow, 0.001, 5, ns=3;i=1201
        well-8/level 1 0 0.05 nsu=http://plant.example/;s=Level
        pump\tb=aGVsbG8=
        state g=09087e75-8e5e-499b-954f-f2a9603db28a
    """
    found = read_nodes(text)
    assert found == (
        Node("methane", "ns=2;s=Well 7. Methane # 1"),
        Node("flow", "ns=3;i=1201", 0.001, 5.0),
        Node("well-8/level", "nsu=http://plant.example/;s=Level", 1.0, 0.0, 0.05),
        Node("pump", "b=aGVsbG8="),
        Node("state", "g=09087e75-8e5e-499b-954f-f2a9603db28a"),
    )
    assert read_nodes("\n".join(one.line() for one in found)) == found
    assert read_nodes("") == ()


@given(st.text(max_size=80))
def test_whatever_a_list_says_it_is_read_or_refused(text: str) -> None:
    try:
        read_nodes(text)
    except InvalidInput:
        return


@given(st.floats(0.001, 1000), st.floats(-1000, 1000), st.floats(0, 1000), st.text("abcXYZ019 .;=#", min_size=1, max_size=30))
def test_a_line_says_what_its_node_is(factor: float, offset: float, deadband: float, name: str) -> None:
    node = Node("c", f"ns=2;s=x{name}x", float(f"{factor:g}"), float(f"{offset:g}"), float(f"{deadband:g}"))
    assert read_nodes(node.line()) == (node,)


TABLES = [
    ([["Channel", "NODE"], ["flow", "i=7"]], ""),
    ([["通道", "节点", "死区"], ["flow", "i=7", "0.5"], ["", "", ""]], ""),
    ([["channel"], ["flow"]], "no column “node”"),
    ([], "no column “channel”"),
    ([["channel", "node", "factor"], ["flow", "i=7", "x"]], "row 2: “x” is no number"),
    ([["channel", "node"], ["flow", ""]], "row 2: “” is no NodeId"),
]


@pytest.mark.parametrize(("rows", "refusal"), TABLES)
def test_tables(rows: list[list[str]], refusal: str) -> None:
    if refusal:
        with pytest.raises(InvalidInput, match=refusal):
            read_cells(rows)
    else:
        (found,) = read_cells(rows)
        assert (found.channel, found.node) == ("flow", "i=7")


VALUES = [(12, 6.5), (True, 1.0), (float("nan"), None), (float("inf"), None), (10**400, None), (-2.0, -0.5)]


@pytest.mark.parametrize(("raw", "expected"), VALUES)
def test_values(raw: object, expected: float | None) -> None:
    assert Node("c", "i=7", 0.5, 0.5).value(raw) == expected


@pytest.mark.parametrize("raw", [None, "12", [1.0], b"x"])
def test_values_that_are_no_numbers(raw: object) -> None:
    with pytest.raises(InvalidInput, match="which is no number"):
        Node("c", "i=7").value(raw)


def test_statuses() -> None:
    assert [quality_of(one) for one in (0, 0x00960000, 0x40950000, 0x808B0000)] == [
        Quality.GOOD,
        Quality.GOOD,
        Quality.SUSPECT,
        Quality.BAD,
    ]
    assert "no variable i=7" in str(refusal_of("i=7", 0x80340000))
    assert "does not let" in str(refusal_of("i=7", 0x801F0000))
    assert refusal_of("i=7", 0x808B0000) is None, "a sensor that has failed is a bad reading"


def test_what_stands_is_told_with_the_server_s_time() -> None:
    told = Told(900, 900)
    assert moment_of(900, 1000, None, 0) == 900
    assert moment_of(950, 1000, told, 0) == 950
    assert moment_of(900, 1000, told, 0) == 1000
    assert moment_of(900, 900, told, 0) is None, "now: the server's time does not go on"
    assert moment_of(900, None, told, 0) is None


ENDPOINTS = [
    ("opc.tcp://10.8.1.20:4840", ("10.8.1.20", 4840)),
    ("opc.tcp://plc.example/Server/UA", ("plc.example", 4840)),
    ("opc.tcp://[2001:db8::7]:48010/x", ("2001:db8::7", 48010)),
    ("http://10.8.1.20", None),
    ("opc.tcp://", None),
    ("opc.tcp://10.8.1.20:0", None),
    ("opc.tcp://10.8.1.20:99999", None),
    ("opc.tcp://a b", None),
    ("opc.tcp://user:secret@10.8.1.20", None),
    ("opc.tcp://x" + "x" * 400, None),
]


@pytest.mark.parametrize(("endpoint", "expected"), ENDPOINTS)
def test_endpoints(endpoint: str, expected: tuple[str, int] | None) -> None:
    if expected is None:
        with pytest.raises(InvalidInput, match="endpoint"):
            check_endpoint(endpoint)
    else:
        assert check_endpoint(endpoint) == expected


def test_no_password_goes_to_somebody_unknown() -> None:
    check_login(Security.SIGN, "tocsin", has_password=True)
    check_login(Security.NONE, "tocsin", has_password=False)
    with pytest.raises(InvalidInput, match="certificate is trusted"):
        check_login(Security.NONE, "tocsin", has_password=True)
    with pytest.raises(InvalidInput, match="needs a user name"):
        check_login(Security.SIGN, "", has_password=True)


@pytest.mark.parametrize(
    ("pace", "refusal"),
    [((60, 1, 10), ""), ((0.5, 0, 10), "every 0.5 s"), ((60, 61, 10), "sampled every 61 s"), ((60, 1, 0), "a queue of 0")],
)
def test_paces(pace: tuple[float, float, int], refusal: str) -> None:
    if refusal:
        with pytest.raises(InvalidInput, match=refusal):
            check_pace(*pace, least_s=1.0, most_queue=100)
    else:
        check_pace(*pace, least_s=1.0, most_queue=100)
