"""What lies below records and is kept for a time: people, rows of imported files, and the audit trail itself."""

from datetime import datetime

from django.utils.translation import gettext_lazy, pgettext_lazy

from tocsin.jurisdiction.face import forget_people, people_who_left
from tocsin.records.audit.models import AuditEntry
from tocsin.records.audit.policy import audit_policy
from tocsin.records.imports.services.forgetting import forget_rows, old_rows
from tocsin.records.retention.policy import retention
from tocsin.records.retention.rules import Kept


def _people(before: datetime) -> int:
    return people_who_left(before).count()


def _entries(before: datetime) -> int:
    return AuditEntry.objects.filter(at__lt=before).count()


PEOPLE = Kept(
    "people",
    pgettext_lazy("kept", "People whose account was closed"),
    "records.retention",
    lambda: retention().people_days,
    "people_days",
    count=_people,
    forget=forget_people,
    why=gettext_lazy("A pseudonym stays in histories. The audit trail keeps the name for its own time."),
)
IMPORTS = Kept(
    "imports",
    pgettext_lazy("kept", "Rows of imported files"),
    "records.retention",
    lambda: retention().imports_days,
    "imports_days",
    count=lambda before: old_rows(before).count(),
    forget=forget_rows,
    why=gettext_lazy("Who gave which file and what came of it stays; a file without rows can't be undone."),
)
AUDIT = Kept(
    "audit",
    pgettext_lazy("kept", "Audit trail"),
    "records.audit",
    lambda: audit_policy().keep_days,
    count=_entries,
    why=gettext_lazy("At least six months: Cybersecurity Law, article 21. Goes once a sealed entry has said so."),
)
