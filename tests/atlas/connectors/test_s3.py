"""An S3-compatible store: a real server of its protocol, and stores that break off."""

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import boto3
import msgspec
import pytest
from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from hypothesis import given
from hypothesis import strategies as st
from moto.core import authorization
from moto.server import ThreadedMotoServer

from tests.atlas.connectors.policies import LOOPBACK
from tests.atlas.connectors.server import Answer, Asked, Department
from tests.atlas.resources.files import NOW, csv, registered, steward
from tocsin.atlas.connectors.rules.s3 import address_of, read_page, signed_headers
from tocsin.atlas.connectors.rules.sources import S3Source, Taken, read_source
from tocsin.atlas.connectors.services.fetching import fetch_due
from tocsin.atlas.connectors.services.settings import NewSettings, configure_connector
from tocsin.atlas.connectors.services.sources import s3
from tocsin.atlas.connectors.services.sources.errands import Errand, Fetched
from tocsin.atlas.connectors.services.sources.s3 import fetch_s3
from tocsin.atlas.resources.models import Delivery
from tocsin.base.errors import InvalidInput
from tocsin.federation.rules.outcomes import Unreadable
from tocsin.federation.services.downloads import Limits

AT = datetime(2026, 11, 28, 4, 30, tzinfo=UTC)
CSV = "编号,深度\nW1,2.5\n".encode()


@dataclass
class Store:
    """The store, and who may read it."""

    url: str
    account: str
    secret: str
    client: Any

    def put(self, key: str, content: bytes) -> None:
        self.client.put_object(Bucket="city", Key=key, Body=content)


