"""One row of every model in the district, filled by its fields, so that a new model is walked without anybody listing it."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.apps import apps
from django.db import models, transaction
from django.db.models import Field, Model
from django.utils import timezone

from tests.jurisdiction.machines_own import MACHINES_OWN
from tocsin.base.ids import new_id
from tocsin.engine.frames.health import FrameFigures

_WORDS = {"zh": "一", "en": "one"}
_TASK = {
    "code": "cordon",
    "who": "lead_unit",
    "lifeline": "",
    "within_min": {},
    "words": _WORDS,
    "check": [],
    "source": "",
    "confidence": "C",
}
PLAN = {"code": "gas_main_leak", "words": _WORDS, "needs": [], "tasks": [_TASK]}

CONTRACT = "{apiVersion: v3.2.0, kind: DataContract, schema: [{name: wells, properties: [{name: bordermark}]}]}"

LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
_WEATHER = {
    **{"wind_m_s": 3.0, "stability": "D", "temperature_c": 20.0, "terrain": "rural"},
    **{"winds_m_s": [], "stabilities": [], "left_out": []},
}
VALUES: dict[str, Any] = {
    "lifelines.AssetChange.act": "changed",
    "lifelines.AssetChange.before": {},
    "lifelines.AssetChange.after": {},
    "lifelines.NetworkCorrection.kind": "facts",
    "atlas.ExposedBody.kind": "school",
    "atlas.ExposedBody.figures": {"pupils": 7.0},
    "atlas.ExposedBody.shape": None,
    "atlas.ExposedBody.within": None,
    "atlas.ExposedBody.figures_on": LONG_AGO.date(),
    "atlas.BodyFigures.figures": {},
    "atlas.BodyFigures.figures_on": LONG_AGO.date(),
    "records.BackupPlan.id": 1,
    "records.BackupPlan.at_minute": 150,
    "records.BackupPlan.recipients": [],
    "records.BackupRun.kind": "backup",
    "records.BackupRun.state": "failed",
    "records.BackupRun.phase": "",
    "records.TableImport.kind": "exposed-bodies",
    "records.TableImport.headings": ["name"],
    "records.TableImport.columns": ["name"],
    "records.TableImport.datum": "cgcs2000",
    "records.TableImport.counts": {},
    "records.TableImport.trouble": "",
    "records.ImportRow.cells": ["bordermark"],
    "records.ImportRow.mended": {},
    "records.ImportRow.verdict": "",
    "records.ImportRow.problems": [],
    "records.ImportRow.before": None,
    "records.ImportRow.shape": None,
    "records.SkippedStep.step": "rosters",
    "records.ColumnMeaning.kind": "exposed-bodies",
    "records.ColumnMeaning.column": "name",
    "atlas.PopulationGrid.figures_on": LONG_AGO.date(),
    "jurisdiction.SavedListView.path": "/alarms/",
    "jurisdiction.SavedListView.query": "search=bordermark",
    "atlas.SavedView.address": "view=120.4,36.1,12&layers=alarms",
    "atlas.Resource.level": "restricted",
    "atlas.Resource.confidence": "C",
    "atlas.ResourceConnector.source": {"kind": "folder", "pattern": "bordermark"},
    "atlas.ResourceConnector.mark": {},
    "atlas.ResourceConnector.problem": {},
    "atlas.Delivery.way": "upload",
    "atlas.Delivery.stage": "set_aside",
    "atlas.Delivery.verdict": "broken",
    "atlas.Delivery.problem": {},
    "atlas.Delivery.findings": [],
    "atlas.Delivery.untold": [],
    "atlas.Delivery.profile": None,
    "atlas.Delivery.version": None,
    "atlas.Contract.text": CONTRACT,
    "atlas.SharingAgreement.state": "asked",
    "atlas.SharingAgreement.purpose": "bordermark",
    "atlas.SharingAgreement.asked_fields": ["bordermark"],
    "atlas.SharingAgreement.fields": [],
    "atlas.SharingAgreement.rows": "",
    "atlas.SharingAgreement.asked_until": date(2026, 12, 31),
    "atlas.SharingAgreement.until": None,
    "atlas.SharingAgreement.told_standing": "good",
    "atlas.CollectionReading.consumer": "nobody",
    "atlas.CollectionReading.form": "json",
    "atlas.CollectionReading.selection": "bordermark",
    "atlas.CollectionReading.digest": "0",
    "atlas.SelectionFile.language": "en",
    "atlas.SelectionFile.form": "csv",
    "atlas.SelectionFile.asked": {},
    "atlas.SelectionFile.digest": "0",
    "atlas.SelectionFile.reach": "0",
    "atlas.SelectionFile.state": "failed",
    "atlas.SelectionFile.trouble": "rows",
    "atlas.SelectionFile.maker": None,
    "sensing.DeviceModel.protocol": "mqtt",
    "sensing.DeviceModel.power": "battery",
    "sensing.DeviceModel.channels": [{"channel": "bordermark", "quantity": "methane"}],
    "sensing.CertificateAuthority.is_own": True,
    "sensing.DeviceCertificate.way": "pinned",
    "sensing.EnrolmentKey.most": 3,
    "sensing.EnrolmentKey.refused_why": {},
    "vision.Camera.code": "37021300421310000001",
    "vision.Camera.zones": [],
    "vision.Crop.hidden": [],
    "vision.Crop.looked": "looked",
    "vision.Tuning.kind": "fire",
    "vision.Tuning.mask": [],
    "vision.Tuning.muted_models": [],
    "vision.Sighting.outcome": "",
    "vision.Camera.state": "dark",
    "vision.CameraWatch.anchor": b"\0" * 9216,
    "vision.CameraWatch.figures": asdict(FrameFigures(low=1.0, high=2.0, plain=1.0)),
    "vision.CameraWatch.standing": [],
    "vision.CameraSource.kind": "folder",
    "vision.CameraSource.looking": [],
    "vision.CameraSource.fault": "",
    "vision.CameraTrouble.state": "dark",
    "vision.OwnModelVersion.state": "measured",
    "vision.OwnModelVersion.card": {
        "code": "bordermark",
        "version": "bordermark",
        "layout": "yolo",
        "labels": [{"name": "bordermark", "kind": "smoke"}],
        "least_score": 0.5,
        "cannot": "bordermark sees nothing by night",
    },
    "vision.OwnModelVersion.figures": [{"truths": 40, "told": 40, "hits": 40}],
    "vision.OwnModelVersion.fault": "",
    "vision.OwnModelVersion.fault_named": {},
    "vision.OwnModelPicture.truths": [],
    "vision.OwnModelPicture.found": [],
    "vision.OwnModelPicture.number": 1,
    **{"vision.LoadingOrder.state": "expected", "vision.LoadingOrder.way": "unloading"},
    **{"vision.PlateReading.verdict": "doubtful", "vision.PlateReading.kind": "fire", "vision.PlateReading.accepted_at": None},
    "vision.Recognition.box": [0.1, 0.1, 0.2, 0.2],
    "vision.Recognition.kind": "fire",
    "vision.Sighting.kind": "fire",
    "vision.Sighting.asks": "case",
    "vision.Sighting.verdict": "waiting",
    "vision.Sighting.settled_at": None,
    "vision.EventFault.fault": "no_kind",
    "vision.Camera.lon": 120.4,
    "vision.Camera.lat": 36.2,
    "vision.Camera.bearing_deg": 90.0,
    "vision.Camera.view_deg": 60.0,
    "supplies.Item.category": "A1",
    "supplies.Item.class_code": "1000000",
    "supplies.Item.code": "1000000-0001",
    "supplies.Item.kit_expiry": "soonest",
    "supplies.SameGoods.standing": "unsure",
    "supplies.SameGoods.bars": [],
    "supplies.Lot.reserve": "government",
    "supplies.Lot.level": "county",
    "supplies.Holding.reserve": "government",
    "supplies.Holding.level": "county",
    "supplies.Holding.category": "A1",
    "supplies.Store.level": "county",
    "supplies.Store.lon": 120.4,
    "supplies.Store.lat": 36.2,
    "supplies.Reservation.state": "held",
    "supplies.SupplyRequest.state": "approved",
    "supplies.ClosedRoad.shape": "line",
    "supplies.ClosedRoad.corners": [[120.4, 36.2], [120.41, 36.21]],
    "supplies.ClosedRoad.opened_at": None,
    "supplies.ClosedRoad.until_at": None,
    "supplies.Requisition.state": "draft",
    "supplies.Requisition.level": "county",
    "supplies.Requisition.basis": "response_law",
    "supplies.Requisition.basis_words": {},
    "supplies.Requisition.answer": "",
    "supplies.Requisition.ends_at": datetime(2026, 2, 1, tzinfo=UTC),
    "supplies.Requisition.starts_at": LONG_AGO,
    "supplies.RequisitionLine.kind": "machine",
    "supplies.RequisitionLine.amount": 9000,
    "supplies.RequisitionLine.taken": 9000,
    "supplies.RequisitionLine.item": None,
    "supplies.RequisitionLine.source": None,
    "supplies.RequisitionLine.holding": None,
    "supplies.RequisitionList.kind": "hand_over",
    "supplies.RequisitionList.signed_at": None,
    "supplies.ClaimRow.kind": "use",
    "supplies.Plan.kind": "soonest",
    "supplies.Plan.state": "ready",
    "supplies.Plan.wishes": [],
    "supplies.Plan.roads": {},
    "supplies.Delivery.state": "reserved",
    "supplies.DeliveryEntry.act": "pick",
    "supplies.ResourceMessage.kind": "RequestResource",
    "supplies.Movement.kind": 4,  # on its way
    "supplies.Line.kind": 1,
    "supplies.Line.source": 0,
    "supplies.Line.target": 1,
    "supplies.Total.category": "A1",
    "supplies.Total.reserve": "government",
    "supplies.Total.level": "county",
    "supplies.DayChange.category": "A1",
    "supplies.DayChange.reserve": "government",
    "supplies.DayChange.level": "county",
    "supplies.Stocktake.state": "counting",
    "supplies.Stocktake.extent": "all",
    "supplies.Upkeep.result": "passed",
    "supplies.CountEntry.act": "note",
    "supplies.CountEntry.verdict": "kept",
    "supplies.DeliveryEntry.verdict": "goes_on",
    "supplies.UpkeepEntry.act": "note",
    "supplies.UpkeepEntry.verdict": "kept",
    "supplies.PeopleAtRisk.hazard": "flood",
    "command.Clock.step": "sign",
    "command.Declaration.level": "red",
    "command.Drill.script": [{"act": "end", "after_min": 1}],
    "command.DrillAct.number": 0,
    "command.Drill.began_at": LONG_AGO,
    "command.GuidanceLine.kind": "must_not",
    "command.GuidanceLine.of_class": "any",
    "command.LogEntry.kind": "note",
    "mobilisation.HazardReport.state": "received",
    "mobilisation.HazardReport.kind": "breach",
    "mobilisation.HazardReport.routed_by": "object",
    "mobilisation.HazardReport.reward": "decided",
    "mobilisation.HazardReport.checked_as": "true",
    "mobilisation.HazardReport.mode": "anonymous",
    "mobilisation.HazardReport.channel": "page",
    "mobilisation.HazardReport.text": "bordermark",
    "mobilisation.ReportEntry.act": "note",
    "mobilisation.Reward.state": "draft",
    "mobilisation.Reward.kind": "ordinary",
    "mobilisation.Reward.verdict": "cannot_tell",
    "mobilisation.RewardEntry.act": "enter",
    "mobilisation.IdentityKey.slot": "a",
    "mobilisation.IdentityKey.replaced_at": LONG_AGO,
    "mobilisation.IdentityRequest.decided_at": LONG_AGO,
    "mobilisation.IdentityRequest.ended_at": LONG_AGO,
    "mobilisation.ReportPhoto.original": None,
    "mobilisation.SealedIdentity.sealed": b"age-encryption.org/v1",
    "notices.ChannelTable.kind": "links",
    "notices.ChannelTable.name": "",
    "notices.ChannelTable.entered": {"address": "https://bordermark.example"},
    "notices.ChannelTable.inner": [],
    "notices.ChannelTable.secret_names": [],
    "notices.ChannelTable.sealed": "",
    "notices.ChannelTable.tested_verdict": "",
    "notices.Notice.purpose": "told",
    "notices.Notice.untold_at": LONG_AGO,
    "notices.Notice.why": "symptom_owner",
    "command.Order.version": 1,  # the entry below is its first
    "command.Order.role": "lead",
    "command.OrderEntry.act": "note",
    "command.PlanStart.plan": PLAN,
    "command.PlanTask.code": "cordon",
    "command.Report.cause": "declared",
    "command.Report.kind": "first",
    "command.Report.state": "dropped",  # one in force has content in its own form
    "mobilisation.WarningSubscriber.town_code": "370213001",
    "mobilisation.WarningOutlet.kind": "screen",
    "mobilisation.WarningOutlet.template": {"url": "https://screens.example.org/"},
    "mobilisation.WarningOutlet.town_code": "",
    "mobilisation.WarningDelivery.town_code": "370213001",
    "mobilisation.WarningDelivery.fate": "sent",
    "mobilisation.DoorRound.town_code": "370213001",
    "mobilisation.Walk.version": 1,  # the entry below is its first
    "mobilisation.Door.result": "told",
    "mobilisation.Door.key": "bordermark",
    "mobilisation.Door.case_wanted_at": None,
    "mobilisation.DoorEntry.act": "note",
    "mobilisation.DoorEntry.verdict": "kept",
    "mobilisation.Ability.code": "sandbags",
    "mobilisation.Call.state": "called",
    "mobilisation.Call.reason": "",
    "mobilisation.Call.version": 1,  # the entry below is its first
    "mobilisation.CallEntry.act": "note",
    "mobilisation.CallEntry.verdict": "stays",
    "mobilisation.Need.skills": ["sandbags"],
    "mobilisation.Volunteer.reason": "",
    "mobilisation.IncomingMessage.data": b"<alert/>",
    "mobilisation.IncomingMessage.state": "quarantined",
    "mobilisation.IncomingMessage.verdict": "schema",
    "mobilisation.IncomingWarning.kind": "rain",
    "mobilisation.IncomingWarning.level": "yellow",
    "mobilisation.IncomingWarning.state": "in_force",
    "mobilisation.WarningDemand.who": "desk",
    "mobilisation.WarningDemand.level": "yellow",
    "mobilisation.WarningDemand.measure": "desk",
    "mobilisation.WarningService.kind": "weather",
    "mobilisation.WarningService.way": "push",
    "mobilisation.PublicWarning.cap": b"<alert/>",
    "mobilisation.PublicWarning.kind": "gas_leak",
    "mobilisation.PublicWarning.level": "yellow",
    "mobilisation.PublicWarning.msg_type": "Alert",
    "mobilisation.PublicWarning.places": [{"type": "circle", "lat": 36.16, "lon": 120.42, "radius_m": 500.0}],
    "notices.Sending.channel": "screen",
    "sensing.ModbusUnit.host": "127.0.0.1",  # inside, so nobody is asked
    "sensing.ModbusUnit.registers": ["bordermark holding 0 u16"],
    "sensing.OpcUaServer.endpoint": "opc.tcp://127.0.0.1:4840",  # inside, so nobody is asked
    "sensing.OpcUaServer.security": "none",
    "sensing.OpcUaServer.certificate": b"",
    "sensing.OpcUaServer.nodes": ["bordermark i=2258"],
    "sensing.OpcUaSecret.server": None,
    "supervision.PlatformTable.entered": {  # a folder, so nobody is asked
        **{"platform": "bordermark", "level": "county", "way": "folder"},
        "fields": {"firm": "code", "at": "time", "value": "flow", "source": "=video"},
    },
    "supervision.PlatformTable.sealed": "",
    "supervision.PlatformTable.inner": [],
    "sensing.Transmitter.networks": ["10.8.0.0/16"],
    "sensing.Transmitter.source": "00000000000a",
    "hazchem.ReleaseEstimate.scenario": "gas",
    "hazchem.ReleaseEstimate.case": {
        **{"title": "bordermark", "substance": "chlorine", "place": {"lon": 120.4, "lat": 36.2}},
        "weather": {"wind_m_s": 3.0, "stability": "D", "wind_from_degrees": 0.0, "temperature_c": 20.0},
        "scenario": [{"model": "source", "rate_kg_s": 1.0}, {"model": "gaussian_plume"}],
    },
    "hazchem.ReleaseEstimate.answer": {
        **{"case": "bordermark", "title": "bordermark", "substance": "chlorine", "cas": "", "exposure_minutes": 60.0},
        **{"steps": [], "weather": _WEATHER},
    },
    "hazchem.PlantUnit.kind": "storage",
    "hazchem.PlantUnit.area": "tank_farm",
    "hazchem.PlantUnit.outline": [],
    "hazchem.PlantUnit.grade": "",
    "hazchem.PlantUnit.grade_now": "",
    "hazchem.PlantUnit.told_grade": "",
    "hazchem.PlantUnit.told_grade_now": "",
    "hazchem.PlantUnit.filed_grade": "",
    "hazchem.PlantEquipment.kind": "tank",
    "hazchem.PlantEquipment.shape": "vertical",
    "hazchem.PlantJoint.tag": "XV-1",
    "hazchem.PlantPicture.corners": [[120.4, 36.17], [120.42, 36.17], [120.42, 36.16], [120.4, 36.16]],
    "hazchem.HeldSubstance.classes": None,
    "hazchem.HeldSubstance.present_from": "person",
    "hazchem.PlantPoint.kind": "level",
    "hazchem.PlantPoint.interlock": "",
    "hazchem.ResponseSheet.point_kind": "",
    "hazchem.RiskWarning.level": 2,
    "hazchem.RiskWarning.state": "pushed",
    "hazchem.RiskWarning.closed_at": None,
    "hazchem.RiskWarning.answered_at": None,
    "hazchem.RiskWarning.next_at": None,
    "hazchem.RiskWarning.fired": [],
    "hazchem.RiskTelling.tier": "firm",
    "hazchem.RiskTelling.level": 2,
    "hazchem.RiskTelling.trigger": "at_once",
    "hazchem.RiskAnswer.reason": "leak",
    "hazchem.RiskAnswer.measure": "isolated",
    "hazchem.SafetyCommitment.stated": {"units_running": 1, "units_stopped": 0, "units_repair": 0},
    "hazchem.SafetyCommitment.seen": {
        **{"units": 1, "works": None, "permitted": None, "bypassed": 0, "beyond": 0, "alarms": 0, "gas_alarms": 0}
    },
    "hazchem.SafetyCommitment.differences": [],
    "hazchem.CommitmentReminder.to": "competent",
    "hazchem.Grading.grade": "",
    "hazchem.Grading.grade_now": "",
    "hazchem.Grading.lines": [],
    "hazchem.DynamicRisk.colour": "red",
    "hazchem.DynamicRisk.lines": [{"factor": "alarms", "count": 1.0, "share": 0.3, "drop": 5.0}],
    "hazchem.DynamicRiskStep.colour": "red",
    "hazchem.DynamicRiskStep.lines": [],
    "hazchem.AreaRisk.colour": "red",
    "hazchem.AreaRisk.code": "370213",
    "hazchem.PreventionRecord.criterion": "plan",
    "hazchem.PreventionEvaluation.rows": [],
    "hazchem.RiskEvent.method": "jha",
    "hazchem.RiskEvent.scale": "ls",
    "hazchem.RiskEvent.colour": "red",
    "hazchem.RiskMeasure.kind": "operation",
    "hazchem.CheckTask.period": "week",
    "hazchem.CheckTask.role": "",
    "hazchem.WorkPermit.kind": "hot_work",
    "hazchem.WorkPermit.grade": "first",
    "hazchem.WorkPermit.base_grade": "first",
    "hazchem.WorkPermit.raised_by": [],
    "hazchem.WorkPermit.toxics": [],
    "hazchem.WorkPermit.emits": [],
    "hazchem.WorkPermit.isolations": [],
    "hazchem.WorkPermit.blinds": [],
    "hazchem.WorkPermit.disturbs": [],
    "hazchem.WorkPermit.cover_ids": [],
    "hazchem.WorkPermit.blind_action": "",
    "hazchem.WorkPermit.state": "draft",
    "hazchem.GasTest.toxics": {},
    "hazchem.GasTest.faults": [],
    "hazchem.PermitMeasure.code": "briefed",
    "hazchem.PermitSignature.role": "applicant",
    "hazchem.PermitStep.act": "drafted",
    "hazchem.PlantPlan.points": [[0.0, 0.0, 120.4, 36.2], [50.0, 0.0, 120.401, 36.2]],
    "hazchem.PositionTag.kind": "staff",
    "hazchem.PositionFault.fault": "no_tag",
    "hazchem.PlantZone.outline": [[120.4, 36.2], [120.401, 36.2], [120.401, 36.201]],
    "hazchem.ZoneRuleRow.kind": "most_persons",
    "hazchem.ZoneRuleRow.kinds": [],
    "hazchem.ZoneBreach.kind": "sos",
    "hazchem.MusterPerson.kind": "staff",
    "hazchem.PlantMuster.drill": True,
    "hazchem.WorkPermit.version": 1,  # the entry below is its first
    "hazchem.PermitEntry.act": "round",
    "hazchem.PermitEntry.data": {},
    "hazchem.PermitEntry.verdict": "counts",
    "jurisdiction.ContactPoint.user": None,  # of a desk, a post or a person: of the desk
    "mfa.Authenticator.type": "totp",
    "warning.Cover.kind": "silence",  # of a work the networks' people know
    "warning.Cover.asset_ids": [],
    "warning.Cover.quantities": [],
    "warning.Cover.weekdays": "",
    "supervision.SupervisedObject.kind": "enterprise",
    "supervision.ElectricalDanger.kind": "hot joint",
    "supervision.ElectricalDanger.verdict": "nearing the limit",
    "supervision.ElectricalPoint.kind": "joint",
    "supervision.Episode.kind": "meter_trouble",
    "supervision.Episode.level": "task",
    "supervision.Episode.state": "found",
    "supervision.Episode.why": [["hours", 30.0]],
    "supervision.EpisodeEntry.act": "ask",
    "supervision.EpisodeEntry.data": {"text": ""},
    "supervision.EvidenceRecord.source": "video",
    "supervision.Meter.role": "total",
    "supervision.MeterPeriod.change": "added",
    "supervision.PermitPost.kind": "special_work",
    "supervision.PermitPost.start_at": LONG_AGO,
    "supervision.MeterShare.share": 0.5,
    "supervision.ResumptionCondition.code": "hazard_removed",
    "supervision.ResumptionCondition.state": "open",
    "supervision.StopOrder.kind": "ordered stop",
    "supervision.StopOrder.receipt": "received",
    "supervision.StopOrder.proposal": {"first_day": "2026-01-01"},
    "supervision.Episode.kept": {},
    "supervision.EvidenceSender.sources": ["video"],
    "supervision.WorkObjection.day": LONG_AGO.date(),
    "supervision.WorkDay.state": "stopped",
    "supervision.WorkVerdict.decision": "nothing",
    "supervision.WorkVerdict.missing": [],
    "supervision.WorkVerdict.reasons": [],
    "supervision.WorkVerdict.votes": [],
    "supervision.WorkVerdict.conflict": [],
    "supervision.PlatformRecord.state": "unsure",
    "supervision.ObjectMerge.moved": {"rows": {}, "filled": {}, "active": True},
    "supervision.Consequence.colour": "yellow",
    "supervision.LedgerDay.day": LONG_AGO.date(),
    "supervision.LedgerDay.lines": "[]",
    "supervision.PolicyTrial.days": ["2026-11-24"],
    "supervision.LedgerDay.colour": "green",
    "supervision.LedgerDay.band": "green",
    "supervision.LedgerDay.standing": "green",
    "supervision.CheckList.code": "one_for_all",  # check lists are the whole installation's: they hold nothing of a region
    "supervision.CheckList.items": [{"code": "one", "zh": "一", "en": "one"}],
    "supervision.CheckList.words": _WORDS,
    "supervision.Draw.candidates": {"objects": [], "inspectors": []},
    "supervision.Draw.terms": {"trades": [], "count": 1},
    "supervision.Finding.grade": "ordinary",
    "supervision.Finding.state": "open",
    "supervision.Finding.version": 1,
    "supervision.FindingEntry.act": "note",
    "supervision.FindingEntry.verdict": "stays",
    "supervision.GamingSign.evidence": {"tasks": []},
    "supervision.GamingSign.kind": "bulk",
    "supervision.GamingSign.state": "open",
    "supervision.Inspection.source": "scan",
    "supervision.Inspection.state": "open",
    "supervision.Inspection.version": 1,
    "supervision.InspectionEntry.act": "note",
    "supervision.InspectionEntry.verdict": "stays",
    "supervision.LegalDocument.direction": "in",
    "supervision.LegalDocument.kind": "other",
    "supervision.DutyVerdict.state": "absent",
    "supervision.DutyVerdict.votes": [["gate", -2.0]],
    "supervision.PersonCertificate.status": "valid",
    "supervision.PresenceSign.source": "gate",
    "supervision.RollCallAnswer.called_ms": [1767225600000],
    "supervision.RollCallAnswer.means": "",
    "supervision.RollCallAnswer.state": "waiting",
    "supervision.ShiftChange.state": "asked",
    "supervision.Task.met_by": "entry",
    "supervision.Task.state": "open",
    "supervision.Task.version": 1,
    "supervision.TaskEntry.act": "note",
    "supervision.TaskEntry.verdict": "stays",
    "usersessions.UserSession.ip": "127.0.0.1",
}
"""What a field holds where its type alone does not tell: `app.Model.field`."""

_NAMES = re.compile(r"(^|_)(name|title|place|text|words|reason|remarks|caption|note|outcome|zh|en|address|said_by|as)($|_)")
_BODIES = ("organisation", "unit", "user", "person")


def walked() -> tuple[type[Model], ...]:
    """Every model that a border protects: all of Tocsin's but the machine's own, and what belongs to signing in."""
    ours = (one for one in apps.get_models() if one.__module__.startswith("tocsin."))
    return (*(one for one in ours if one._meta.label not in MACHINES_OWN), Authenticator, SocialAccount, UserSession)


def complete(
    mark: str,
    region_code: str,
    seeds: dict[type[Model], Model],
    about: Iterable[object],
    only: Iterable[type[Model]] | None = None,
) -> dict[str, UUID]:
    """Makes a marked row of every walked model, or of these, that has none yet; the ids of all, by names as paths use them.

    `seeds` are the rows that others refer to; it grows by the rest. A row that is there counts where it holds the mark or one
    of `about`. An AssertionError names the model whose row can't be made without a line in VALUES.
    """
    about = (mark, *map(str, about), *(str(row.pk) for row in seeds.values()))
    wanted = walked() if only is None else tuple(only)
    for model in wanted:
        there = [row for row in model._base_manager.all() if any(one in str(vars(row)) for one in about)]
        if there:
            seeds.setdefault(model, there[0])
    for model in wanted:
        _row_of(model, mark, region_code, seeds)
    return dict(_ids(seeds))


def _ids(seeds: dict[type[Model], Model]) -> Iterator[tuple[str, UUID]]:
    for model, row in seeds.items():
        if isinstance(row.pk, UUID):
            yield re.sub(r"(?<=[a-z])(?=[A-Z])", "_", model.__name__).lower() + "_id", row.pk


def ids_of(seeds: dict[type[Model], Model], app_label: str) -> dict[str, UUID]:
    """The ids of one capability's rows: a finding is another thing in another capability."""
    return dict(_ids({model: row for model, row in seeds.items() if model._meta.app_label == app_label}))


