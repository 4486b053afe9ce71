"""Reports by the public with what was done about them, and the book of their numbers. Nothing here tells who reported."""

from django.conf import settings
from django.db import models

from tocsin.base.ids import new_id
from tocsin.fieldwork.models import Entry
from tocsin.mobilisation.hazard_reports.rules.locks import Locked


class ReportBook(models.Model):
    """The last number of the newest local day of one county. Whoever gives the next one holds this row."""

    region_code = models.CharField(max_length=6, primary_key=True)
    day = models.CharField(max_length=8, blank=True)
    last = models.PositiveIntegerField(default=0)


class HazardReport(models.Model):
    """What one person, or several together, reported: one row for each report, also where several tell of one matter.

    A merged one keeps its row with its rank: when it was received and how complete it was decide who was first.
    """

    id = models.UUIDField(primary_key=True, editable=False)  # made by the phone, so that a second delivery is the same report
    number = models.CharField(max_length=30, unique=True)
    region_code = models.CharField(max_length=6)
    state = models.CharField(max_length=20)  # `rules.states.ReportState`
    kind = models.CharField(max_length=40)  # key of the policy
    situation = models.CharField(max_length=60, blank=True)  # code of the standard's list (`policy/routing.toml`)
    trade = models.CharField(max_length=40, blank=True)
    object = models.ForeignKey("supervision.SupervisedObject", null=True, on_delete=models.PROTECT, related_name="+")
    firm = models.CharField(max_length=200, blank=True)  # as the reporter names it
    place = models.CharField(max_length=300, blank=True)
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    text = models.TextField()
    since = models.CharField(max_length=200, blank=True)  # in the reporter's words
    danger = models.BooleanField(default=False)  # to life, as the reporter says
    insider = models.BooleanField(default=False)  # of the firm's own people
    mode = models.CharField(max_length=20)  # `rules.intake.Mode`
    channel = models.CharField(max_length=20)  # `rules.intake.Channel`
    channel_reference = models.CharField(max_length=60, blank=True)  # its number where it came from
    language = models.CharField(max_length=10)  # in which the reporter reads answers
    said_at = models.DateTimeField(null=True)  # by the phone's clock, where that can be
    received_at = models.DateTimeField()
    completeness = models.PositiveSmallIntegerField()  # of five
    valid = models.BooleanField()  # a clear object or place, and a concrete matter
    complete_at = models.DateTimeField(null=True)  # since when it is valid: what its reporter added later counts from then
    secret_sha256 = models.CharField(max_length=64)
    content_sha256 = models.CharField(max_length=64)  # of what was handed in
    receipt = models.CharField(max_length=220)
    organisation = models.ForeignKey("jurisdiction.Organisation", null=True, on_delete=models.PROTECT, related_name="+")
    fell_to = models.CharField(max_length=6, blank=True)  # the region of the body, where none answers in the report's own
    routed_by = models.CharField(max_length=20, blank=True)  # `rules.routing.Because`
    handed_from = models.ForeignKey("jurisdiction.Organisation", null=True, on_delete=models.PROTECT, related_name="+")
    handed_due = models.DateTimeField(null=True)  # until when the body to which it was given takes it over or gives it back
    handed_told = models.BooleanField(default=False)  # that this time is over
    words = models.BinaryField(max_length=64, default=bytes)  # bits of the text (`engine.likeness`), for finding the same matter
    looks = models.JSONField(default=list)  # hashes of what its photos show, in hexadecimal
    merged_into = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="merged")
    emptied_at = models.DateTimeField(null=True)  # its time was over: what is left counts, and nobody reads it
    version = models.PositiveIntegerField(default=0)
    accept_due = models.DateTimeField(null=True)
    check_due = models.DateTimeField(null=True)
    answer_due = models.DateTimeField(null=True)
    extended = models.BooleanField(default=False)
    reopened = models.BooleanField(default=False)
    announced = models.BooleanField(default=False)  # its body was told that it is there
    told_late = models.CharField(max_length=20, blank=True)  # the clock about which the desk was told last
    refusal = models.CharField(max_length=40, blank=True)  # key of the policy
    first_checker = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    second_checker = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    inspection = models.ForeignKey("supervision.Inspection", null=True, on_delete=models.PROTECT, related_name="+")
    checked_as = models.CharField(max_length=20, blank=True)  # what one checker found, until the other has signed it
    checked_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    claimed_malicious_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    answer = models.TextField(blank=True)  # what the reporter reads at the end
    reward = models.CharField(max_length=20, blank=True)  # `rules.states.RewardStep`: the last that was done about one
    case_number = models.CharField(max_length=40, blank=True)  # of the duty desk's case

    class Meta:
        ordering = ["-received_at"]
        indexes = [
            models.Index(fields=["region_code", "state"], name="report_by_region_and_state"),
            models.Index(
                fields=["region_code", "lat", "lon"],
                condition=models.Q(merged_into__isnull=True, lat__isnull=False),
                name="leading_report_by_place",
            ),
            models.Index(
                fields=["region_code", "-received_at"],
                condition=models.Q(merged_into__isnull=True),
                name="leading_report_by_age",
            ),
            models.Index(
                fields=["region_code", "-received_at"],
                condition=models.Q(merged_into__isnull=True, lat__isnull=True),
                name="leading_report_without_place",
            ),
            models.Index(fields=["received_at"], condition=models.Q(announced=False), name="report_to_announce"),
        ]

    def __str__(self) -> str:
        return self.number