@pytest.fixture(scope="module")
def store() -> Iterator[Store]:
    """A bucket whose keeper is the only one that may read it: signatures and rights are checked."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    own = {"endpoint_url": f"http://{host}:{port}", "region_name": "us-east-1"}
    with urlopen(Request(f"{own['endpoint_url']}/moto-api/reset", b"", method="POST")) as answer:  # its memory is the process's
        answer.read()
    people = boto3.client("iam", **own, aws_access_key_id="setup", aws_secret_access_key="setup")
    people.create_user(UserName="reader")
    rule = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}
    people.put_user_policy(UserName="reader", PolicyName="all", PolicyDocument=json.dumps(rule))
    key = people.create_access_key(UserName="reader")["AccessKey"]
    account, secret = key["AccessKeyId"], key["SecretAccessKey"]
    client = boto3.client("s3", **own, aws_access_key_id=account, aws_secret_access_key=secret)
    client.create_bucket(Bucket="city")
    unchecked, authorization.settings.INITIAL_NO_AUTH_ACTION_COUNT = authorization.settings.INITIAL_NO_AUTH_ACTION_COUNT, 0
    try:
        yield Store(own["endpoint_url"], account, secret, client)
    finally:
        authorization.settings.INITIAL_NO_AUTH_ACTION_COUNT = unchecked
        server.stop()


def source_at(url: str, **told: object) -> S3Source:
    return msgspec.structs.replace(S3Source(url=url, bucket="city"), **told)


def fetch(
    source: S3Source, into: Path, *, secret: str = "", most: int = 10_000_000, mark: Any = None, trial: bool = False
) -> Fetched:
    limits = Limits(most, time.monotonic() + 30, LOOPBACK)
    errand = Errand(into=into, limits=limits, most_pages=50, secret=secret, mark=mark or {}, trial=trial)
    return fetch_s3(source, errand)


def test_the_newest_object_comes_and_comes_once(store: Store, tmp_path: Path) -> None:
    for key in ("水 井/a+b.csv", "other/c.csv", "水 井/note.txt"):
        store.put(key, CSV + key.encode())
    source = source_at(store.url, prefix="水 井/", pattern="*.csv", account=store.account)
    came = fetch(source, tmp_path / "file", secret=store.secret)
    assert (came.name, came.is_present, came.unchanged) == ("a+b.csv", False, False)
    assert (tmp_path / "file").read_bytes() == CSV + "水 井/a+b.csv".encode()
    assert fetch(source, tmp_path / "again", secret=store.secret, mark=came.mark).unchanged
    store.put("水 井/a+b.csv", CSV)
    assert not fetch(source, tmp_path / "again", secret=store.secret, mark=came.mark).unchanged
    assert (tmp_path / "again").read_bytes() == CSV


def test_all_objects_are_parts_of_one_table(store: Store, tmp_path: Path) -> None:
    store.put("wells/1.csv", CSV)
    store.put("wells/2.csv", "深度,编号,备注\n3.5,W2,新\n".encode("gb18030"))
    store.put("wells/3.csv", b"")
    source = source_at(store.url, prefix="wells/", take=Taken.ALL, account=store.account)
    came = fetch(source, tmp_path / "file", secret=store.secret)
    assert (tmp_path / "file").read_text("utf-8").splitlines() == ["编号,深度,备注", "W1,2.5,", "W2,3.5,新"]
    assert came.name == "wells"
    assert fetch(source, tmp_path / "file", secret=store.secret, trial=True).more
    store.put("wells/4.xlsx", b"PK\x03\x04")
    with pytest.raises(Unreadable, match=r"wells/4\.xlsx can't be a part of a table"):
        fetch(source, tmp_path / "file", secret=store.secret)


def test_a_list_of_pages_is_read_to_its_end(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(s3, "LIST", 3)
    for number in range(8):
        store.put(f"many/{number}.csv", f"a\n{number}\n".encode())
    source = source_at(store.url, prefix="many/", take=Taken.ALL, account=store.account)
    fetch(source, tmp_path / "file", secret=store.secret)
    assert (tmp_path / "file").read_text().split() == ["a", *(str(number) for number in range(8))]
    with pytest.raises(Unreadable, match="sends more than"):
        fetch(source, tmp_path / "file", secret=store.secret, most=20)


@pytest.mark.parametrize(
    ("told", "secret", "words"),
    [
        ({}, "wrong", r"the store refuses \(SignatureDoesNotMatch\)"),
        ({"account": "AKIANOBODY"}, "wrong", r"the store refuses \(InvalidAccessKeyId\)"),
        ({"bucket": "nowhere"}, None, r"the store refuses \(NoSuchBucket\)"),
        ({"prefix": "nothing/"}, None, "has no object .* below nothing/"),
        ({}, "", "secret of this login is missing"),
    ],
    ids=str,
)
def test_what_is_wrong_is_told(told: dict[str, object], secret: str | None, words: str, store: Store, tmp_path: Path) -> None:
    source = source_at(store.url, **{"account": store.account, **told})
    with pytest.raises(Unreadable, match=words):
        fetch(source, tmp_path / "file", secret=store.secret if secret is None else secret)


def listed(*sizes: int, more: str = "") -> bytes:
    ones = "".join(
        f"<Contents><Key>a{number}.csv</Key><LastModified>2026-11-28T0{number}:00:00.000Z</LastModified>"
        f"<ETag>&quot;e{number}&quot;</ETag><Size>{size}</Size></Contents>"
        for number, size in enumerate(sizes)
    )
    return f'<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">{ones}{more}</ListBucketResult>'.encode()


def test_what_is_too_large_is_not_asked_for(there: Department, tmp_path: Path) -> None:
    there.put("/city", listed(11_000_000))
    with pytest.raises(Unreadable, match="sends more than"):
        fetch(source_at(there.url), tmp_path / "file")
    assert [one.path for one in there.asked] == ["/city"]


@pytest.mark.parametrize("resumes", [True, False])
def test_what_breaks_off_goes_on(resumes: bool, there: Department, tmp_path: Path) -> None:
    whole = bytes(range(256)) * 4

    def answer(asked: Asked) -> Answer:
        begin = int(asked.headers.get("range", "bytes=0-")[6:-1])
        if begin and not resumes:
            return 200, {}, whole
        sent = whole[begin:] if len(there.asked) > 3 else whole[begin : begin + 300]
        return 206 if begin else 200, {"Content-Length": str(len(whole) - begin), "Connection": "close"}, sent

    there.put("/city", listed(len(whole)))
    there.answers["/city/a0.csv"] = answer
    fetch(source_at(there.url), tmp_path / "file")
    assert (tmp_path / "file").read_bytes() == whole
    resumed = [one.headers for one in there.asked if "range" in one.headers]
    assert resumed
    assert {one["if-match"] for one in resumed} == {'"e0"'}


def test_a_list_without_end_is_cut_off(there: Department, tmp_path: Path) -> None:
    there.answers["/city"] = lambda asked: (
        200,
        {},
        listed(1, more=f"<IsTruncated>true</IsTruncated><NextContinuationToken>{len(there.asked)}</NextContinuationToken>"),
    )
    with pytest.raises(Unreadable, match="more than 50 pages"):
        fetch(source_at(there.url), tmp_path / "file")


@pytest.mark.parametrize("content", [b"", b"<html/>", b'<!DOCTYPE a [<!ENTITY b "c">]><ListBucketResult/>', b"{}"])
def test_documents_that_are_none(content: bytes) -> None:
    with pytest.raises(InvalidInput):
        read_page(content)


def test_a_published_example_of_a_signature() -> None:
    """Amazon's own example of a list of objects, with the keys of its documentation."""
    url = "https://examplebucket.s3.amazonaws.com/?max-keys=2&prefix=J"
    account, secret = "AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
    signed = signed_headers(url, account=account, secret=secret, region="us-east-1", at=datetime(2013, 5, 24, tzinfo=UTC))
    assert signed["Authorization"].endswith("34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7")


