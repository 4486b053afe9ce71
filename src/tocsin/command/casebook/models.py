"""Cases, the alarms in them, their time line, and what the machine would change and asks first."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from tocsin.base.ids import new_id
from tocsin.base.levels import AlarmLevel
from tocsin.command.casebook.rules.cases import CaseState, DeclarationKind, Origin, OutcomeKind


class CaseBook(models.Model):
    """The book of one county. Whoever opens or changes its cases holds this row, so that one decision follows another.

    `last` is the last number given on `day`, the newest local day that has cases; `lines` the last line of any time line.
    """

    region_code = models.CharField(max_length=6, primary_key=True)
    day = models.CharField(max_length=8, blank=True)
    last = models.PositiveIntegerField(default=0)
    lines = models.PositiveBigIntegerField(default=0)


class LogPosition(models.Model):
    """How far a consumer has come in the log of events, written with the effects of what it read."""

    consumer = models.CharField(max_length=60, primary_key=True)
    sequence = models.PositiveBigIntegerField()


class CaseQuerySet(models.QuerySet["Case"]):
    """Cases with the one question that figures ask first."""

    def real(self) -> Self:
        """Without drills: what is practised counts nowhere."""
        return self.filter(drill__isnull=True)


class Case(models.Model):
    """One matter with one number, from its first signal on. A merged case keeps its row: its number is another name of the case
    that it went into.

    A case that an alarm opened is described by its lead alarm; one made by hand or by another capability by its own words.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    number = models.CharField(max_length=30, unique=True)
    region_code = models.CharField(max_length=6)
    lead = models.ForeignKey("warning.Alarm", null=True, on_delete=models.PROTECT, related_name="+")  # speaks for the case
    origin = models.CharField(max_length=20, default=Origin.ALARM.value)
    origin_reference = models.CharField(max_length=120, blank=True)  # its number where it comes from
    kind = models.CharField(max_length=30, blank=True)  # lifeline or trade that it concerns: gas, heating, water, drainage ...
    title = models.CharField(max_length=200, blank=True)
    matter = models.JSONField(default=dict)  # what it was opened for: its title is told from it, in the reader's language
    place = models.CharField(max_length=200, blank=True)
    place_kind = models.CharField(max_length=30, blank=True)  # in what, where a person said so: manhole, building ...
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    drill = models.ForeignKey("command.Drill", null=True, on_delete=models.PROTECT, related_name="cases")
    state = models.CharField(max_length=20, default=CaseState.WAITING.value)
    level = models.PositiveSmallIntegerField(default=AlarmLevel.NONE.value)  # the highest of its open alarms
    set_level = models.PositiveSmallIntegerField(null=True)  # by a person, with the reason in the time line
    peak_level = models.PositiveSmallIntegerField(default=AlarmLevel.NONE.value)
    keeper = models.ForeignKey("jurisdiction.Organisation", null=True, on_delete=models.PROTECT, related_name="+")  # 属地兜底
    suspended_until = models.DateTimeField(null=True)
    suspended_reason = models.CharField(max_length=500, blank=True)
    policy = models.JSONField(default=dict)  # the figures that it began with: limits of its clocks, closing rule
    occurred_at = models.DateTimeField(null=True)  # as a caller says; clocks do not count from it
    caller = models.CharField(max_length=120, blank=True)
    caller_telephone = models.CharField(max_length=40, blank=True)
    begun_at = models.DateTimeField()  # its first signal: clocks count from here
    opened_at = models.DateTimeField()
    dispatch_due = models.BooleanField(default=False)  # owners are to get their orders: after everybody has been told
    calm_since = models.DateTimeField(null=True)  # the readings keep the closing rule
    touched_at = models.DateTimeField(null=True)  # a person has worked on it: the machine asks before it moves alarms
    closed_at = models.DateTimeField(null=True)
    reopened_at = models.DateTimeField(null=True)  # clocks of a reopened case count from here
    reopenings = models.PositiveSmallIntegerField(default=0)
    persons_gone_at = models.DateTimeField(null=True)  # names and numbers of callers were blanked at their time
    going_at = models.DateTimeField(null=True)  # its deletion has begun: nobody sees it any more
    merged_into = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="merged")

    objects = CaseQuerySet.as_manager()

    class Meta:
        ordering = ["-opened_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state=CaseState.MERGED.value, merged_into__isnull=False)
                | (~Q(state=CaseState.MERGED.value) & Q(merged_into__isnull=True)),
                name="case_is_merged_into_another",
            ),
            models.CheckConstraint(
                condition=Q(lead__isnull=False)
                | ~Q(origin=Origin.ALARM.value)
                | Q(state=CaseState.MERGED.value)
                | Q(going_at__isnull=False),
                name="case_of_an_alarm_has_a_lead",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "-level", "-opened_at"], name="case_list"),
            models.Index(fields=["region_code", "state"], name="case_by_region"),
        ]

    def __str__(self) -> str:
        return self.number


