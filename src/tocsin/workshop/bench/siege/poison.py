"""A joined platform whose files are poison, and beside it one that behaves: is the second one still heard?"""

import asyncio
import itertools
import json
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tocsin.workshop.bench.siege.town import PLATFORMS, Place

AT = "2026-01-01T00:00:00Z"


def poisons(share: float) -> dict[str, bytes]:
    """File name -> content."""
    row = '{"firm": "%s", "at": "' + AT + '", "value": 1, "origin": "%s"}'
    return {
        "surrogate.json": ("[" + row % ("\\ud800", "x") + "]").encode(),
        "null.json": ("[" + row % ("\\u0000", "\\u0000") + "]").encode(),
        "long.csv": f"firm,at,value,origin\n{'x' * round(200_000 * share)},{AT},1,{'y' * 200_000}\n".encode(),
        "deep.json": b"[" * round(100_000 * share) + b"]" * round(100_000 * share),
        "number.json": ('[{"firm": "a", "at": "' + AT + '", "value": 1e999, "origin": ""}]').encode(),
        "many.json": ("[" + ",".join([row % ("nobody", "")] * round(50_000 * share)) + "]").encode(),
        "bytes.csv": bytes(range(256)) * round(4000 * share),
    }


async def lay_poison(place: Place, until: float, share: float, told: Counter[str]) -> None:
    """Lays all poison every five seconds, a good file beside it, and counts what was read of each."""
    bad, good = (Path(place.folder) / "platforms" / name for name, *_ in PLATFORMS)
    for folder in (bad / "in", good / "in"):
        folder.mkdir(parents=True, exist_ok=True)
    hour = datetime(2026, 1, 1, tzinfo=UTC)
    for number in itertools.count():
        for name, content in poisons(share).items():
            _lay(bad / "in" / f"{number:04d}-{name}", content)
            told["poison laid"] += 1
        rows = [{"at": (hour + timedelta(hours=number)).isoformat(), "value": 1.5}]
        _lay(good / "in" / f"{number:04d}.json", json.dumps(rows).encode())
        told["good files laid"] += 1
        if time.monotonic() + 5 > until:
            break
        await asyncio.sleep(5)
    for _ in range(100):  # ten seconds
        if not list((good / "in").glob("*.json")):
            break
        await asyncio.sleep(0.1)
    told["good files read"] = len(list((good / "done").glob("*.json")))
    told["poison refused"] = len([one for one in (bad / "refused").glob("*") if one.suffix in (".json", ".csv")])
    told["poison read"] = len([one for one in (bad / "done").glob("*") if one.suffix in (".json", ".csv")])
    told["poison still waiting"] = len(list((bad / "in").glob("*.*")))


def _lay(path: Path, content: bytes) -> None:
    """As the docs ask: under another name first, so that no file is read by halves."""
    half = path.with_suffix(".half")
    half.write_bytes(content)
    half.rename(path)