def _row_of(model: type[Model], mark: str, region_code: str, seeds: dict[type[Model], Model]) -> Model:
    if model not in seeds:
        fields: dict[str, Any] = {}
        for field in model._meta.concrete_fields:
            name = f"{model._meta.label}.{field.name}"
            if name in VALUES:
                fields[field.name] = VALUES[name]
            elif isinstance(field, models.ForeignKey):
                if not field.null or (field.name in _BODIES and field.related_model is not model):
                    fields[field.name] = _row_of(field.related_model, mark, region_code, seeds)
            elif not field.primary_key or not (field.has_default() or isinstance(field, models.AutoField)):
                value = _value(field, mark, region_code)
                if value is not None:
                    fields[field.name] = value
        try:
            with transaction.atomic():
                seeds[model] = model._base_manager.create(**fields)
        except Exception as error:
            raise AssertionError(f"tests/jurisdiction/rows.py needs lines in VALUES for a row of {model._meta.label}") from error
    return seeds[model]


def _value(field: "Field[Any, Any]", mark: str, region_code: str) -> Any:
    """A value of the field's kind; None where it may stay as it is born."""
    if field.name in ("region_code", "area_code"):
        return region_code
    if isinstance(field, models.CharField | models.TextField):
        return _text(field, mark)
    if field.has_default() or field.null:
        return None
    match field:
        case models.DateTimeField():
            return None if field.auto_now_add or field.auto_now else timezone.now()
        case models.DateField():
            return timezone.now().date()
        case models.BooleanField():
            return False
        case models.JSONField():
            return {}
        case models.IntegerField():
            return 1
        case models.FloatField():
            return 1.0
        case models.UUIDField():
            return new_id()
        case _:
            return None


def _text(field: "Field[Any, Any]", mark: str) -> str | None:
    if field.choices:
        return None if field.has_default() else str(next(iter(field.flatchoices))[0])
    if field.has_default() or (field.blank and not _NAMES.search(field.name)):
        return None
    return mark[: field.max_length]
