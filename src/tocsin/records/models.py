"""The tables of records, as Django looks for them; each lies in its subject."""

from tocsin.records.attachments import models as attachments
from tocsin.records.audit import models as audit
from tocsin.records.backups import models as backups
from tocsin.records.imports import models as imports
from tocsin.records.retention import models as retention
from tocsin.records.setup import models as setup
from tocsin.records.versions import models as versions

__all__ = ["attachments", "audit", "backups", "imports", "retention", "setup", "versions"]
