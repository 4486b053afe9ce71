"""A process that only sends, with a short lease; `prepare` makes a database with notices first. For the test that kills it."""

import asyncio
import sys
from datetime import timedelta

import django
import msgspec

django.setup()

from django.utils import timezone  # noqa: E402

from tocsin.notices.messages import policy  # noqa: E402

SHORT = msgspec.structs.replace(policy.sending(), lease_s=1.5)
policy.sending = lambda: SHORT

from tocsin.base.ids import new_id  # noqa: E402
from tocsin.bus.loops.driver import run_loops  # noqa: E402
from tocsin.jurisdiction.areas.models import Region  # noqa: E402
from tocsin.jurisdiction.bodies.models import Organisation  # noqa: E402
from tocsin.notices.messages.models import Notice, Sending  # noqa: E402
from tocsin.notices.sending.loops import SEND_NOTICES  # noqa: E402


def prepare() -> None:
    """Ten urgent and ten other notices, each to its own number."""
    region = Region.objects.get(code="370213")
    body = Organisation.objects.create(code="gas_company", name_zh="燃气", name_en="Gas", kind="owner", region=region)
    now = timezone.now()
    for number in range(20):
        notice = Notice.objects.create(
            region_code="370213",
            organisation=body,
            purpose="told",
            why="symptom_owner",
            urgent=number % 2 == 0,
            key=str(new_id()),
            written_at=now,
            deadline=now + timedelta(hours=1),
        )
        Sending.objects.create(notice=notice, channel="sms", address=f"1390000{number:04d}", not_before=now)


if __name__ == "__main__":
    prepare() if sys.argv[1] == "prepare" else asyncio.run(run_loops([SEND_NOTICES], None))
