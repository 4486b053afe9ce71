"""What other capabilities may use of records: the audit trail, attachments, papers, the calendar, policy."""

from tocsin.records.attachments.models import Attachment
from tocsin.records.attachments.queries import attachments_of, attachments_of_all
from tocsin.records.attachments.services.keeping import keep_attachment, picture_of
from tocsin.records.attachments.shown import describe_attachment
from tocsin.records.audit.services import record_audit, record_audits
from tocsin.records.calendar.policy import working_days
from tocsin.records.papers.services.printing import names_of_papers, print_paper, product_title

__all__ = [
    "Attachment",
    "attachments_of",
    "attachments_of_all",
    "describe_attachment",
    "keep_attachment",
    "names_of_papers",
    "picture_of",
    "print_paper",
    "product_title",
    "record_audit",
    "record_audits",
    "working_days",
]
