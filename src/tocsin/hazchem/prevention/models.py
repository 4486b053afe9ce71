"""The risk ledger: analysis objects, their units, events, measures, checks, what checks found, dynamic risks, evaluations."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from tocsin.base.ids import new_id
from tocsin.fieldwork.models import Entry


class RiskObject(models.Model):
    """What a firm analyses (风险分析对象): a plant, a store, a kind of work."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    object = models.ForeignKey("supervision.SupervisedObject", on_delete=models.PROTECT, related_name="+")
    region_code = models.CharField(max_length=6)
    name = models.CharField(max_length=120)
    department = models.CharField(max_length=120, blank=True)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    active = models.BooleanField(default=True)

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(fields=["object", "name"], condition=Q(active=True), name="one_risk_object_of_a_name")
        ]

    def __str__(self) -> str:
        return self.name


class RiskUnit(models.Model):
    """A part of an analysis object (风险分析单元); `plant_unit`: the unit of the plant whose risk its events are."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    risk_object = models.ForeignKey(RiskObject, on_delete=models.PROTECT, related_name="units")
    object = models.ForeignKey("supervision.SupervisedObject", on_delete=models.PROTECT, related_name="+")
    plant_unit = models.ForeignKey("PlantUnit", null=True, on_delete=models.SET_NULL, related_name="risk_units")
    name = models.CharField(max_length=120)
    active = models.BooleanField(default=True)

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(fields=["risk_object", "name"], condition=Q(active=True), name="one_risk_unit_of_a_name")
        ]

    def __str__(self) -> str:
        return self.name


class RiskEvent(models.Model):
    """What may happen at a unit (风险事件), with its grade. `severity`: S of LS, C of LEC; `exposure`: E of LEC."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    unit = models.ForeignKey(RiskUnit, on_delete=models.PROTECT, related_name="events")
    object = models.ForeignKey("supervision.SupervisedObject", on_delete=models.PROTECT, related_name="+")
    region_code = models.CharField(max_length=6)
    text = models.CharField(max_length=500)
    cause = models.CharField(max_length=500, blank=True)
    consequence = models.CharField(max_length=500, blank=True)
    method = models.CharField(max_length=8)  # `rules.kinds.RiskMethod`
    scale = models.CharField(max_length=4)  # `rules.kinds.RiskScale`
    likelihood = models.FloatField()
    severity = models.FloatField()
    exposure = models.FloatField(null=True)
    value = models.FloatField()
    colour = models.CharField(max_length=8)  # `rules.kinds.RiskColour`
    gravity = models.PositiveSmallIntegerField()  # of the colour: 4 red to 1 blue
    assessed_at = models.DateTimeField()
    assessed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    active = models.BooleanField(default=True)

    class Meta:
        ordering = ["-gravity", "-value", "text", "id"]
        indexes = [
            models.Index(fields=["object", "active", "gravity"], name="risk_event_of_firm"),
            models.Index(fields=["region_code", "gravity"], name="risk_event_by_region"),
        ]

    def __str__(self) -> str:
        return self.text


class RiskMeasure(models.Model):
    """What stands against an event (管控措施). `failed_at`: since when it is not in order and its hidden danger not closed."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    event = models.ForeignKey(RiskEvent, on_delete=models.PROTECT, related_name="measures")
    object = models.ForeignKey("supervision.SupervisedObject", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12)  # `rules.kinds.MeasureKind`
    text = models.CharField(max_length=500)
    failed_at = models.DateTimeField(null=True)
    active = models.BooleanField(default=True)

    class Meta:
        ordering = ["kind", "text", "id"]
        indexes = [models.Index(fields=["object", "failed_at"], name="risk_measure_failed")]

    def __str__(self) -> str:
        return self.text


class CheckTask(models.Model):
    """A check of a measure (隐患排查任务), due again and again. `due_on`: the last day of the next one."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    measure = models.ForeignKey(RiskMeasure, on_delete=models.PROTECT, related_name="checks")
    object = models.ForeignKey("supervision.SupervisedObject", on_delete=models.PROTECT, related_name="+")
    region_code = models.CharField(max_length=6)
    text = models.CharField(max_length=500)
    period = models.CharField(max_length=10)  # `rules.kinds.CheckPeriod`
    person = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=40, blank=True)  # key of supervision's `posts.toml`
    planned_on = models.DateField()
    due_on = models.DateField()
    told_for = models.DateField(null=True)  # the due day of which whoever checks was told that it is over
    principal_told_for = models.DateField(null=True)
    version = models.PositiveIntegerField(default=0, db_default=0)  # of what was entered on site
    active = models.BooleanField(default=True)

    class Meta:
        ordering = ["due_on", "id"]
        indexes = [
            models.Index(fields=["active", "due_on"], name="check_task_by_day"),
            models.Index(fields=["object", "active", "due_on"], name="check_task_of_firm"),
            models.Index(fields=["person", "active"], name="check_task_of_person"),
        ]

    def __str__(self) -> str:
        return self.text