class ReportEntry(models.Model):
    """One act upon a report. `inward`: the reporter does not read it. The reporter's own have no actor."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    report = models.ForeignKey(HazardReport, on_delete=models.CASCADE, related_name="entries")
    act = models.CharField(max_length=30)  # `rules.states.ReportAct`
    at = models.DateTimeField()
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    by_reporter = models.BooleanField(default=False)
    inward = models.BooleanField(default=False)
    text = models.TextField(blank=True)
    figures = models.JSONField(default=dict)

    class Meta:
        ordering = ["at", "id"]


class CheckEntry(Entry):
    """One act of a checker upon a report as a phone sent it, also from away from the network. What it did stands beside it."""

    report = models.ForeignKey(HazardReport, on_delete=models.CASCADE, related_name="check_entries")

    class Meta(Entry.Meta):
        constraints = [models.UniqueConstraint(fields=["report", "version"], name="one_check_entry_per_version_of_a_report")]


class IdentityKey(models.Model):
    """The public key of one of the two officers of an area; its private half never lies here. A newer one replaces it.

    It waits until a second person takes it; one that is declined keeps `waits` and has `replaced_at`.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    region_code = models.CharField(max_length=6)
    slot = models.CharField(max_length=1)  # `rules.sealing.Slot`
    recipient = models.CharField(max_length=100)
    holder = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    installed_at = models.DateTimeField()  # when it was handed in; once it was taken: when that was
    waits = models.BooleanField(default=False)
    taken_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    replaced_at = models.DateTimeField(null=True)
    lost_at = models.DateTimeField(null=True)
    destroyed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["region_code", "slot", "-installed_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["region_code", "slot"],
                condition=models.Q(replaced_at__isnull=True, waits=False),
                name="one_identity_key_in_force",
            ),
            models.UniqueConstraint(
                fields=["region_code", "slot"],
                condition=models.Q(replaced_at__isnull=True, waits=True),
                name="one_identity_key_waiting",
            ),
        ]


class TwoLocks(models.Model):
    """The two locks of something sealed (`rules/locks.py`), and to whose keys their lock keys are sealed.

    First form: no locks of its own (`lock_a`, `lock_b` are empty): sealed to the officers' keys themselves.
    """

    lock_a = models.CharField(max_length=100, blank=True)
    lock_b = models.CharField(max_length=100, blank=True)
    lock_key_a = models.BinaryField(default=bytes)
    lock_key_b = models.BinaryField(default=bytes)
    inner_sha256 = models.CharField(max_length=64, blank=True)

    class Meta:
        abstract = True

    def take_locks(self, locked: Locked) -> None:
        """The locks of what was sealed."""
        self.lock_a, self.lock_b = locked.a.public, locked.b.public
        self.lock_key_a, self.lock_key_b = locked.a.key, locked.b.key
        self.inner_sha256 = locked.inner_sha256

    def lock_key(self, slot: str) -> bytes:
        """The lock key of that place, sealed to its officer; empty in the first form."""
        return bytes(self.lock_key_a if slot == "a" else self.lock_key_b)


