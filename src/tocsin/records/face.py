"""What other capabilities may use of records: the audit trail, attachments, imports, papers, the calendar, versions of policy."""

from tocsin.records.attachments.models import Attachment
from tocsin.records.attachments.policy import attachment_policy
from tocsin.records.attachments.queries import attachments_of, attachments_of_all
from tocsin.records.attachments.services.keeping import (
    Prepared,
    bytes_of,
    keep_prepared,
    picture_of,
    prepare_attachment,
    prepare_sealed,
)
from tocsin.records.attachments.services.looking import Looked, LookVerdict, blurred_jpeg, look_at, text_models
from tocsin.records.attachments.shown import FileOut
from tocsin.records.audit.services import record_audit, record_audits
from tocsin.records.backups.models import BackupRun
from tocsin.records.backups.queries import backup_plan, kept_backups
from tocsin.records.backups.queries import recipients as backup_recipients
from tocsin.records.backups.rules import RunKind, RunPhase, to_let_go
from tocsin.records.backups.services.running import begin_run, end_run, note_gone, tell_phase
from tocsin.records.calendar.policy import is_provisional, working_days
from tocsin.records.handbook.queries import own_tour
from tocsin.records.imports.models import TableImport
from tocsin.records.imports.queries import builds_on, cells_beside, pointers_at, visible_imports
from tocsin.records.imports.services.changing import (
    Entered,
    Plain,
    difference,
    enter_rows,
    kept_of,
    plain,
    refuse_changed,
    restore,
    undo_plain,
)
from tocsin.records.imports.services.features import geojson_features, map_file_features
from tocsin.records.imports.services.giving import drop_file, give_file, leave_row, mend_cell
from tocsin.records.imports.services.judging import rows_of
from tocsin.records.imports.services.taking import take_file
from tocsin.records.imports.shown import ImportRowOut, describe_import, describe_rows
from tocsin.records.papers.services.printing import names_of_papers, print_paper, product_title
from tocsin.records.retention.models import Hold, Tombstone
from tocsin.records.retention.policy import retention
from tocsin.records.retention.queries import held_numbers, hold_of, needed_numbers, tombstone_of
from tocsin.records.retention.services.forgetting import forget_what_is_old
from tocsin.records.retention.services.wholes import attached, forget_attachment, forget_attachments, kept_whole
from tocsin.records.setup.services.city.exporting import export_city
from tocsin.records.setup.services.city.running import import_city
from tocsin.records.system.queries import BACKUP_TAKEN, late_backup, newest_backup, opens_page
from tocsin.records.system.rules import Gauge, Sample, Unit
from tocsin.records.system.services import tell_of_loop
from tocsin.records.versions.models import PolicyVersion
from tocsin.records.versions.queries import (
    midnight,
    names_in_force,
    policy_title,
    read_content,
    version_in_force,
    versions_of,
    waiting_version,
)
from tocsin.records.versions.services.city_file import Imported, check_policy, export_policy, import_policy
from tocsin.records.versions.services.versions import (
    NewVersion,
    add_draft,
    draft_version,
    keep_shipped,
    locked_version,
    propose,
    put_in_force,
    require_other,
    set_mark,
    tell_trial,
    try_version,
    write_draft,
)

__all__ = [
    "BACKUP_TAKEN",
    "Attachment",
    "BackupRun",
    "Entered",
    "FileOut",
    "Gauge",
    "Hold",
    "ImportRowOut",
    "Imported",
    "LookVerdict",
    "Looked",
    "NewVersion",
    "Plain",
    "PolicyVersion",
    "Prepared",
    "RunKind",
    "RunPhase",
    "Sample",
    "TableImport",
    "Tombstone",
    "Unit",
    "add_draft",
    "attached",
    "attachment_policy",
    "attachments_of",
    "attachments_of_all",
    "backup_plan",
    "backup_recipients",
    "begin_run",
    "blurred_jpeg",
    "builds_on",
    "bytes_of",
    "cells_beside",
    "check_policy",
    "describe_import",
    "describe_rows",
    "difference",
    "draft_version",
    "drop_file",
    "end_run",
    "enter_rows",
    "export_city",
    "export_policy",
    "forget_attachment",
    "forget_attachments",
    "forget_what_is_old",
    "geojson_features",
    "give_file",
    "held_numbers",
    "hold_of",
    "import_city",
    "import_policy",
    "is_provisional",
    "keep_prepared",
    "keep_shipped",
    "kept_backups",
    "kept_of",
    "kept_whole",
    "late_backup",
    "leave_row",
    "locked_version",
    "look_at",
    "map_file_features",
    "mend_cell",
    "midnight",
    "names_in_force",
    "names_of_papers",
    "needed_numbers",
    "newest_backup",
    "note_gone",
    "opens_page",
    "own_tour",
    "picture_of",
    "plain",
    "pointers_at",
    "policy_title",
    "prepare_attachment",
    "prepare_sealed",
    "print_paper",
    "product_title",
    "propose",
    "put_in_force",
    "read_content",
    "record_audit",
    "record_audits",
    "refuse_changed",
    "require_other",
    "restore",
    "retention",
    "rows_of",
    "set_mark",
    "take_file",
    "tell_of_loop",
    "tell_phase",
    "tell_trial",
    "text_models",
    "to_let_go",
    "tombstone_of",
    "try_version",
    "undo_plain",
    "version_in_force",
    "versions_of",
    "visible_imports",
    "waiting_version",
    "working_days",
    "write_draft",
]