class CheckResult(models.Model):
    """What a check found. `due_on`: the day by which it was due; one that was not in order has its hidden danger."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    task = models.ForeignKey(CheckTask, on_delete=models.PROTECT, related_name="results")
    object = models.ForeignKey("supervision.SupervisedObject", on_delete=models.PROTECT, related_name="+")
    due_on = models.DateField()
    done_on = models.DateField()
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    normal = models.BooleanField()
    text = models.CharField(max_length=1000, blank=True)
    finding = models.ForeignKey("supervision.Finding", null=True, on_delete=models.SET_NULL, related_name="+")
    finding_number = models.CharField(max_length=40, blank=True)
    open_danger = models.BooleanField(default=False)  # its hidden danger is not closed
    at_place = models.BooleanField(null=True)  # whether the code of the place was scanned there; None where none was

    class Meta:
        ordering = ["-at", "-id"]
        constraints = [models.UniqueConstraint(fields=["task", "done_on"], name="one_result_of_a_check_a_day")]
        indexes = [
            models.Index(fields=["object", "done_on"], name="check_result_of_firm"),
            models.Index(fields=["open_danger", "object"], name="check_result_open"),
        ]


class CheckEntry(Entry):
    """What somebody entered at a check with the phone; `verdict`: of `rules.field.RiskCheckVerdict`."""

    task = models.ForeignKey(CheckTask, on_delete=models.PROTECT, related_name="entries")

    class Meta(Entry.Meta):
        constraints = [models.UniqueConstraint(fields=["task", "version"], name="one_entry_per_version_of_a_check")]


class DynamicRisk(models.Model):
    """The dynamic risk of a unit now, or of a whole firm (`unit` None). `lines`: of `rules.dynamic.RiskLine`."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    object = models.ForeignKey("supervision.SupervisedObject", on_delete=models.CASCADE, related_name="+")
    unit = models.ForeignKey("PlantUnit", null=True, on_delete=models.CASCADE, related_name="dynamic_risks")
    region_code = models.CharField(max_length=6)
    town_code = models.CharField(max_length=12, blank=True)
    at = models.DateTimeField()  # when it last changed
    since = models.DateTimeField()  # since when it has its colour
    static = models.FloatField()  # share, 0 to 1
    value = models.FloatField()  # 0 to 100
    colour = models.CharField(max_length=8)  # `rules.dynamic.COLOURS`
    lines = models.JSONField(default=list)
    step_value = models.FloatField()  # of the history's last step
    step_day = models.DateField()

    class Meta:
        ordering = ["-value", "id"]
        constraints = [
            models.UniqueConstraint(fields=["unit"], condition=Q(unit__isnull=False), name="one_dynamic_risk_of_a_unit"),
            models.UniqueConstraint(fields=["object"], condition=Q(unit__isnull=True), name="one_dynamic_risk_of_a_firm"),
        ]
        indexes = [models.Index(fields=["region_code", "value"], name="dynamic_risk_by_region")]


class DynamicRiskStep(models.Model):
    """A step of the history: another colour, a value that moved, or the first of a day."""

    id = models.BigAutoField(primary_key=True)
    risk = models.ForeignKey(DynamicRisk, on_delete=models.CASCADE, related_name="steps")
    at = models.DateTimeField()
    value = models.FloatField()
    colour = models.CharField(max_length=8)
    lines = models.JSONField(default=list)

    class Meta:
        ordering = ["-at", "-id"]
        indexes = [models.Index(fields=["risk", "at"], name="dynamic_risk_history")]


class AreaRisk(models.Model):
    """The greatest dynamic risk of a county (six digits), or of a street or park (twelve), on a local day."""

    id = models.BigAutoField(primary_key=True)
    region_code = models.CharField(max_length=6)
    code = models.CharField(max_length=12)
    day = models.DateField()
    value = models.FloatField()
    colour = models.CharField(max_length=8)

    class Meta:
        ordering = ["-day", "code"]
        constraints = [models.UniqueConstraint(fields=["code", "day"], name="one_risk_of_an_area_a_day")]


class PreventionRecord(models.Model):
    """What a firm did that no row of its ledger shows: a leading body, a plan, training, rules, incentives."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    object = models.ForeignKey("supervision.SupervisedObject", on_delete=models.PROTECT, related_name="+")
    region_code = models.CharField(max_length=6)
    criterion = models.CharField(max_length=16)  # one of `rules.evaluation.BY_RECORD`
    on = models.DateField()
    text = models.CharField(max_length=1000)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["-on", "-id"]
        indexes = [models.Index(fields=["object", "criterion", "on"], name="prevention_record_of_firm")]


class PreventionEvaluation(models.Model):
    """A firm's points in a month, as they stood on the last day on which they were looked at."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    object = models.ForeignKey("supervision.SupervisedObject", on_delete=models.CASCADE, related_name="+")
    region_code = models.CharField(max_length=6)
    month = models.DateField()  # its first day
    looked_on = models.DateField()
    points = models.FloatField()
    rows = models.JSONField(default=list)  # of `rules.evaluation.CriterionPoints`

    class Meta:
        ordering = ["-month", "-points", "id"]
        constraints = [models.UniqueConstraint(fields=["object", "month"], name="one_evaluation_of_a_month")]
        indexes = [models.Index(fields=["month", "looked_on"], name="evaluation_by_month")]