class SealedIdentity(TwoLocks):
    """Who reported, as only two officers together can read it; and by which keyed hash the same telephone is known again."""

    report = models.OneToOneField(HazardReport, primary_key=True, on_delete=models.CASCADE, related_name="identity")
    sealed = models.BinaryField()
    key_a = models.ForeignKey(IdentityKey, on_delete=models.PROTECT, related_name="+")
    key_b = models.ForeignKey(IdentityKey, on_delete=models.PROTECT, related_name="+")
    blind = models.CharField(max_length=64)  # HMAC of the telephone number by a key of its own, which is in no dump
    sealed_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["blind"], name="identity_by_blind_index")]


class ReportPhoto(TwoLocks):
    """A photo of the reporter, or of who checks or handles the report (`of_check`): the whole copy for the desk, and of a
    reporter with a name the original with all that the camera wrote, as only two officers together can read it. `far`: whether
    the camera says that it was far from the place (None: it says nothing).
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    report = models.ForeignKey(HazardReport, on_delete=models.CASCADE, related_name="photos")
    copy = models.OneToOneField("records.Attachment", on_delete=models.CASCADE, related_name="+")
    original = models.OneToOneField("records.Attachment", null=True, on_delete=models.SET_NULL, related_name="+")
    key_a = models.ForeignKey(IdentityKey, null=True, on_delete=models.PROTECT, related_name="+")
    key_b = models.ForeignKey(IdentityKey, null=True, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveSmallIntegerField()  # within its report, from 1
    of_check = models.BooleanField(default=False)  # not the reporter's; who attached it stands with the copy
    far = models.BooleanField(null=True)
    looked = models.CharField(max_length=20, blank=True)  # how the machine's look for faces and plates ended; empty: it waits
    looked_at = models.DateTimeField(null=True)
    proposed = models.JSONField(default=list)  # boxes, in pixels of the copy: `shown.photos.kept_boxes`

    class Meta:
        ordering = ["report", "number"]
        constraints = [models.UniqueConstraint(fields=["report", "number"], name="photo_of_report_by_number")]
        indexes = [models.Index(fields=["id"], condition=models.Q(looked=""), name="photo_to_look_at")]


class PhotoDecision(models.Model):
    """What a person of the desk decided to blur in a photo, and the copy made of it; the latest counts."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    photo = models.ForeignKey(ReportPhoto, on_delete=models.CASCADE, related_name="decisions")
    number = models.PositiveSmallIntegerField()  # of this photo, from 1
    boxes = models.JSONField(default=list)
    blurred = models.OneToOneField("records.Attachment", null=True, on_delete=models.SET_NULL, related_name="+")
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField()

    class Meta:
        ordering = ["photo", "number"]
        constraints = [models.UniqueConstraint(fields=["photo", "number"], name="decision_of_photo_by_number")]


class IdentityRequest(models.Model):
    """One officer asks, with a reason, that who reported, or the original of a photo, be opened; the other agrees or not.

    `inner`: what B has opened and A has not; it goes when the request is over.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    report = models.ForeignKey(HazardReport, on_delete=models.CASCADE, related_name="identity_requests")
    photo = models.ForeignKey(ReportPhoto, null=True, on_delete=models.CASCADE, related_name="+")  # None: who reported
    region_code = models.CharField(max_length=6)
    reason = models.CharField(max_length=500)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    agreed = models.BooleanField(default=False)
    inner = models.BinaryField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-asked_at"]

    @property
    def thing(self) -> "SealedIdentity | ReportPhoto":
        """What is to be opened."""
        return self.photo if self.photo is not None else self.report.identity


class AppLaunch(models.Model):
    """That an app's signed text was used; it goes once the text would have expired by itself. Nothing of whom it names."""

    used_sha256 = models.CharField(max_length=64, primary_key=True)  # of the app and the id that it gave
    expires_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.used_sha256[:8]
