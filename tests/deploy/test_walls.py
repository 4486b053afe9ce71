"""The outer walls as they are shipped: every file of `deploy/` is read; what the machine's own programs can check they check."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tocsin.notices.channels import queries
from tocsin.portal.catalogue import PROCESSES
from tocsin.portal.checks import links_in_clear
from tocsin.screens.budgets.policy import BUDGETS

pytestmark = pytest.mark.one_database

DEPLOY = Path(__file__).resolve().parent.parent.parent / "deploy"
NGINX = (DEPLOY / "nginx/tocsin.conf").read_text(encoding="utf-8")
NFT = (DEPLOY / "nftables/tocsin.nft").read_text(encoding="utf-8")
UNIT = (DEPLOY / "systemd/tocsin@.service").read_text(encoding="utf-8")


def settings_of(text: str) -> dict[str, str]:
    return dict(re.findall(r"^(\w+)=(.*)$", text, flags=re.MULTILINE))


def share_of(process: str) -> dict[str, str]:
    return settings_of((DEPLOY / f"systemd/tocsin@{process}.service.d/share.conf").read_text(encoding="utf-8"))


def test_a_process_has_an_end_to_what_it_may_take() -> None:
    unit = settings_of(UNIT)
    assert {"MemoryHigh", "MemoryMax", "TasksMax"} <= unit.keys()
    assert (unit["LimitCORE"], unit["MemorySwapMax"]) == ("0", "0")  # no secret in a file that a crash leaves, none on a disk


def test_where_something_is_short_alarms_come_before_readers() -> None:
    shares = {process: share_of(process) for process in PROCESSES}
    for weight in ("CPUWeight", "IOWeight"):
        of = {process: int(share[weight]) for process, share in shares.items()}
        assert min(of["bus"], of["door"]) > of["detector"] > of["worker"] > of["web"] > of["watcher"]
    oom = {process: int(share["OOMScoreAdjust"]) for process, share in shares.items()}
    assert max(oom[one] for one in ("bus", "door", "detector", "worker")) < 0 < min(oom["web"], oom["watcher"])


KEYS = "~ ^/(n|q|notices/receipt)/"


def locations() -> list[tuple[str, str]]:
    return re.findall(r"location ((?:= |~ )?\S+) \{([^}]*)\}", NGINX)


def test_every_path_has_its_limit() -> None:
    bare = [path for path, body in locations() if "limit_req zone=" not in body and "return" not in body]
    assert bare == []
    assert {path for path, _body in locations()} >= {
        "/",
        "/api/",
        "/login/",
        "~ ^/(n|q|notices/receipt)/",
        "= /health/",
        "= /live/",
    }


def test_what_may_be_a_key_is_in_no_log() -> None:
    assert "access_log off" in dict(locations())[KEYS]
    assert "error_log /dev/null" in dict(locations())[KEYS]  # a refusal by a limit tells the whole request


SERVERS = NGINX.split("server {")[1:]


@pytest.mark.parametrize("server", SERVERS, ids=["plain", "encrypted"])
def test_a_server_waits_for_nobody_without_end(server: str) -> None:
    for name in ("client_header_timeout", "client_body_timeout", "send_timeout", "keepalive_timeout", "client_max_body_size"):
        assert re.search(rf"^    {name} ", server, flags=re.MULTILINE), name
    assert "limit_conn tocsin_connections" in server


def test_zones_count_networks() -> None:
    zones = re.findall(r"limit_(?:req|conn)_zone (\S+) zone=(\w+)", NGINX)
    assert {key for key, zone in zones if zone != "tocsin_all"} == {"$tocsin_network"}
    used = set(re.findall(r"limit_req zone=(\w+)|limit_conn (\w+)", NGINX))
    assert {one or other for one, other in used} == {zone for _key, zone in zones}


def test_nginx_gives_in_before_the_web_process_does() -> None:
    most = int(re.findall(r"limit_conn tocsin_streams (\d+)", NGINX)[0])
    assert most >= BUDGETS.shipped.stream.of_person  # a duty room behind one address, told by Tocsin in words
    assert int(re.findall(r"tocsin_all (\d+)", NGINX)[0]) >= BUDGETS.shipped.connection.most


def test_nothing_but_the_named_ports_is_open() -> None:
    opened = {port for found in re.findall(r"dport (\{[^}]*\}|\d+)", NFT) for port in re.findall(r"\d+", found)}
    assert opened == {"8883", "80", "443", "22"}
    assert re.findall(r"hook (\w+) .*policy (\w+)", NFT) == [("input", "drop"), ("forward", "drop")]
    for line in NFT.splitlines():
        if "dport 22" in line:
            assert "$administration" in line


@pytest.mark.parametrize("chain", ["mqtt", "web"])
def test_connections_are_counted_by_network(chain: str) -> None:
    body = re.findall(rf"chain {chain} \{{(.*?)\}}\n\n", NFT, flags=re.DOTALL)[0]
    assert len(re.findall(r"ct count over \d+", body)) == len(re.findall(r"limit rate over \d+/second", body)) == 2
    assert body.count("ip6 saddr & ffff:ffff:ffff:ffff::") == 2  # an IPv6 line is a /64
    assert body.rstrip().endswith("accept")


def test_the_firewall_is_one_that_the_machine_reads() -> None:
    """Where nftables is installed and lets us ask; elsewhere the file is read above."""
    nft = shutil.which("nft", path="/usr/sbin:/sbin")
    if nft is None:
        return
    done = subprocess.run([nft, "-c", "-f", str(DEPLOY / "nftables/tocsin.nft")], capture_output=True, text=True, check=False)
    assert done.returncode == 0 or "Operation not permitted" in done.stderr, done.stderr


LINKS = {"in the clear": ("http://tocsin.example.org", 1), "encrypted": ("https://tocsin.example.org", 0), "none": ("", 0)}


@pytest.mark.parametrize(("address", "warnings"), LINKS.values(), ids=LINKS)
def test_links_in_the_clear_are_warned_of(monkeypatch: pytest.MonkeyPatch, address: str, warnings: int) -> None:
    monkeypatch.setattr(queries, "tables", lambda: {"links": {"address": address}})
    found = links_in_clear()
    assert len(found) == warnings
    assert all("channels.toml" in str(one.hint) for one in found)