class Outcome(models.Model):
    """How a case ended, proposed by one person and, where the rule asks for two, confirmed or refused by another."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="outcomes")
    kind = models.CharField(max_length=20, choices=[(kind.value, kind.value) for kind in OutcomeKind])
    code = models.CharField(max_length=40, blank=True)  # of a false alarm: its cause
    text = models.CharField(max_length=2000, blank=True)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    confirmed_at = models.DateTimeField(null=True)
    refused = models.BooleanField(default=False)
    ended_at = models.DateTimeField(null=True)  # the case was opened again

    class Meta:
        ordering = ["-proposed_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=Q(refused=False, ended_at__isnull=True), name="one_standing_outcome_per_case"
            ),
        ]


class Declaration(models.Model):
    """A warning raised or an incident declared upon a case: the act of a named leader. `level` is on the scale of its kind."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="declarations")
    kind = models.CharField(max_length=20, choices=[(kind.value, kind.value) for kind in DeclarationKind])
    level = models.CharField(
        max_length=30
    )  # warning: blue yellow orange red; incident: ordinary larger serious particularly_serious
    text = models.CharField(max_length=2000)
    area = models.CharField(max_length=500, blank=True)  # that may be hit
    begins_at = models.DateTimeField(null=True)
    ends_at = models.DateTimeField(null=True)  # until when it holds or is expected; it is lifted or prolonged by a leader
    cautions = models.CharField(max_length=2000, blank=True)
    measures = models.CharField(max_length=2000, blank=True)
    declared_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    declared_at = models.DateTimeField()
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["declared_at"]
        constraints = [
            models.UniqueConstraint(fields=["case", "kind"], condition=Q(ended_at__isnull=True), name="one_standing_declaration"),
        ]


class Membership(models.Model):
    """An alarm in its case, with the reason. One row an alarm, held by the database; what it was before is in the time line."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    alarm = models.OneToOneField("warning.Alarm", on_delete=models.PROTECT, related_name="case_membership")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="memberships")
    reason = models.CharField(max_length=30)
    figures = models.JSONField(default=dict)
    joined_at = models.DateTimeField()
    settled = models.BooleanField(default=False)  # a person has put it here: the machine leaves it
    diagnosis_id = models.UUIDField(null=True)  # the diagnosis with which it was last considered

    class Meta:
        ordering = ["joined_at", "id"]


class CaseChange(models.Model):
    """One line of a case's time line, numbered in the county's book. The only thing written later is by which line it was undone.

    `figures` of a merge, split or move hold what is needed to take it back (`services.moves`).
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    line = models.PositiveBigIntegerField()
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="changes")
    other = models.ForeignKey(Case, null=True, on_delete=models.PROTECT, related_name="+")
    alarm = models.ForeignKey("warning.Alarm", null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()  # by the judging clock
    act = models.CharField(max_length=20)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    channel = models.CharField(max_length=20)
    text = models.CharField(max_length=2000, blank=True)
    figures = models.JSONField(default=dict)
    undone_by = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["line"]
        indexes = [models.Index(fields=["case", "line"], name="case_time_line")]


class Clock(models.Model):
    """One step that a case waits for. `subject` tells clocks of one step apart: an order, a report, a reopening."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey("command.Case", on_delete=models.PROTECT, related_name="clocks")
    step = models.CharField(max_length=30)
    subject = models.CharField(max_length=60, blank=True)
    began_at = models.DateTimeField()
    due_at = models.DateTimeField()
    every_s = models.FloatField(null=True)  # begins anew each time that it is met
    stage = models.PositiveSmallIntegerField(default=0)  # per cent that have fired: 0, 50, 100, 150
    next_at = models.DateTimeField(null=True)  # when the next stage fires; none for one that is met, stopped or spent
    met_at = models.DateTimeField(null=True)
    stopped_at = models.DateTimeField(null=True)  # the step is no longer waited for

    class Meta:
        ordering = ["due_at", "id"]
        constraints = [models.UniqueConstraint(fields=["case", "step", "subject"], name="one_clock_per_step_and_subject")]
        indexes = [
            models.Index(fields=["next_at"], name="clock_fires", condition=models.Q(next_at__isnull=False)),
            models.Index(fields=["case", "due_at"], name="clock_of_case"),
        ]


class Drill(models.Model):
    """One drill. Its cases, notices and papers carry its mark; it reaches only the bodies and persons that it names."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    region_code = models.CharField(max_length=6)
    name = models.CharField(max_length=120)
    script = models.JSONField(default=list)  # `rules.drill_script.Act` by act
    recipients = models.JSONField(default=dict)  # {"organisations": [ids], "people": [ids]}
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    began_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    remarks = models.CharField(max_length=4000, blank=True)  # what the evaluation says in words

    class Meta:
        ordering = ["-made_at"]
        constraints = [
            models.CheckConstraint(condition=Q(ended_at__isnull=True) | Q(began_at__isnull=False), name="drill_ends_once_begun")
        ]

    def __str__(self) -> str:
        return self.name
