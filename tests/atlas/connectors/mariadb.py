"""A MariaDB server of the tests' own, with a certificate of its own, where Debian's package is installed."""

import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pymysql

from tests.ports import free_port

PATH = "/usr/sbin:/usr/bin:/sbin:/bin"
SERVER = shutil.which("mariadbd", path=PATH)
INSTALL = shutil.which("mariadb-install-db", path=PATH)
OPENSSL = shutil.which("openssl", path=PATH)
ABSENT = "needs mariadbd and openssl (Debian: apt-get install mariadb-server openssl)"


@dataclass(frozen=True)
class Server:
    """Where it listens, and the certificate that it shows for localhost."""

    port: int
    socket: Path
    certificate: Path

    def run(self, *statements: str) -> None:
        """As its keeper."""
        keeper = pymysql.connect(unix_socket=str(self.socket), user="root", autocommit=True, charset="utf8mb4")
        with keeper as connection, connection.cursor() as cursor:
            for one in statements:
                cursor.execute(one)


@contextmanager
def mariadb(folder: Path) -> Iterator[Server]:
    """The server, which runs meanwhile; without syncing to disk."""
    assert SERVER and INSTALL and OPENSSL
    data, socket, port = folder / "data", folder / "s", free_port()
    quick = ["--no-defaults", f"--datadir={data}", "--user=root", "--innodb-flush-log-at-trx-commit=0"]
    small = ["--innodb-buffer-pool-size=16M", "--innodb-log-file-size=4M", "--innodb-doublewrite=0", "--key-buffer-size=64K"]
    make = [INSTALL, *quick, "--auth-root-authentication-method=normal", "--skip-test-db", "--skip-name-resolve"]
    subprocess.run(make, check=True, capture_output=True)
    certificate, key = folder / "certificate.pem", folder / "key.pem"
    asked = [OPENSSL, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"]
    names = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
    subprocess.run([*asked, *names, "-keyout", str(key), "-out", str(certificate)], check=True, capture_output=True)
    net = [f"--port={port}", "--bind-address=127.0.0.1", f"--socket={socket}", f"--ssl-cert={certificate}", f"--ssl-key={key}"]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen([SERVER, *quick, *small, *net, f"--ssl-ca={certificate}"], stdout=log, stderr=log)
    server = Server(port, socket, certificate)
    try:
        _wait_for(server, process, folder / "log")
        yield server
    finally:
        process.kill()
        process.wait()


def _wait_for(server: Server, process: "subprocess.Popen[bytes]", log: Path) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until and process.poll() is None:
        with suppress(pymysql.Error):
            server.run("SELECT 1")
            return
        time.sleep(0.05)
    raise AssertionError(log.read_text("utf-8", "replace")[-2000:])
