"""A table of a real MariaDB database, and servers that do not speak as they should."""

import socket
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from tests.atlas.connectors.mariadb import ABSENT, INSTALL, OPENSSL, SERVER, Server, mariadb
from tests.atlas.connectors.policies import LOOPBACK
from tests.atlas.connectors.server import raw_bytes
from tests.ports import free_port
from tocsin.atlas.connectors.rules.sources import Encryption, MysqlSource, read_source, target_of
from tocsin.atlas.connectors.services.sources.errands import Errand, Fetched
from tocsin.atlas.connectors.services.sources.mysql import fetch_mysql
from tocsin.base.errors import InvalidInput
from tocsin.federation.rules.outcomes import Unreadable
from tocsin.federation.services.downloads import Limits

pytestmark = [pytest.mark.one_database, pytest.mark.xdist_group("mariadb")]
needs_server = pytest.mark.skipif(not (SERVER and INSTALL and OPENSSL), reason=ABSENT)
SECRET = "s3cret"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Wells of a department, with names that SQL has to quote, and an account that may read them."""
    with mariadb(tmp_path_factory.mktemp("mariadb")) as found:
        columns = "`编号` varchar(20), `深 度` decimal(8, 2), at timestamp, day date, raw varbinary(4), extra json, place point"
        values = "CONCAT('W', seq), seq / 4, '2026-11-28 08:00:00', '2026-11-28', X'00ff', '{\"a\": 1}', POINT(120.3, 36.1)"
        found.run(
            "SET time_zone = '+08:00'",
            "CREATE DATABASE water CHARACTER SET utf8mb4",
            "USE water",
            f"CREATE TABLE water.`水井 ``A` ({columns})",
            f"INSERT INTO water.`水井 ``A` SELECT {values} FROM seq_1_to_5000",  # noqa: S608
            "CREATE VIEW water.slow AS SELECT SLEEP(30) AS a",
            "CREATE TABLE water.closed (a int)",
            "CREATE FUNCTION water.act() RETURNS int MODIFIES SQL DATA BEGIN DELETE FROM water.closed; RETURN 1; END",
            "CREATE VIEW water.acts AS SELECT water.act() AS a",
            f"CREATE USER reader@'%' IDENTIFIED BY '{SECRET}'",
            *(f"GRANT SELECT ON water.{one} TO reader@'%'" for one in ("`水井 ``A`", "slow", "acts")),
        )
        yield found


@pytest.fixture
def table(server: Server) -> MysqlSource:
    return MysqlSource(
        host="localhost", port=server.port, database="water", account="reader", table="水井 `A", encryption=Encryption.NONE
    )


def fetch(
    source: MysqlSource, into: Path, *, seconds: float = 30.0, trial: bool = False, most: int = 10_000_000, trusts: str = ""
) -> Fetched:
    limits = Limits(most, time.monotonic() + seconds, (*LOOPBACK, "::1/128"), trusts)
    return fetch_mysql(source, Errand(into=into, limits=limits, most_pages=1, secret=SECRET, trial=trial))


def changed(source: MysqlSource, **told: object) -> MysqlSource:
    return msgspec.structs.replace(source, **told)


@needs_server
def test_a_table_comes_whole_with_names_that_are_quoted(table: MysqlSource, tmp_path: Path) -> None:
    fetch(changed(table, columns="深 度, 编号, at, day, raw, extra"), tmp_path / "all")
    lines = (tmp_path / "all").read_text(encoding="utf-8").splitlines()
    assert lines[0] == "深 度,编号,at,day,raw,extra"
    assert lines[4] == '1.00,W4,2026-11-28 08:00:00,2026-11-28,00ff,"{""a"": 1}"'
    assert len(lines) == 5001
    assert not fetch(table, tmp_path / "all").more
    assert (tmp_path / "all").read_text(encoding="utf-8").startswith("编号,深 度,at,day,raw,extra,place\n")
    assert fetch(changed(table, table="water.水井 `A"), tmp_path / "first", trial=True).more
    assert len((tmp_path / "first").read_text(encoding="utf-8").splitlines()) == 51


@needs_server
def test_shapes_come_as_geojson(table: MysqlSource, tmp_path: Path) -> None:
    fetch(changed(table, columns="编号", geometry="place"), tmp_path / "all", trial=True)
    assert '"geometry": {"type": "Point", "coordinates": [120.3, 36.1]}' in (tmp_path / "all").read_text(encoding="utf-8")


@needs_server
@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"table": "nothing"}, "may not read|has no table"),
        ({"table": "closed"}, "may not read"),
        ({"table": "nowhere.nothing"}, "may not read|has no table"),
        ({"columns": "编号, 1; DROP TABLE x"}, "has no such column"),
        ({"columns": "编号", "geometry": "深 度"}, "the column of shapes holds none"),
        ({"database": "nowhere"}, "does not let us in"),
        ({"account": "nobody"}, "does not let us in"),
        ({"port": free_port()}, "does not let us in"),
        ({"encryption": Encryption.VERIFIED}, "does not let us in"),
        ({"table": "acts"}, "refuses"),
        ({"host": "nowhere.invalid"}, "is not known"),
        ({"host": "169.254.169.254"}, "where machines tell their keys"),
    ],
)
def test_what_is_wrong_is_told(told: dict[str, object], words: str, table: MysqlSource, tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match=words) as raised:
        fetch(changed(table, **told), tmp_path / "all")
    assert SECRET not in str(raised.value)


@needs_server
def test_a_certificate_is_verified_where_that_is_wanted(server: Server, table: MysqlSource, tmp_path: Path) -> None:
    verified = changed(table, encryption=Encryption.VERIFIED)
    fetch(verified, tmp_path / "all", trial=True, trusts=str(server.certificate))
    with pytest.raises(Unreadable, match="does not let us in"):
        fetch(changed(verified, host="127.0.0.1"), tmp_path / "all", trial=True, trusts=str(server.certificate))
    fetch(changed(table, encryption=Encryption.UNVERIFIED), tmp_path / "all", trial=True)


@needs_server
def test_a_table_that_is_too_much_or_too_slow_is_cut_off(table: MysqlSource, tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match="sends more than"):
        fetch(table, tmp_path / "all", most=10_000)
    began = time.monotonic()
    with pytest.raises(Unreadable, match="did not finish in time"):
        fetch(changed(table, table="slow"), tmp_path / "all", seconds=1.0)
    assert time.monotonic() - began < 20


GREETING = b"\x0a8.0.36\0" + bytes(4) + b"saltsalt\0" + b"\xff\xff\x2d\x02\0\xff\xdf\x15" + bytes(10) + b"moresaltmore\0"


def packet(number: int, content: bytes) -> bytes:
    return len(content).to_bytes(3, "little") + bytes([number]) + content


def endless(talk: socket.socket) -> None:
    head = b"\xff\xff\xff"
    talk.sendall(head + b"\0")
    while True:
        talk.sendall(bytes(65_536))


def no_mysql(talk: socket.socket) -> None:
    talk.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")


def silent(talk: socket.socket) -> None:
    talk.recv(1)


def without_encryption(talk: socket.socket) -> None:
    talk.sendall(packet(0, GREETING.replace(b"\xff\xff\x2d", b"\xff\xf7\x2d")))
    talk.recv(100)


def asks_for_the_password(plugin: bytes) -> object:
    def speak(talk: socket.socket) -> None:
        talk.sendall(packet(0, GREETING.replace(b"\xff\xff\x2d", b"\xff\xf7\x2d") + b"mysql_native_password\0"))
        talk.recv(4096)
        talk.sendall(packet(2, b"\xfe" + plugin + b"\0\x04Password: "))
        assert SECRET.encode() not in talk.recv(4096)

    return speak


@pytest.mark.parametrize(
    ("speak", "encryption", "words"),
    [
        (endless, Encryption.NONE, "sends more than"),
        (no_mysql, Encryption.NONE, "does not speak as MySQL does|does not let us in|refuses"),
        (silent, Encryption.NONE, "did not finish in time"),
        (without_encryption, Encryption.UNVERIFIED, "SSL is required"),
        (asks_for_the_password(b"mysql_clear_password"), Encryption.NONE, "asks for the password in plain text"),
        (asks_for_the_password(b"dialog"), Encryption.NONE, "asks for the password in plain text"),
    ],
    ids=["endless", "no MySQL", "silent", "without encryption", "clear", "dialog"],
)
def test_servers_that_misbehave(speak: object, encryption: Encryption, words: str, tmp_path: Path) -> None:
    with raw_bytes(speak) as port:  # type: ignore[arg-type]
        source = MysqlSource(host="127.0.0.1", port=port, database="a", account="b", table="c", encryption=encryption)
        seconds = 1.0 if speak is silent else 20.0
        with pytest.raises(Unreadable, match=words):
            fetch(source, tmp_path / "all", seconds=seconds, most=1_000_000)


def test_settings_of_databases() -> None:
    told = {"kind": "mysql", "host": "db.example.cn", "database": "water", "account": "reader", "table": "wells"}
    assert target_of(read_source(told)) == "reader@db.example.cn:3306/verified"
    for wrong in ({"host": "a b"}, {"port": 0}, {"table": "a.b.c"}, {"table": ""}, {"account": ""}):
        with pytest.raises(InvalidInput):
            read_source({**told, **wrong})