@given(key=st.text(min_size=1, max_size=30), prefix=st.text(max_size=10), port=st.sampled_from(["", ":443", ":9000"]))
def test_signatures_are_those_of_the_makers_own_library(key: str, prefix: str, port: str) -> None:
    try:
        url = address_of(f"https://s3.example.cn{port}", "city", key, prefix=prefix)
    except UnicodeEncodeError:
        return  # half of a character, which no form lets through
    ours = signed_headers(url, account="A", secret="B", region="cn-north-1", at=AT)
    request = AWSRequest("GET", url, headers={"X-Amz-Content-SHA256": ours["X-Amz-Content-Sha256"]})
    request.context["timestamp"] = ours["X-Amz-Date"]
    signer = S3SigV4Auth(Credentials("A", "B"), "s3", "cn-north-1")
    canonical = signer.canonical_request(_dated(request, ours["X-Amz-Date"]))
    signature = signer.signature(signer.string_to_sign(request, canonical), request)
    assert ours["Authorization"].endswith(signature)


def _dated(request: AWSRequest, moment: str) -> AWSRequest:
    request.headers["X-Amz-Date"] = moment
    return request


def test_settings_of_stores() -> None:
    told = {"kind": "s3", "url": "https://s3.example.cn", "bucket": "city"}
    assert read_source(told) == S3Source(url="https://s3.example.cn", bucket="city")
    for wrong in ({"url": "https://a.cn/?b=c"}, {"bucket": "a/b"}, {"pattern": "a/*"}, {"region": "a b"}, {"account": "a/b"}):
        with pytest.raises(InvalidInput):
            read_source({**told, **wrong})


@pytest.mark.django_db
def test_it_is_served_as_every_delivery(store: Store) -> None:
    store.put("served/schools.csv", csv())
    by = steward()
    one = registered(by)
    wanted = NewSettings(source=source_at(store.url, prefix="served/", account=store.account), secret=store.secret)
    configure_connector(actor=by, resource_id=one.pk, settings=wanted, now=NOW)
    fetch_due(now=NOW)
    made = Delivery.objects.get(resource=one)
    assert (made.stage, made.rows, made.file_name) == ("landed", 40, "schools.csv")
