"""What a crew can send: pictures that are small as files and huge when they are read."""

import asyncio
import io
import json
import time
import urllib.request
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from uuid import uuid4

from tocsin.workshop.bench.siege.town import Place, demand_loopback
from tocsin.workshop.bench.siege.wire import ask

SIDE = 8000  # 64 megapixels
AT_ONCE = 8
BOUNDARY = "tocsin-siege"


def picture(number: int, side: int) -> bytes:
    """A PNG of one colour, another one for each number: some hundred kilobytes."""
    from PIL import Image

    Image.MAX_IMAGE_PIXELS = None
    colour = (number * 37 % 256, number * 91 % 256, number * 53 % 256)
    file = io.BytesIO()
    Image.new("RGB", (side, side), colour).save(file, "PNG", compress_level=1)
    return file.getvalue()


async def send_pictures(place: Place, until: float, share: float, told: Counter[str], *, word: Callable[[int], str]) -> None:
    """Eight uploads at a time, each for another order of the crew's unit, until the time is over."""
    side, at_once = max(64, round(SIDE * share**0.5)), max(1, round(AT_ONCE * share))
    made = [await asyncio.to_thread(picture, number, side) for number in range(at_once)]
    told["kilobytes each"] = len(made[0]) // 1000
    orders = await _orders(place, until)
    if not orders:
        told["no order to attach to"] += 1
        return

    async def one(number: int) -> None:
        turn = 0
        while time.monotonic() < until:
            body = _form(made[number])
            headers = {
                "Authorization": f"Bearer {place.tokens['crew']}",
                "Content-Type": f"multipart/form-data; boundary={BOUNDARY}",
            }
            path = f"/api/v1/command/orders/{orders[(turn * at_once + number) % len(orders)]}/photos"
            status, _ = await ask(place.host, place.web_port, path, headers, body)
            told[word(status)] += 1
            turn += 1
            await asyncio.sleep(0.2)

    await asyncio.gather(*(one(number) for number in range(at_once)))


async def _orders(place: Place, until: float) -> list[str]:
    while time.monotonic() < until:
        found = await asyncio.to_thread(_ask_for_orders, place)
        if found:
            return found
        await asyncio.sleep(0.5)
    return []


def _ask_for_orders(place: Place) -> list[str]:
    url = f"http://{demand_loopback(place.host)}:{place.web_port}/api/v1/command/orders?limit=100"
    request = urllib.request.Request(url, headers={"Authorization": f"Bearer {place.tokens['crew']}"})
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:  # noqa: S310 - loopback
            return [one["id"] for one in json.load(answer)["items"]]
    except OSError:
        return []


def _form(content: bytes) -> bytes:
    fields = {"id": str(uuid4()), "at": datetime.now(tz=UTC).isoformat()}
    head = f"--{BOUNDARY}\r\nContent-Disposition: form-data; name="
    parts = [f'{head}"{name}"\r\n\r\n{value}\r\n' for name, value in fields.items()]
    parts.append(f'{head}"file"; filename="proof.png"\r\nContent-Type: image/png\r\n\r\n')
    return "".join(parts).encode() + content + f"\r\n--{BOUNDARY}--\r\n".encode()
