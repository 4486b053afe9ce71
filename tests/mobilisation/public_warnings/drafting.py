"""Public warnings of tests: drafted and issued by the services, as people do."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from tests.people import LICANG
from tocsin.jurisdiction.people.models import User
from tocsin.mobilisation.public_warnings.models import PublicWarning
from tocsin.mobilisation.public_warnings.services import drafts, issuing
from tocsin.mobilisation.public_warnings.services.drafts import NewWarning
from tocsin.mobilisation.public_warnings.services.places import NewPlaces

KIND = "gas_leak"
SPOT = ("36.1605", "120.4261")
NOW = datetime(2026, 11, 28, 8, 0, tzinfo=timezone.get_fixed_timezone(480))


def new(**changed: Any) -> NewWarning:
    """A yellow gas warning for a circle in Licang, whole in both languages."""
    made = NewWarning(
        region_code=LICANG,
        kind=KIND,
        level="yellow",
        places=NewPlaces(lat=float(SPOT[0]), lon=float(SPOT[1]), radius_m=800.0),
        expires_at=NOW + timedelta(hours=6),
        headline_zh="石牛山路燃气泄漏黄色预警",
        caution_zh="燃气可能积聚。",
        measures_zh="不用明火。",
        area_zh="李沧区石牛山路周边",
        headline_en="Gas leak, yellow warning: Shiniushan Road",
        caution_en="Gas may gather.",
        measures_en="No flames.",
        area_en="Around Shiniushan Road, Licang",
    )
    return replace(made, **changed)


def draft(author: User, **changed: Any) -> PublicWarning:
    """Kept by its author at NOW."""
    return drafts.draft_warning(actor=author, new=new(**changed), now=NOW)


def issued(leader: User, now: datetime, **changed: Any) -> PublicWarning:
    """Drafted and issued by one person with the right to."""
    made = drafts.draft_warning(actor=leader, new=new(**changed), now=now)
    return issuing.issue_warning(actor=leader, warning_id=made.pk, now=now)
