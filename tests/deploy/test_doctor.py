"""`tocsin doctor` names what is wrong, by whom and how to mend it, and changes nothing."""

import contextlib
import dataclasses
import json
import os
import re
import socket
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from importlib import metadata
from pathlib import Path
from types import SimpleNamespace

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Sink
from click.testing import CliRunner
from django.conf import settings
from django.db.migrations.recorder import MigrationRecorder

from tests.languages import english as english
from tests.ports import free_port
from tests.sensing.certificates.making import made
from tocsin.portal.commands.doctor import doctor
from tocsin.portal.configuration import Configuration
from tocsin.portal.doctor import clock, database, folder, peers, ports, proxy, report, room
from tocsin.portal.doctor.findings import Finding, Verdict
from tocsin.portal.doctor.listeners import holder_of
from tocsin.portal.doctor.words import Language, language_of, spoken

DEPLOY = Path(__file__).resolve().parents[2] / "deploy"


@pytest.fixture
def installation(tmp_path: Path) -> Configuration:
    """The shipped settings over a data folder of its own, on ports that nobody has."""
    data = tmp_path / "data"
    data.mkdir(mode=0o700)
    free = {name: free_port() for name in settings.CONFIGURATION.door_ports}
    return dataclasses.replace(settings.CONFIGURATION, data=data, http_port=free_port(), door_ports=free, database_url="")


def told(findings: Iterator[Finding]) -> dict[str, Finding]:
    """By name; each that is not good says how it is mended."""
    found = {one.name: one for one in findings}
    assert all(one.mend for one in found.values() if one.verdict in (Verdict.WARNING, Verdict.BAD))
    return found


def contents(folder: Path) -> dict[str, tuple[int, bytes]]:
    return {
        str(path.relative_to(folder)): (path.stat().st_mode, path.read_bytes() if path.is_file() else b"")
        for path in folder.rglob("*")
    }


@contextlib.contextmanager
def listening() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server


@pytest.mark.one_database
def test_whatever_is_asked_nothing_is_changed(installation: Configuration, monkeypatch: pytest.MonkeyPatch) -> None:
    (installation.data / "channels.toml").write_text('[email]\nhost = "127.0.0.1"\nfrom = "a@example.org"\nport = 1\n')
    (installation.data / "tocsin.sqlite3").write_bytes(b"not a database" * 100)
    before = contents(installation.data)
    monkeypatch.setattr(report.Configuration, "from_environment", lambda: installation)
    for _again in range(2):
        answer = CliRunner().invoke(doctor, ["--json"])
        assert answer.exit_code == 1
        parsed = json.loads(answer.stdout)
        assert parsed["verdict"] == "bad"
    assert contents(installation.data) == before
    bad = {(one["area"], one["name"]) for one in parsed["findings"] if one["verdict"] == "bad"}
    assert bad >= {("database", "SQLite"), ("channels", "email")}
    text = CliRunner().invoke(doctor, ["--language", "en"]).stdout
    assert "BAD" in text
    assert "→ stop Tocsin, keep a copy of the data folder" in text


@pytest.mark.one_database
def test_settings_that_cannot_be_read_are_the_one_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOCSIN_HTTP_PORT", "eighty")
    answer = CliRunner().invoke(doctor, ["--language", "en"])
    assert answer.exit_code == 1
    assert "TOCSIN_HTTP_PORT is 'eighty'; it must be a port" in answer.stdout
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    answer = CliRunner().invoke(doctor)
    assert answer.exit_code == 1
    assert "TOCSIN_HTTP_PORT 为 'eighty'；须为 1 至 65535 的端口号" in answer.stdout


