"""Supervised objects, how platforms know them, and the people who answer for them."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from tocsin.base.ids import new_id


class SupervisedObject(models.Model):
    """An enterprise, one of its sites, a place or a piece of equipment (监管对象), down to a welding set with its own code."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    code = models.CharField(max_length=48, unique=True)  # the information code: QC-…-001-7
    kind = models.CharField(max_length=20)  # `objects.rules.register.ObjectKind`
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="parts")
    name = models.CharField(max_length=200)
    credit_code = models.CharField(max_length=18, blank=True)  # GB 32100-2015, of the enterprise
    site_number = models.PositiveIntegerField(default=1)
    trade = models.CharField(max_length=40)  # key of `objects/policy/trades.toml`
    risk_class = models.CharField(max_length=10, blank=True)  # red, orange, yellow, blue: risk scale of dual prevention
    region_code = models.CharField(max_length=6)
    town_code = models.CharField(max_length=12, blank=True)
    address = models.CharField(max_length=300, blank=True)
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    employees = models.PositiveIntegerField(null=True)
    shifts = models.CharField(max_length=200, blank=True)  # registered hours: 00:00-08:00;08:00-16:00;16:00-24:00
    solar_kwp = models.FloatField(default=0.0)
    major_hazard = models.BooleanField(default=False)  # has a major hazard installation (GB 18218)
    directly_supervised = models.BooleanField(default=False)  # 直管
    competent = models.ForeignKey("jurisdiction.Organisation", null=True, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey("jurisdiction.Organisation", null=True, on_delete=models.PROTECT, related_name="+")
    active = models.BooleanField(default=True)
    merged_into = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="absorbed")
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["name", "code"]
        constraints = [
            models.UniqueConstraint(
                fields=["credit_code", "site_number"],
                condition=~Q(credit_code="") & Q(kind__in=["enterprise", "site"], merged_into__isnull=True),
                name="one_object_per_credit_code_and_site",
            ),
        ]
        indexes = [
            models.Index(fields=["region_code", "trade"], name="object_by_region_and_trade"),
            models.Index(fields=["organisation"], name="object_of_organisation"),
        ]

    def __str__(self) -> str:
        return self.name


class KeyPerson(models.Model):
    """Somebody who answers for an object, in one role (principal, chief safety officer, control-room operator …)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    object = models.ForeignKey(SupervisedObject, on_delete=models.CASCADE, related_name="people")
    role = models.CharField(max_length=40)  # key of `objects/policy/posts.toml`
    post = models.CharField(max_length=120, blank=True)  # where: control room, management
    name = models.CharField(max_length=120)
    telephone = models.CharField(max_length=40, blank=True)
    external_id = models.CharField(max_length=60, blank=True)  # the person's id in gates and positioning
    required_certificate = models.CharField(max_length=120, blank=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    active = models.BooleanField(default=True)

    class Meta:
        ordering = ["role", "name"]

    def __str__(self) -> str:
        return self.name


class PlatformRecord(models.Model):
    """How one platform knows a firm. `weights`: the waterfall of the match, field by field, as `engine.identity` gives it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    platform = models.CharField(max_length=60)
    level = models.CharField(max_length=20)  # county, city, province, grid, utility …
    external_id = models.CharField(max_length=120)
    region_code = models.CharField(max_length=6)
    name = models.CharField(max_length=200)
    credit_code = models.CharField(max_length=18, blank=True)
    address = models.CharField(max_length=300, blank=True)
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    object = models.ForeignKey(SupervisedObject, null=True, on_delete=models.PROTECT, related_name="records")
    candidate = models.ForeignKey(SupervisedObject, null=True, on_delete=models.SET_NULL, related_name="asked_about")
    apart = models.JSONField(default=list)  # ids of objects that a person said it is not
    state = models.CharField(max_length=20)  # `objects.rules.register.MatchState`
    probability = models.FloatField(default=0.0)
    weights = models.JSONField(default=list)
    received_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-received_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["platform", "external_id", "region_code"], name="one_record_per_platform_id_and_region"
            )
        ]
        indexes = [models.Index(fields=["state", "region_code"], name="record_by_state")]


class ObjectMerge(models.Model):
    """Two entries were one firm. `moved` names every row that went over, so that undoing restores both."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kept = models.ForeignKey(SupervisedObject, on_delete=models.PROTECT, related_name="merges")
    absorbed = models.ForeignKey(SupervisedObject, on_delete=models.PROTECT, related_name="+")
    region_code = models.CharField(max_length=6)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=500, blank=True)
    moved = models.JSONField(default=dict)
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-at"]


class CodeIssue(models.Model):
    """One issue of an object's QR code; only the newest counts, and a sign stolen or copied is withdrawn."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    object = models.ForeignKey(SupervisedObject, on_delete=models.CASCADE, related_name="issues")
    issued_at = models.DateTimeField()
    issued_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-issued_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["object"], condition=Q(withdrawn_at__isnull=True), name="one_code_in_force_per_object"
            ),
        ]


class LedgerDay(models.Model):
    """One object's points of one day, with its lines inside. Only added; a correction is a row of a later revision.

    Points are whole hundredths of a point. `lines` is the text of a JSON list, kept byte for byte as it was reckoned:
    `[reason code, hundredths, evidence]` each (`engine.points.ledger`); the score is their sum. The key begins with the day, so
    that a night's rows lie side by side and one object's days are found one by one. Objects are never deleted, so the database
    need not look for each of a million of them again.
    """

    pk = models.CompositePrimaryKey("day", "object_id", "revision")
    day = models.DateField()
    object = models.ForeignKey(
        "supervision.SupervisedObject", on_delete=models.PROTECT, related_name="ledger", db_constraint=False, db_index=False
    )
    revision = models.PositiveSmallIntegerField(default=0)
    score = models.IntegerField()
    feedback = models.IntegerField(default=0)  # hundredths for the day's own tasks; no part of the score
    band = models.CharField(max_length=6)  # what score, red lines and data alone say
    standing = models.CharField(max_length=6)  # where the object stands after steps and stability; kept while it is grey
    colour = models.CharField(max_length=6)  # what is shown
    days_in_yellow = models.PositiveSmallIntegerField(default=0)  # on end in this band or a better one
    days_in_blue = models.PositiveSmallIntegerField(default=0)
    days_in_green = models.PositiveSmallIntegerField(default=0)
    rule_version = models.CharField(max_length=40)
    lines = models.TextField()

    class Meta:
        ordering = ["-day", "object_id", "-revision"]


class PointsEvent(models.Model):
    """Something that takes points for a time, or turns the code red until it is lifted."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    object = models.ForeignKey("supervision.SupervisedObject", on_delete=models.CASCADE, related_name="points_events")
    kind = models.CharField(max_length=40)  # key of deductions or red lines in `points/policy.toml`
    key = models.CharField(max_length=120)  # what it comes from, so that the same thing counts once
    began_on = models.DateField()
    ended_on = models.DateField(null=True)
    evidence = models.JSONField(default=dict)
    entered_at = models.DateTimeField()
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-began_on"]
        constraints = [models.UniqueConstraint(fields=["object", "key"], name="one_points_event_per_key")]


class PhotoPrint(models.Model):
    """The perceptual hash of a photo that was entered as proof, so that the same picture is seen when it comes again."""

    attachment_id = models.UUIDField(primary_key=True, editable=False)
    object = models.ForeignKey(SupervisedObject, on_delete=models.CASCADE, related_name="+")
    hash = models.CharField(max_length=16, db_index=True)  # 64 bits of `engine.pictures.difference_hash`, hexadecimal
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at"]
