"""Everything that supervision keeps, by subject."""

from tocsin.supervision.models.duty import DutyShift, DutyVerdict, PersonCertificate, PresenceSign, RollCall, RollCallAnswer
from tocsin.supervision.models.inspections import (
    CheckList,
    Draw,
    Finding,
    FindingEntry,
    GamingSign,
    Inspection,
    InspectionEntry,
    LegalDocument,
    Penalty,
)
from tocsin.supervision.models.objects import CodeIssue, KeyPerson, ObjectImport, ObjectMerge, PlatformRecord, SupervisedObject
from tocsin.supervision.models.points import Appeal, Consequence, LedgerDay, PointsEvent, PointsPolicy, PointsRun
from tocsin.supervision.models.tasks import Task, TaskEntry
from tocsin.supervision.models.work import (
    Connector,
    Episode,
    EpisodeEntry,
    EvidenceRecord,
    Meter,
    ResumptionCondition,
    StopOrder,
    WorkDay,
    WorkVerdict,
)

__all__ = [
    "Appeal",
    "CheckList",
    "CodeIssue",
    "Connector",
    "Consequence",
    "Draw",
    "DutyShift",
    "DutyVerdict",
    "Episode",
    "EpisodeEntry",
    "EvidenceRecord",
    "Finding",
    "FindingEntry",
    "GamingSign",
    "Inspection",
    "InspectionEntry",
    "KeyPerson",
    "LedgerDay",
    "LegalDocument",
    "Meter",
    "ObjectImport",
    "ObjectMerge",
    "Penalty",
    "PersonCertificate",
    "PlatformRecord",
    "PointsEvent",
    "PointsPolicy",
    "PointsRun",
    "PresenceSign",
    "ResumptionCondition",
    "RollCall",
    "RollCallAnswer",
    "StopOrder",
    "SupervisedObject",
    "Task",
    "TaskEntry",
    "WorkDay",
    "WorkVerdict",
]
