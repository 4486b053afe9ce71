"""Reports upward (上报): first, follow-up and final ones, each a version of what is known to its addressee."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from tocsin.base.ids import new_id
from tocsin.command.reports.rules.reports import ReportKind, ReportState
from tocsin.command.reports.rules.transmissions import ON_ITS_WAY, TransmissionState


class Report(models.Model):
    """One report of a case to one addressee. Until it is signed its `content` may change; `digest` is of what was signed.

    `content` is empty until a person saves it: till then it is what the case says at the moment.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    number = models.CharField(max_length=40, unique=True)  # the case's number and a count: 370213-20261124-0007-R01
    case = models.ForeignKey("command.Case", on_delete=models.PROTECT, related_name="reports")
    # What was declared; none while the desk tells of an event before anything is.
    declaration = models.ForeignKey("command.Declaration", null=True, on_delete=models.PROTECT, related_name="reports")
    region_code = models.CharField(max_length=6)
    duty = models.CharField(max_length=60)  # key of `reports.toml`: to whom, by when, by which law
    organisation = models.ForeignKey("jurisdiction.Organisation", null=True, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20)
    cause = models.CharField(max_length=20)  # why it is asked: of `rules.reports.ReportCause`
    sequence = models.PositiveSmallIntegerField()  # of this duty: 1 is the first report
    state = models.CharField(max_length=20, default=ReportState.DRAFT.value)
    content = models.JSONField(default=dict)
    begun_at = models.DateTimeField()
    begun_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    due_at = models.DateTimeField()
    edited_at = models.DateTimeField(null=True)
    edited_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    returned_reason = models.CharField(max_length=500, blank=True)  # the leader's, with whom it was and came back
    signed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    signed_at = models.DateTimeField(null=True)
    digest = models.CharField(max_length=80, blank=True)
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    sent_at = models.DateTimeField(null=True)
    sent_through = models.CharField(max_length=20, blank=True)  # telephone, fax, network, messenger, by_hand
    agreed_by = models.CharField(max_length=120, blank=True)  # the leader who agreed by word to a report that was phoned
    receipt_number = models.CharField(max_length=120, blank=True)
    received_by = models.CharField(max_length=120, blank=True)  # who took it there
    received_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["begun_at", "number"]
        constraints = [
            models.UniqueConstraint(fields=["case", "duty", "sequence"], name="report_versions_are_counted"),
            models.UniqueConstraint(
                fields=["case", "duty"], condition=Q(state=ReportState.DRAFT.value), name="one_report_draft_per_duty"
            ),
            models.CheckConstraint(
                condition=Q(state__in=[ReportState.DRAFT.value, ReportState.DROPPED.value])
                | Q(signed_at__isnull=False, signed_by__isnull=False)
                | Q(kind=ReportKind.FIRST.value, sent_through="telephone", sent_by__isnull=False, received_at__isnull=False),
                name="report_is_sent_signed_or_phoned",
            ),
        ]
        indexes = [models.Index(fields=["region_code", "state", "due_at"], name="report_list")]

    def __str__(self) -> str:
        return self.number


class Transmission(models.Model):
    """One signed report handed to one superior platform: leased by a sender, tried until it is taken or its time is over.

    `not_before` and `leased_until` are the machine's own time, all else is the judging clock's.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="transmissions")
    region_code = models.CharField(max_length=6)
    platform = models.CharField(max_length=60)  # a table of `superiors.toml`
    digest = models.CharField(max_length=80)  # of the signed words: the key by which the platform knows a repeat
    state = models.CharField(max_length=20, default=TransmissionState.WAITING.value)
    attempts = models.PositiveSmallIntegerField(default=0)
    perhaps_taken = models.BooleanField(default=False)  # an attempt got no answer, or its sender died
    outcome = models.CharField(max_length=500, blank=True)  # the platform's words at the last attempt
    receipt_number = models.CharField(max_length=120, blank=True)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    deadline = models.DateTimeField()
    not_before = models.DateTimeField()
    leased_until = models.DateTimeField(null=True)
    tried_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["asked_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["report"],
                condition=Q(state__in=[state.value for state in ON_ITS_WAY]),
                name="one_transmission_of_a_report_at_a_time",
            )
        ]
        indexes = [
            models.Index(
                fields=["not_before"],
                name="transmission_waits",
                condition=Q(state__in=[state.value for state in ON_ITS_WAY]),
            )
        ]