@pytest.mark.one_database
def test_in_chinese_every_line_is_chinese_and_names_for_programs_stay(
    installation: Configuration, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All that a sick installation is told: what no word of Chinese stands in would have been forgotten."""
    nowhere = dataclasses.replace(
        installation,
        nats_url=f"nats://127.0.0.1:{free_port()}",
        public_hosts=("tocsin.example.org",),
        time_zone="Asia/Qingdao",
        mqtt_tls_certificate="/nowhere/cert.pem",
        mqtt_tls_key="/nowhere/key.pem",
    )
    monkeypatch.setattr(report.Configuration, "from_environment", lambda: nowhere)
    reports = {}
    for language in Language:
        with spoken(language):
            reports[language] = report.examine(), "\n".join(report.as_text(report.examine()))
    chinese, english_ = (reports[one][0].findings for one in Language)
    assert [(one.area, one.name, one.verdict) for one in chinese] == [(one.area, one.name, one.verdict) for one in english_]
    has_chinese = re.compile(r"[\u4e00-\u9fff]")
    same = {"SQLite", "Python", "nats-server", "date", "pg_dump"}  # a version or a moment, the same in every language
    assert [one for one in chinese if one.name not in same and not has_chinese.search(one.text)] == []
    assert [one for one in chinese if one.mend and not has_chinese.search(one.mend)] == []
    assert not [one for one in english_ if has_chinese.search(f"{one.text}{one.mend}{one.title}")]
    assert "故障" in reports[Language.CHINESE][1]
    assert not has_chinese.search(reports[Language.ENGLISH][1])


@pytest.mark.one_database
def test_both_languages_from_nowhere(tmp_path: Path) -> None:
    """The command itself, without a data folder: it makes none, and says so in the language of the terminal."""
    data = tmp_path / "none"
    environment = {**os.environ, "TOCSIN_DATA": str(data), "DATABASE_URL": "", "LC_ALL": "", "LANG": "zh_CN.UTF-8"}
    command = [sys.executable, "-m", "tocsin.portal.cli", "doctor"]
    chinese = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120).stdout
    english_ = subprocess.run([*command, "--language", "en"], env=environment, capture_output=True, text=True, timeout=120).stdout
    assert f"警钟 {metadata.version('tocsin')}，数据文件夹 {data}" in chinese
    assert f"Tocsin {metadata.version('tocsin')}, data folder {data}" in english_
    assert "尚不存在" in chinese
    assert "is not there yet" in english_
    assert not data.exists()


@pytest.mark.one_database
def test_the_language_of_a_terminal() -> None:
    named = {
        Language.CHINESE: [{"LANG": "zh_CN.UTF-8"}, {"LC_ALL": "zh_TW"}, {"LC_ALL": "", "LC_MESSAGES": "zh_CN", "LANG": "C"}],
        Language.ENGLISH: [{}, {"LANG": "C.UTF-8"}, {"LANG": "fr_FR"}, {"LC_ALL": "en_GB", "LANG": "zh_CN"}],
    }
    for language, environments in named.items():
        assert [language_of(one) for one in environments] == [language] * len(environments)


@pytest.mark.one_database
def test_a_look_that_breaks_hides_no_other(installation: Configuration, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(_configuration: Configuration) -> Iterator[Finding]:
        yield Finding("disk", "first", Verdict.GOOD, "seen")
        raise RuntimeError("the disk is on fire")

    monkeypatch.setattr(report, "LOOKS", (("disk", breaks), ("folder", folder.look_at_folder)))
    monkeypatch.setattr(report.Configuration, "from_environment", lambda: installation)
    found = {one.name: one for one in report.examine().findings}
    assert found["this look"].verdict is Verdict.BAD
    assert "RuntimeError: the disk is on fire" in found["this look"].text
    assert {"first", "data"} <= set(found)


@pytest.mark.one_database
def test_a_taken_port_names_who_has_it(installation: Configuration) -> None:
    with listening() as server:
        port = server.getsockname()[1]
        taken = dataclasses.replace(installation, http_port=port)
        one = told(ports.look_at_ports(taken))[f"{port}, pages and API"]
        assert one.verdict is Verdict.WARNING
        assert f"process {os.getpid()}" in one.text
        holder = holder_of(port)
        assert holder is not None
        assert holder.pid == os.getpid()
    assert told(ports.look_at_ports(taken))[f"{port}, pages and API"].verdict is Verdict.GOOD
    assert holder_of(port) is None


@pytest.mark.one_database
def test_ports_of_one_number_and_hosts_of_another_machine(installation: Configuration) -> None:
    mqtt = installation.door_ports["mqtt"]
    twice = told(ports.look_at_ports(dataclasses.replace(installation, http_port=mqtt)))
    assert twice[str(mqtt)].verdict is Verdict.BAD
    elsewhere = told(ports.look_at_ports(dataclasses.replace(installation, http_host="192.0.2.1")))
    assert elsewhere[f"{installation.http_port}, pages and API"].verdict is Verdict.BAD


@pytest.mark.one_database
def test_what_others_may_read_and_whose_the_folder_is(installation: Configuration, monkeypatch: pytest.MonkeyPatch) -> None:
    assert told(folder.look_at_folder(installation))["data"].verdict is Verdict.GOOD
    secret = installation.data / "secret_key"
    secret.write_text("x")
    secret.chmod(0o644)
    one = told(folder.look_at_folder(installation))["data"]
    assert (one.verdict, "data/secret_key" in one.text) == (Verdict.BAD, True)
    environment = installation.data / "tocsin.env"
    environment.write_text("DATABASE_URL=")
    environment.chmod(0o640)
    assert told(folder.look_at_folder(installation, environment))[str(environment)].verdict is Verdict.BAD
    environment.chmod(0o600)
    assert told(folder.look_at_folder(installation, environment))[str(environment)].verdict is Verdict.GOOD
    monkeypatch.setattr(os, "geteuid", lambda: 54321)
    (installation.data / "tocsin.sqlite3").touch()
    assert told(folder.look_at_folder(installation))["data"].verdict is Verdict.BAD
    assert told(database.look_at_database(installation))["SQLite"].verdict is Verdict.UNKNOWN, "root would leave files of its own"


@pytest.mark.one_database
def test_certificate_and_key_of_the_door(installation: Configuration, tmp_path: Path) -> None:
    now = datetime.now(UTC)
    ends = {"good": now + timedelta(days=90), "short": now + timedelta(days=5), "over": now - timedelta(days=1)}
    pairs = {name: made(name, begins=now - timedelta(days=9), ends=end).write(tmp_path, name) for name, end in ends.items()}
    verdicts = {"good": Verdict.GOOD, "short": Verdict.WARNING, "over": Verdict.BAD}
    for name, (certificate, key) in pairs.items():
        Path(key).chmod(0o640)
        door = dataclasses.replace(installation, mqtt_tls_certificate=certificate, mqtt_tls_key=key)
        assert told(folder.look_at_folder(door))[certificate].verdict is verdicts[name], name
    mixed = dataclasses.replace(installation, mqtt_tls_certificate=pairs["good"][0], mqtt_tls_key=pairs["short"][1])
    assert "do not go together" in told(folder.look_at_folder(mixed))[pairs["good"][0]].text
    Path(pairs["good"][1]).chmod(0o644)
    door = dataclasses.replace(installation, mqtt_tls_certificate=pairs["good"][0], mqtt_tls_key=pairs["good"][1])
    assert "everybody may read" in told(folder.look_at_folder(door))[pairs["good"][1]].text


@pytest.mark.one_database
def test_room_and_a_file_system_that_locks(installation: Configuration, monkeypatch: pytest.MonkeyPatch) -> None:
    found = told(room.look_at_room(installation))
    assert found["locks"].verdict is Verdict.GOOD
    assert not list(installation.data.iterdir())
    for free, verdict in ((0.5e9, Verdict.BAD), (4e9, Verdict.WARNING), (6e9, Verdict.WARNING), (60e9, Verdict.GOOD)):
        usage = SimpleNamespace(free=free)  # of 6 GB the log alone may take 8
        monkeypatch.setattr(room.shutil, "disk_usage", lambda _path, usage=usage: usage)
        assert room._free(installation.data, installation).verdict is verdict, free


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("kind", "of_sqlite", "of_postgresql"),
    [
        ("ext4", Verdict.GOOD, Verdict.GOOD),
        ("nfs4", Verdict.BAD, Verdict.GOOD),
        ("tmpfs", Verdict.WARNING, Verdict.WARNING),
    ],
)
def test_file_systems(
    installation: Configuration,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    kind: str,
    of_sqlite: Verdict,
    of_postgresql: Verdict,
) -> None:
    mounts = tmp_path / "mounts"
    mounts.write_text(f"/dev/sda / ext4 rw 0 0\nserver:/x {installation.data} {kind} rw 0 0\n")
    found = room.file_system_of(installation.data / "bus", mounts)
    assert found == (kind, installation.data)
    monkeypatch.setattr(room, "file_system_of", lambda _folder: found)
    assert room._file_system(installation.data, installation).verdict is of_sqlite
    on_server = dataclasses.replace(installation, database_url="postgresql://x@y/z")
    assert room._file_system(installation.data, on_server).verdict is of_postgresql


@pytest.mark.one_database
def test_the_clock(installation: Configuration) -> None:
    found = told(clock.look_at_clock(dataclasses.replace(installation, time_zone="Asia/Qingdao")))
    assert found["time zone"].verdict is Verdict.BAD
    assert found["date"].verdict is Verdict.GOOD
    now = datetime.now(UTC)
    assert clock.beside("x", now + timedelta(seconds=3), now).verdict is Verdict.WARNING
    assert clock.beside("x", now + timedelta(milliseconds=300), now).verdict is Verdict.GOOD


@pytest.mark.django_db
def test_tables_of_an_earlier_and_of_a_later_version() -> None:
    done = MigrationRecorder.Migration.objects
    assert told(database._migrations())["tables"].verdict is Verdict.GOOD
    last = done.filter(app="hazchem").order_by("-name").first()
    assert last is not None
    done.filter(pk=last.pk).delete()
    earlier = told(database._migrations())["tables"]
    assert (earlier.verdict, f"hazchem.{last.name}" in earlier.text) == (Verdict.BAD, True)
    done.create(app="hazchem", name=last.name)
    done.create(app="hazchem", name="9999_of_next_year")
    later = told(database._migrations())["tables"]
    assert (later.verdict, "hazchem.9999_of_next_year" in later.text) == (Verdict.BAD, True)


@pytest.mark.one_database
def test_a_server_that_is_away_is_told_without_its_password(installation: Configuration) -> None:
    away = dataclasses.replace(installation, database_url=f"postgresql://tocsin:pass-word-7@127.0.0.1:{free_port()}/tocsin")
    (one,) = told(database.look_at_database(away)).values()
    assert one.verdict is Verdict.BAD
    assert "pass-word-7" not in one.text + one.mend


@pytest.mark.skipif("TOCSIN_TEST_POSTGRESQL" not in os.environ, reason="TOCSIN_TEST_POSTGRESQL names no server")
@pytest.mark.one_database
def test_a_server_of_our_own(installation: Configuration, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "_migrations", lambda: iter(()))
    here = dataclasses.replace(installation, database_url=os.environ["TOCSIN_TEST_POSTGRESQL"])
    found = told(database.look_at_database(here))
    assert found["reached"].verdict is found["PostgreSQL's"].verdict is Verdict.GOOD
    monkeypatch.setattr(database, "POSTGRESQL", 99)
    assert told(database.look_at_database(here))["PostgreSQL"].verdict is Verdict.BAD


@pytest.mark.one_database
def test_a_whole_file_of_sqlite(installation: Configuration, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "_migrations", lambda: iter(()))
    with contextlib.closing(sqlite3.connect(installation.data / "tocsin.sqlite3")) as made_here:
        made_here.execute("CREATE TABLE a (b)")
    assert told(database.look_at_database(installation))["reached"].verdict is Verdict.GOOD


def greet(server: socket.socket, line: bytes) -> None:
    peer, _address = server.accept()
    with peer:
        peer.sendall(line)


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("line", "verdict", "words"),
    [
        (b'INFO {"version":"2.11.0","jetstream":true}\r\n', Verdict.GOOD, "with JetStream"),
        (b'INFO {"version":"2.9.1","jetstream":true}\r\n', Verdict.BAD, "2.11 is needed"),
        (b'INFO {"version":"2.11.0"}\r\n', Verdict.BAD, "JetStream is off"),
        (b"SSH-2.0-OpenSSH_9.9\r\n", Verdict.BAD, "no NATS server answers"),
    ],
)
def test_a_bus_of_your_own(installation: Configuration, line: bytes, verdict: Verdict, words: str) -> None:
    with listening() as server:
        threading.Thread(target=greet, args=(server, line), daemon=True).start()
        port = server.getsockname()[1]
        named = dataclasses.replace(installation, nats_url=f"nats://127.0.0.1:{port}")
        one = told(peers.look_at_bus(named))[f"127.0.0.1:{port}"]
    assert (one.verdict, words in one.text) == (verdict, True), one


@pytest.mark.one_database
def test_channels_are_reached_and_nothing_is_sent(installation: Configuration, monkeypatch: pytest.MonkeyPatch) -> None:
    file = installation.data / "channels.toml"
    assert told(peers.look_at_channels(installation))["channels.toml"].verdict is Verdict.WARNING
    file.write_text("[email\n")
    assert told(peers.look_at_channels(installation))["channels.toml"].verdict is Verdict.BAD
    relay = Controller(Sink(), hostname="127.0.0.1", port=free_port())
    relay.start()
    monkeypatch.delenv("TOCSIN_SMS_SECRET", raising=False)
    gateway = '[sms]\nurl = "http://127.0.0.1:{port}/send"\nsecret_env = "TOCSIN_SMS_SECRET"\n'
    mail = f'[email]\nhost = "127.0.0.1"\nport = {relay.port}\nfrom = "a@example.org"\nsecurity = "none"\n'
    try:
        with listening() as server:
            file.write_text(mail + gateway.format(port=server.getsockname()[1]))
            found = told(peers.look_at_channels(installation))
            assert {name: one.verdict for name, one in found.items()} == {
                "email": Verdict.GOOD,
                "sms, secret": Verdict.WARNING,
                "sms": Verdict.WARNING,
            }
            assert "in clear" in found["sms"].text
            peer, _address = server.accept()
            with peer:
                assert peer.recv(100) == b""
        file.write_text(mail.replace("none", "starttls") + gateway.format(port=free_port()))
        monkeypatch.setenv("TOCSIN_SMS_SECRET", "s")
        found = told(peers.look_at_channels(installation))
        assert {name: one.verdict for name, one in found.items()} == {"email": Verdict.BAD, "sms": Verdict.BAD}
    finally:
        relay.stop()


@pytest.mark.one_database
def test_nginx_beside_the_settings(installation: Configuration) -> None:
    shipped = (DEPLOY / "nginx/tocsin.conf").read_text(encoding="utf-8")
    service = dataclasses.replace(
        installation,
        http_port=8000,
        public_hosts=("tocsin.qingdao.gov.cn",),
        behind_https=True,
        trusted_proxies=("127.0.0.1/32",),
    )
    assert [text for text, _mend in proxy.differences(shipped, service)] == [
        "server_name is still tocsin.example.org",
        "TOCSIN_PUBLIC_HOSTS names tocsin.qingdao.gov.cn, nginx does not",
    ]
    ours = shipped.replace("tocsin.example.org", "tocsin.qingdao.gov.cn")
    assert list(proxy.differences(ours, service)) == []
    changed = dataclasses.replace(service, http_port=8080, largest_request_megabytes=64.0, behind_https=False, trusted_proxies=())
    assert len(list(proxy.differences(ours, changed))) == 4


@pytest.mark.one_database
def test_a_public_name_without_https(installation: Configuration, tmp_path: Path) -> None:
    public = dataclasses.replace(installation, public_hosts=("tocsin.example.org",), behind_https=False)
    assert told(proxy.look_at_proxy(public, tmp_path / "none"))["HTTPS"].verdict is Verdict.BAD
