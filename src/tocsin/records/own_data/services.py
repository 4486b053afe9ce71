"""A person's own data as a file: for programs as JSON, to read as text. Never a secret, never anybody else's."""

import io
import json
import zipfile
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from tocsin.base.errors import Conflict
from tocsin.jurisdiction.face import region_of, require_person_at_screen
from tocsin.records.audit.models import AuditEntry
from tocsin.records.audit.services import record_audit

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User

type Rows = Iterable[Mapping[str, Any]]
type OwnData = Callable[["User"], Rows]
"""What a subject keeps of a person, as plain rows; named in the catalogue's `OWN_DATA`."""

MOST_A_DAY: Final = 3
EXPORTED: Final = "person.exported"


@transaction.atomic
def export_own_data(*, user: "User", now: datetime) -> bytes:
    """Everything that is kept of this person, as a ZIP. Conflict for more than a few in a day; `now` is the machine's."""
    require_person_at_screen(user)
    lately = AuditEntry.objects.filter(actor_id=user.pk, action=EXPORTED, at__gt=now - timedelta(days=1))
    if lately.count() >= MOST_A_DAY:
        raise Conflict(_("You have fetched your data %(count)d times today: come again tomorrow.") % {"count": MOST_A_DAY})
    found = {name: [dict(row) for row in _of(name, user)] for name in settings.OWN_DATA}
    counts = {name: len(rows) for name, rows in found.items()}
    record_audit(user, EXPORTED, "user", user.pk, region_of(user), {"rows": counts})
    told = json.dumps({"person": user.username, "made_at": now, **found}, cls=DjangoJSONEncoder, ensure_ascii=False, indent=1)
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("own-data.json", told)
        archive.writestr("own-data.txt", _as_text(json.loads(told)))
    return file.getvalue()


def _of(name: str, user: "User") -> Rows:
    own_data: OwnData = import_string(settings.OWN_DATA[name].replace(":", "."))
    return own_data(user)


def _as_text(told: Mapping[str, Any]) -> str:
    lines = []
    for name, rows in told.items():
        if not isinstance(rows, list):
            lines.append(f"{name}: {rows}")
            continue
        lines += ["", f"== {name} ({len(rows)}) =="]
        for row in rows:
            lines += [f"{key}: {_plain(value)}" for key, value in row.items() if value not in ("", None, [], {})]
            lines.append("")
    return "\n".join(lines)


def _plain(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
