"""What a release is checked with: lists of parts, checksums and their signature, as docs/releases.md tells a user to."""

import json
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest

from tools import release

ROOT = Path(__file__).parents[1]
VERIFY = ("ssh-keygen", "-Y", "verify", "-f", "signers", "-I", "releases@tocsin", "-n", release.NAMESPACE, "-s", "SHA256SUMS.sig")


def names(path: Path) -> dict[str, str]:
    return {part["name"]: part["version"] for part in json.loads(path.read_text())["components"]}


@pytest.fixture(scope="module")
def parts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("release")
    release.write_parts(folder)
    return folder


def test_every_package_that_is_shipped_is_listed_and_no_tool(parts: Path) -> None:
    locked = {one["name"]: one for one in tomllib.loads((ROOT / "uv.lock").read_text())["package"]}
    listed = names(parts / "python.cdx.json")
    own = tomllib.loads((ROOT / "pyproject.toml").read_text())
    for needed in locked["tocsin"]["dependencies"]:
        assert listed[needed["name"]] == locked[needed["name"]]["version"]
    assert not {one.split(">")[0].split("=")[0].split("[")[0] for one in own["dependency-groups"]["dev"]} & set(listed)
    browser, wanted = names(parts / "browser.cdx.json"), json.loads((ROOT / "web" / "package.json").read_text())
    assert wanted["dependencies"].items() <= browser.items()
    assert not set(wanted["devDependencies"]) & set(browser)


@pytest.mark.skipif(not shutil.which("ssh-keygen"), reason="ssh-keygen is not installed (Debian: apt-get install openssh-client)")
def test_a_changed_file_or_list_is_seen_by_who_follows_the_page(parts: Path, tmp_path: Path) -> None:
    folder = tmp_path / "release"
    shutil.copytree(parts, folder)
    (folder / "tocsin-0.1.0-py3-none-any.whl").write_bytes(b"wheel")
    for who in ("publisher", "stranger"):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", tmp_path / who], check=True)
    release.sign(release.write_sums(folder), tmp_path / "publisher")
    (folder / "signers").write_text("releases@tocsin " + (tmp_path / "publisher.pub").read_text())

    def verdicts() -> tuple[bool, bool]:
        sums = (folder / "SHA256SUMS").read_bytes()
        signed = subprocess.run(VERIFY, cwd=folder, input=sums, capture_output=True).returncode == 0
        whole = subprocess.run(["sha256sum", "--check", "SHA256SUMS"], cwd=folder, capture_output=True).returncode == 0
        return signed, whole

    assert verdicts() == (True, True)
    (folder / "tocsin-0.1.0-py3-none-any.whl").write_bytes(b"another")
    assert verdicts() == (True, False)
    (folder / "SHA256SUMS.sig").unlink()
    release.sign(release.write_sums(folder), tmp_path / "stranger")
    assert verdicts()[0] is False


def test_a_step_that_fails_ends_the_release() -> None:
    with pytest.raises(SystemExit, match="no-such-command"):
        release._run("sh", "-c", "echo no-such-command >&2; exit 3")
