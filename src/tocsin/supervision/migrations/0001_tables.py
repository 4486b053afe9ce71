import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import tocsin.base.ids


class Migration(migrations.Migration):
    """All tables as of 28 November 2026, in one."""

    replaces = [
        ("supervision", "0001_initial"),
        ("supervision", "0002_meter_history"),
        ("supervision", "0003_meter_changed_at"),
        ("supervision", "0004_colours_followed"),
        ("supervision", "0005_papers_that_hold"),
        ("supervision", "0006_special_periods_and_permit_posts"),
        ("supervision", "0007_stops_and_episodes"),
        ("supervision", "0008_weather_sources"),
        ("supervision", "0009_electrical_answers"),
        ("supervision", "0010_records_by_region"),
        ("supervision", "0011_witnessed_draws"),
        ("supervision", "0012_words_of_firms"),
        ("supervision", "0013_numbers_of_each_authority"),
    ]

    initial = True

    dependencies = [
        ("jurisdiction", "0001_tables"),
        ("jurisdiction", "__first__"),
        ("records", "0001_tables"),
        ("sensing", "0001_tables"),
    ]

    operations = [
        migrations.CreateModel(
            name="AbsenceList",
            fields=[
                ("day", models.DateField(primary_key=True, serialize=False)),
            ],
            options={
                "ordering": ["-day"],
            },
        ),
        migrations.CreateModel(
            name="Connector",
            fields=[
                ("id", models.UUIDField(default=tocsin.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("name", models.CharField(max_length=120, unique=True)),
                ("region_code", models.CharField(max_length=6)),
                ("way", models.CharField(max_length=10)),
                ("kind", models.CharField(max_length=10)),
                ("platform", models.CharField(max_length=60)),
                ("level", models.CharField(max_length=20)),
                ("joined_at", models.DateTimeField()),
                ("last_tried_at", models.DateTimeField(null=True)),
                ("last_done_at", models.DateTimeField(null=True)),
                ("last_good_at", models.DateTimeField(null=True)),
                ("newest_at", models.DateTimeField(null=True)),
                ("last_error", models.JSONField(default=dict)),
                ("cursor", models.CharField(blank=True, max_length=500)),
                ("taken", models.PositiveBigIntegerField(default=0)),
                ("known", models.PositiveBigIntegerField(default=0)),
                ("refused", models.PositiveBigIntegerField(default=0)),
                ("last_refused", models.JSONField(default=list)),
            ],
            options={
                "ordering": ["name"],
            },
        ),
        migrations.CreateModel(
            name="Episode",
            fields=[
                ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ("kind", models.CharField(max_length=30)),
                ("level", models.CharField(max_length=10)),
                ("region_code", models.CharField(max_length=6)),
                ("start_at", models.DateTimeField()),
                ("end_at", models.DateTimeField(null=True)),
                ("detected_at", models.DateTimeField()),
                ("probability", models.FloatField()),
                ("why", models.JSONField(default=list)),
                ("state", models.CharField(max_length=20)),
                ("due_at", models.DateTimeField(null=True)),
                ("delivered_at", models.DateTimeField(null=True)),
                ("decided_at", models.DateTimeField(null=True)),
                ("kept", models.JSONField(default=dict)),
                ("case_number", models.CharField(blank=True, max_length=40)),
            ],
            options={
                "ordering": ["-start_at"],
                "indexes": [models.Index(fields=["state", "region_code"], name="episode_by_state")],
            },
        ),
        migrations.CreateModel(
            name="InspectorCard",
            fields=[
                (
                    "person",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("number", models.CharField(max_length=40)),
                ("valid_until", models.DateField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="NumberBook",
            fields=[
                ("key", models.CharField(max_length=20, primary_key=True, serialize=False)),
                ("day", models.CharField(blank=True, max_length=8)),
                ("last", models.PositiveIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name="PointsRun",
            fields=[
                ("day", models.DateField(primary_key=True, serialize=False)),
                ("begun_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                ("cursor", models.CharField(blank=True, max_length=40)),
                ("scored", models.PositiveIntegerField(default=0)),
                ("tallies", models.JSONField(default=list)),
                ("followed", models.CharField(blank=True, max_length=40)),
                ("followed_at", models.DateTimeField(null=True)),
                ("moves", models.JSONField(default=dict)),
            ],
            options={
                "ordering": ["-day"],
            },
        ),
        migrations.CreateModel(
            name="SupervisedObject",
            fields=[
                ("id", models.UUIDField(default=tocsin.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("code", models.CharField(max_length=48, unique=True)),
                ("kind", models.CharField(max_length=20)),
                ("name", models.CharField(max_length=200)),
                ("credit_code", models.CharField(blank=True, max_length=18)),
                ("site_number", models.PositiveIntegerField(default=1)),
                ("trade", models.CharField(max_length=40)),
                ("risk_class", models.CharField(blank=True, max_length=10)),
                ("region_code", models.CharField(max_length=6)),
                ("town_code", models.CharField(blank=True, max_length=12)),
                ("address", models.CharField(blank=True, max_length=300)),
                ("lon", models.FloatField(null=True)),
                ("lat", models.FloatField(null=True)),
                ("employees", models.PositiveIntegerField(null=True)),
                ("shifts", models.CharField(blank=True, max_length=200)),
                ("solar_kwp", models.FloatField(default=0.0)),
                ("major_hazard", models.BooleanField(default=False)),
                ("directly_supervised", models.BooleanField(default=False)),
                ("active", models.BooleanField(default=True)),
                ("created_at", models.DateTimeField()),
                (
                    "competent",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="jurisdiction.organisation"
                    ),
                ),
                (
                    "merged_into",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="absorbed",
                        to="supervision.supervisedobject",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="jurisdiction.organisation"
                    ),
                ),
                (
                    "parent",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="parts",
                        to="supervision.supervisedobject",
                    ),
                ),
            ],
            options={
                "ordering": ["name", "code"],
                "indexes": [
                    models.Index(fields=["region_code", "trade"], name="object_by_region_and_trade"),
                    models.Index(fields=["organisation"], name="object_of_organisation"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(
                            models.Q(("credit_code", ""), _negated=True),
                            ("kind__in", ["enterprise", "site"]),
                            ("merged_into__isnull", True),
                        ),
                        fields=("credit_code", "site_number"),
                        name="one_object_per_credit_code_and_site",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="TaskRun",
            fields=[
                ("day", models.DateField(primary_key=True, serialize=False)),
                ("begun_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                ("cursor", models.CharField(blank=True, max_length=40)),
                ("made", models.PositiveIntegerField(default=0)),
                ("told", models.CharField(blank=True, max_length=40)),
                ("told_at", models.DateTimeField(null=True)),
            ],
            options={
                "ordering": ["-day"],
            },
        ),
        migrations.CreateModel(
            name="CheckList",
            fields=[
                ("id", models.UUIDField(default=tocsin.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("code", models.CharField(max_length=60)),
                ("version", models.PositiveIntegerField()),
                ("trades", models.JSONField(default=list)),
                ("kinds", models.JSONField(default=list)),
                ("words", models.JSONField()),
                ("items", models.JSONField()),
                ("effective_from", models.DateField()),
                ("made_at", models.DateTimeField()),
                (
                    "made_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "ordering": ["code", "-version"],
                "constraints": [models.UniqueConstraint(fields=("code", "version"), name="one_version_of_a_check_list")],
            },
        ),
        migrations.CreateModel(
            name="ConnectorHour",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("hour", models.DateTimeField()),
                ("taken", models.PositiveIntegerField(default=0)),
                ("known", models.PositiveIntegerField(default=0)),
                ("refused", models.PositiveIntegerField(default=0)),
                (
                    "connector",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="hours", to="supervision.connector"
                    ),
                ),
            ],
            options={
                "ordering": ["hour"],
                "constraints": [models.UniqueConstraint(fields=("connector", "hour"), name="one_tally_per_platform_and_hour")],
            },
        ),
        migrations.CreateModel(
            name="Draw",
            fields=[
                ("id", models.UUIDField(default=tocsin.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("region_code", models.CharField(max_length=6)),
                ("name", models.CharField(max_length=120)),
                ("made_at", models.DateTimeField()),
                ("commitment", models.CharField(blank=True, max_length=64)),
                ("terms_sha256", models.CharField(blank=True, max_length=64)),
                ("witness_sha256", models.CharField(blank=True, max_length=64)),
                ("seed", models.CharField(blank=True, max_length=64)),
                ("drawn_at", models.DateTimeField(null=True)),
                ("terms", models.JSONField(default=dict)),
                ("candidates", models.JSONField(default=dict)),
                ("candidates_sha256", models.CharField(max_length=64)),
                ("result", models.JSONField(default=dict)),
                (
                    "made_by",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                ),
                (
                    "witness",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "ordering": ["-made_at"],
            },
        ),
        migrations.CreateModel(
            name="DutyShift",
            fields=[
                ("id", models.UUIDField(default=tocsin.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("role", models.CharField(max_length=40)),
                ("post", models.CharField(blank=True, max_length=120)),
                ("start_at", models.DateTimeField()),
                ("end_at", models.DateTimeField(db_index=True)),
                ("leave", models.BooleanField(default=False)),
                (
                    "swapped_with",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="supervision.dutyshift"
                    ),
                ),
            ],
            options={
                "ordering": ["start_at", "role"],
            },
        ),
        migrations.CreateModel(
            name="DutyVerdict",
            fields=[
                ("id", models.UUIDField(default=tocsin.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("state", models.CharField(max_length=20)),
                ("p_present", models.FloatField(null=True)),
                ("votes", models.JSONField(default=list)),
                ("since", models.DateTimeField()),
                ("judged_at", models.DateTimeField(db_index=True)),
                (
                    "shift",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="verdict", to="supervision.dutyshift"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ElectricalPoint",
            fields=[
                ("id", models.UUIDField(default=tocsin.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("kind", models.CharField(max_length=20)),
                ("name", models.CharField(max_length=120)),
                ("rated_a", models.FloatField(null=True)),
                ("limit", models.FloatField(null=True)),
                (
                    "second",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="sensing.sensor"
                    ),
                ),
                ("sensor", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="sensing.sensor")),
                (
                    "third",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="sensing.sensor"
                    ),
                ),
                (
                    "object",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="electrical_points",
                        to="supervision.supervisedobject",
                    ),
                ),
            ],
            options={
                "ordering": ["name", "kind"],
                "constraints": [
                    models.UniqueConstraint(fields=("object", "name", "kind"), name="one_electrical_point_per_name_and_kind")
                ],
            },
        ),
        migrations.CreateModel(
            name="ElectricalDanger",
            fields=[
                ("id", models.UUIDField(default=tocsin.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("kind", models.CharField(max_length=20)),
                ("verdict", models.CharField(max_length=20)),
                ("value", models.FloatField(null=True)),
                ("limit", models.FloatField(null=True)),
                ("hours_to_limit", models.FloatField(null=True)),
                ("since", models.DateTimeField()),
                ("judged_at", models.DateTimeField()),
                ("answer_due_at", models.DateTimeField(null=True)),
                ("answered_at", models.DateTimeField(null=True)),
                ("answer", models.CharField(blank=True, max_length=500)),
                (
                    "answered_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "point",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="dangers", to="supervision.electricalpoint"
                    ),
                ),
            ],
            options={
                "ordering": ["hours_to_limit", "id"],
                "constraints": [models.UniqueConstraint(fields=("point", "kind"), name="one_danger_per_point_and_kind")],
            },
        ),
        migrations.CreateModel(
            name="EpisodeEntry",
            fields=[
                ("id", models.UUIDField(default=tocsin.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("act", models.CharField(max_length=30)),
                ("at", models.DateTimeField()),
                ("data", models.JSONField(default=dict)),
                (
                    "actor",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "episode",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="entries", to="supervision.episode"
                    ),
                ),
            ],
            options={
                "ordering": ["at", "id"],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("act", ""), _negated=True), name="episode_entry_has_an_act")
                ],
            },
        ),
        migrations.CreateModel(
            name="EvidenceSender",
            fields=[
                ("token_id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ("platform", models.CharField(max_length=60)),
                ("level", models.CharField(max_length=20)),
                ("region_code", models.CharField(max_length=6)),
                ("sources", models.JSONField(default=list)),
                ("made_at", models.DateTimeField()),
                (
                    "made_by",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                ),
            ],
            options={
                "ordering": ["platform", "level"],
            },
        ),
        migrations.CreateModel(
            name="Finding",
            fields=[
                ("id", models.UUIDField(default=tocsin.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("number", models.CharField(max_length=40, unique=True)),
                ("region_code", models.CharField(max_length=6)),
                ("grade", models.CharField(max_length=20)),
                ("item", models.CharField(blank=True, max_length=60)),
                ("text", models.CharField(max_length=2000)),
                ("state", models.CharField(max_length=20)),
                ("found_at", models.DateTimeField()),
                ("days", models.PositiveSmallIntegerField(default=0)),
                ("due_on", models.DateField()),
                ("unserved", models.BooleanField(default=False)),
                ("served_at", models.DateTimeField(null=True)),
                ("own", models.BooleanField(default=False)),
                ("fixings", models.JSONField(default=dict)),
                ("asked_until", models.DateField(null=True)),
                ("extended", models.PositiveSmallIntegerField(default=0)),
                ("accept_asked", models.DateField(null=True)),
                ("accepted_until", models.DateField(null=True)),
                ("rectified_at", models.DateTimeField(null=True)),
                ("closed_at", models.DateTimeField(null=True)),
                ("version", models.PositiveIntegerField(default=0)),
                (
                    "found_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "ordering": ["due_on", "number"],
            },
        ),
        migrations.CreateModel(
            name="FindingEntry",
            fields=[
                ("at", models.DateTimeField()),
                ("received_at", models.DateTimeField()),
                ("device", models.CharField(blank=True, max_length=60)),
                ("sequence", models.PositiveIntegerField(default=0)),
                ("base_version", models.PositiveIntegerField(default=0)),
                ("version", models.PositiveIntegerField()),
                ("data", models.JSONField(default=dict)),
                ("verdict", models.CharField(blank=True, max_length=20)),
                ("id", models.UUIDField(default=tocsin.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("act", models.CharField(max_length=30)),
                (
                    "actor",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "finding",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="entries", to="supervision.finding"
                    ),
                ),
            ],
            options={
                "ordering": ["version"],
                "abstract": False,
                "constraints": [
                    models.UniqueConstraint(fields=("finding", "version"), name="one_entry_per_version_of_a_finding")
                ],
            },
        ),
        migrations.CreateModel(
            name="Inspection",
            fields=[
                ("id", models.UUIDField(default=tocsin.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("number", models.CharField(max_length=40, unique=True)),
                ("region_code", models.CharField(max_length=6)),
                ("state", models.CharField(max_length=20)),
                ("source", models.CharField(max_length=20)),
                ("due_at", models.DateTimeField(null=True)),
                ("planned_for", models.DateField(null=True)),
                ("began_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                ("confirmed_at", models.DateTimeField(null=True)),
                ("opened_at", models.DateTimeField()),
                ("answers", models.JSONField(default=dict)),
                ("party", models.JSONField(default=dict)),
                ("party_at", models.DateTimeField(null=True)),
                ("version", models.PositiveIntegerField(default=0)),
                (
                    "check_list",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="supervision.checklist"),
                ),
                (
                    "draw",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="inspections", to="supervision.draw"
                    ),
                ),
                (
                    "episode",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="inspections",
                        to="supervision.episode",
                    ),
                ),
                (
                    "first_inspector",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                ),
                (
                    "second_inspector",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "object",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="inspections", to="supervision.supervisedobject"
                    ),
                ),
            ],
            options={
                "ordering": ["-id"],
            },
        ),
        migrations.AddField(
            model_name="finding",
            name="inspection",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="findings", to="supervision.inspection"
            ),
        ),
        migrations.CreateModel(
            name="InspectionEntry",
            fields=[
                ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ("act", models.CharField(max_length=20)),
                ("at", models.DateTimeField()),
                ("received_at", models.DateTimeField()),
                ("device", models.CharField(blank=True, max_length=60)),
                ("sequence", models.PositiveIntegerField(default=0)),
                ("base_version", models.PositiveIntegerField(default=0)),
                ("version", models.PositiveIntegerField()),
                ("data", models.JSONField(default=dict)),
                ("verdict", models.CharField(blank=True, max_length=20)),
                (
                    "actor",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "inspection",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="entries", to="supervision.inspection"
                    ),
                ),
            ],
            options={
                "ordering": ["version"],
                "abstract": False,
                "constraints": [
                    models.UniqueConstraint(fields=("inspection", "version"), name="one_entry_per_version_of_an_inspection")
                ],
            },
        ),
        migrations.CreateModel(
            name="KeyPerson",
            fields=[
                ("id", models.UUIDField(default=tocsin.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("role", models.CharField(max_length=40)),
                ("post", models.CharField(blank=True, max_length=120)),
                ("name", models.CharField(max_length=120)),
                ("telephone", models.CharField(blank=True, max_length=40)),
                ("external_id", models.CharField(blank=True, max_length=60)),
                ("required_certificate", models.CharField(blank=True, max_length=120)),
                ("active", models.BooleanField(default=True)),
                (
                    "user",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "object",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="people", to="supervision.supervisedobject"
                    ),
                ),
            ],
            options={
                "ordering": ["role", "name"],
            },
        ),
        migrations.AddField(
            model_name="dutyshift",
            name="person",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="shifts", to="supervision.keyperson"
            ),
        ),
        migrations.CreateModel(
            name="Meter",
            fields=[
                ("id", models.UUIDField(default=tocsin.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("code", models.CharField(max_length=60, unique=True)),
                ("name", models.CharField(blank=True, max_length=120)),
                ("role", models.CharField(max_length=20)),
                ("rated_kw", models.FloatField(null=True)),
                ("multiplier", models.FloatField(null=True)),
                ("active", models.BooleanField(default=True)),
                (
                    "protects",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="protected_by",
                        to="supervision.meter",
                    ),
                ),
                (
                    "sensor",
                    models.OneToOneField(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="sensing.sensor"
                    ),
                ),
                (
                    "object",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="meters", to="supervision.supervisedobject"
                    ),
                ),
            ],
            options={
                "ordering": ["code"],
            },
        ),
        migrations.AddField(
            model_name="episode",
            name="meter",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="episodes", to="supervision.meter"
            ),
        ),
        migrations.CreateModel(
            name="MeterPeriod",
            fields=[
                ("id", models.UUIDField(default=tocsin.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("from_at", models.DateTimeField(null=True)),
                ("serial", models.CharField(blank=True, max_length=60)),
                ("multiplier", models.FloatField(null=True)),
                ("included", models.FloatField(null=True)),
                ("change", models.CharField(max_length=20)),
                ("note", models.CharField(blank=True, max_length=300)),
                ("booked_at", models.DateTimeField()),
                ("withdrawn_at", models.DateTimeField(null=True)),
                (
                    "booked_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "meter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="periods", to="supervision.meter"
                    ),
                ),
                (
                    "sensor",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="sensing.sensor"
                    ),
                ),
            ],
            options={
                "ordering": ["from_at", "booked_at"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("withdrawn_at__isnull", True)),
                        fields=("meter", "from_at"),
                        name="one_meter_period_per_begin",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ObjectImport",
            fields=[
                ("id", models.UUIDField(default=tocsin.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("region_code", models.CharField(max_length=6)),
                ("file_name", models.CharField(max_length=200)),
                ("at", models.DateTimeField()),
                ("rows", models.JSONField(default=list)),
                ("taken_at", models.DateTimeField(null=True)),
                ("dropped_at", models.DateTimeField(null=True)),
                (
                    "by",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                ),
            ],
            options={
                "ordering": ["-at"],
            },
        ),
        migrations.CreateModel(
            name="PersonCertificate",
            fields=[
                ("id", models.UUIDField(default=tocsin.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("name", models.CharField(max_length=120)),
                ("number", models.CharField(blank=True, max_length=60)),
                ("issued", models.DateField(null=True)),
                ("expires", models.DateField(null=True)),
                ("status", models.CharField(max_length=10)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="certificates", to="supervision.keyperson"
                    ),
                ),
            ],
            options={
                "ordering": ["person", "name", "-issued"],
            },
        ),
        migrations.CreateModel(
            name="PolicyTrial",
            fields=[
                ("id", models.UUIDField(default=tocsin.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("asked_at", models.DateTimeField()),
                ("free_at", models.DateTimeField()),
                ("deadline", models.DateTimeField()),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("days", models.JSONField(default=list)),
                ("objects_in_all", models.PositiveIntegerField(default=0)),
                ("cursor", models.CharField(blank=True, max_length=40)),
                ("found", models.JSONField(default=dict)),
                ("done_at", models.DateTimeField(null=True)),
                ("error", models.CharField(blank=True, max_length=500)),
                (
                    "asked_by",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                ),
                (
                    "version",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="records.policyversion"),
                ),
            ],
            options={
                "ordering": ["-asked_at", "-id"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("done_at", None)), fields=("version",), name="one_open_trial_per_version"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="PresenceSign",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("source", models.CharField(max_length=30)),
                ("at", models.DateTimeField(db_index=True)),
                ("value", models.FloatField()),
                ("by_firm", models.BooleanField(db_default=False, default=False)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="signs", to="supervision.keyperson"
                    ),
                ),
            ],
            options={
                "ordering": ["at"],
                "constraints": [
                    models.UniqueConstraint(fields=("person", "source", "at", "by_firm"), name="one_sign_per_source_and_time")
                ],
            },
        ),
        migrations.CreateModel(
            name="RollCall",
            fields=[
                ("id", models.UUIDField(default=tocsin.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("called_at", models.DateTimeField()),
                ("answer_s", models.FloatField()),
                ("calls", models.PositiveSmallIntegerField()),
                ("due_at", models.DateTimeField(db_index=True, null=True)),
                (
                    "called_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "object",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="roll_calls", to="supervision.supervisedobject"
                    ),
                ),
            ],
            options={
                "ordering": ["-called_at"],
            },
        ),
        migrations.CreateModel(
            name="RollCallAnswer",
            fields=[
                ("id", models.UUIDField(default=tocsin.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("called_ms", models.JSONField(default=list)),
                ("answered_at", models.DateTimeField(null=True)),
                ("means", models.CharField(blank=True, max_length=20)),
                ("told_at", models.DateTimeField(null=True)),
                ("state", models.CharField(max_length=20)),
                ("task_at", models.DateTimeField(null=True)),
                ("task_due_at", models.DateTimeField(null=True)),
                ("seen_at", models.DateTimeField(null=True)),
                ("seen_text", models.CharField(blank=True, max_length=500)),
                (
                    "call",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="answers", to="supervision.rollcall"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="roll_calls", to="supervision.keyperson"
                    ),
                ),
                (
                    "seen_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "shift",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.CASCADE, related_name="calls", to="supervision.dutyshift"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("call", "person"), name="one_answer_per_call_and_person")],
            },
        ),
        migrations.CreateModel(
            name="ShiftChange",
            fields=[
                ("id", models.UUIDField(default=tocsin.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("reason", models.CharField(max_length=300)),
                ("asked_at", models.DateTimeField()),
                ("state", models.CharField(max_length=10)),
                ("decided_at", models.DateTimeField(null=True)),
                (
                    "asked_by",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                ),
                (
                    "colleague",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="supervision.keyperson"
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "shift",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="changes", to="supervision.dutyshift"
                    ),
                ),
            ],
            options={
                "ordering": ["-asked_at"],
            },
        ),
        migrations.CreateModel(
            name="SpecialPeriod",
            fields=[
                ("id", models.UUIDField(default=tocsin.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("name", models.CharField(max_length=120)),
                ("region_code", models.CharField(max_length=6)),
                ("trades", models.JSONField(default=list)),
                ("first", models.DateField()),
                ("last", models.DateField()),
                ("reason", models.CharField(max_length=500)),
                ("named_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                ("told_until", models.UUIDField(null=True)),
                ("end_told_until", models.UUIDField(null=True)),
                (
                    "body",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="jurisdiction.organisation"
                    ),
                ),
                (
                    "ended_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "named_by",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                ),
            ],
            options={
                "ordering": ["-first", "-named_at"],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("last__gte", models.F("first"))), name="special_period_has_days")
                ],
            },
        ),
        migrations.CreateModel(
            name="StopOrder",
            fields=[
                ("id", models.UUIDField(default=tocsin.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("number", models.CharField(max_length=60, unique=True)),
                ("region_code", models.CharField(max_length=6)),
                ("kind", models.CharField(max_length=20)),
                ("scope", models.CharField(default="whole", max_length=60)),
                ("first", models.DateField()),
                ("last", models.DateField(null=True)),
                ("resumed_on", models.DateField(null=True)),
                ("resumed_at", models.DateTimeField(null=True)),
                ("basis", models.CharField(blank=True, max_length=300)),
                ("made_at", models.DateTimeField()),
                ("served_at", models.DateTimeField(null=True)),
                ("receipt", models.CharField(blank=True, max_length=10)),
                ("receipt_as", models.CharField(blank=True, max_length=120)),
                ("receipt_words", models.CharField(blank=True, max_length=500)),
                ("applied_at", models.DateTimeField(null=True)),
                ("proposal", models.JSONField(default=dict)),
                ("proposed_at", models.DateTimeField(null=True)),
                (
                    "approved_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "proposed_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "receipt_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "object",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="stop_orders", to="supervision.supervisedobject"
                    ),
                ),
            ],
            options={
                "ordering": ["-first", "number"],
            },
        ),
        migrations.CreateModel(
            name="ResumptionCondition",
            fields=[
                ("id", models.UUIDField(default=tocsin.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("code", models.CharField(max_length=60)),
                ("state", models.CharField(max_length=20)),
                ("words", models.CharField(blank=True, max_length=500)),
                ("at", models.DateTimeField(null=True)),
                (
                    "by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="conditions", to="supervision.stoporder"
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
                "constraints": [models.UniqueConstraint(fields=("order", "code"), name="one_condition_per_order_and_code")],
            },
        ),
        migrations.CreateModel(
            name="WorkVerdict",
            fields=[
                (
                    "object",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="work_verdict",
                        serialize=False,
                        to="supervision.supervisedobject",
                    ),
                ),
                ("at", models.DateTimeField()),
                ("p_working", models.FloatField(null=True)),
                ("decision", models.CharField(max_length=30)),
                ("reasons", models.JSONField(default=list)),
                ("votes", models.JSONField(default=list)),
                ("conflict", models.JSONField(default=list)),
                ("missing", models.JSONField(default=list)),
                ("hours", models.CharField(max_length=200, null=True)),
                ("hours_since", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="PresenceTerminal",
            fields=[
                ("token_id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ("sources", models.JSONField(default=list)),
                ("made_at", models.DateTimeField()),
                (
                    "made_by",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                ),
                (
                    "object",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="terminals", to="supervision.supervisedobject"
                    ),
                ),
            ],
            options={
                "ordering": ["-made_at"],
            },
        ),
        migrations.CreateModel(
            name="PointsEvent",
            fields=[
                ("id", models.UUIDField(default=tocsin.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("kind", models.CharField(max_length=40)),
                ("key", models.CharField(max_length=120)),
                ("began_on", models.DateField()),
                ("ended_on", models.DateField(null=True)),
                ("evidence", models.JSONField(default=dict)),
                ("entered_at", models.DateTimeField()),
                (
                    "entered_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "object",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="points_events",
                        to="supervision.supervisedobject",
                    ),
                ),
            ],
            options={
                "ordering": ["-began_on"],
                "constraints": [models.UniqueConstraint(fields=("object", "key"), name="one_points_event_per_key")],
            },
        ),
        migrations.CreateModel(
            name="PlatformRecord",
            fields=[
                ("id", models.UUIDField(default=tocsin.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("platform", models.CharField(max_length=60)),
                ("level", models.CharField(max_length=20)),
                ("external_id", models.CharField(max_length=120)),
                ("region_code", models.CharField(max_length=6)),
                ("name", models.CharField(max_length=200)),
                ("credit_code", models.CharField(blank=True, max_length=18)),
                ("address", models.CharField(blank=True, max_length=300)),
                ("lon", models.FloatField(null=True)),
                ("lat", models.FloatField(null=True)),
                ("apart", models.JSONField(default=list)),
                ("state", models.CharField(max_length=20)),
                ("probability", models.FloatField(default=0.0)),
                ("weights", models.JSONField(default=list)),
                ("received_at", models.DateTimeField()),
                ("decided_at", models.DateTimeField(null=True)),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "candidate",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="asked_about",
                        to="supervision.supervisedobject",
                    ),
                ),
                (
                    "object",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="records",
                        to="supervision.supervisedobject",
                    ),
                ),
            ],
            options={
                "ordering": ["-received_at"],
                "indexes": [models.Index(fields=["state", "region_code"], name="record_by_state")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("platform", "external_id", "region_code"), name="one_record_per_platform_id_and_region"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="PhotoPrint",
            fields=[
                ("attachment_id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ("hash", models.CharField(db_index=True, max_length=16)),
                ("at", models.DateTimeField()),
                (
                    "object",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="supervision.supervisedobject"
                    ),
                ),
            ],
            options={
                "ordering": ["-at"],
            },
        ),
        migrations.CreateModel(
            name="PermitPost",
            fields=[
                ("id", models.UUIDField(default=tocsin.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("permit", models.CharField(max_length=80)),
                ("kind", models.CharField(max_length=40)),
                ("start_at", models.DateTimeField()),
                ("end_at", models.DateTimeField(db_index=True)),
                (
                    "object",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="permit_posts",
                        to="supervision.supervisedobject",
                    ),
                ),
            ],
            options={
                "ordering": ["start_at", "kind"],
                "constraints": [
                    models.UniqueConstraint(fields=("object", "permit", "kind"), name="one_permit_post_per_permit_and_kind"),
                    models.CheckConstraint(condition=models.Q(("end_at__gt", models.F("start_at"))), name="permit_post_lasts"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Penalty",
            fields=[
                ("id", models.UUIDField(default=tocsin.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("kind", models.CharField(max_length=40)),
                ("severe", models.BooleanField(default=False)),
                ("amount_yuan", models.DecimalField(decimal_places=2, max_digits=14, null=True)),
                ("document_number", models.CharField(max_length=120)),
                ("decided_on", models.DateField()),
                ("entered_at", models.DateTimeField()),
                (
                    "entered_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "finding",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="penalties", to="supervision.finding"
                    ),
                ),
                (
                    "object",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="penalties", to="supervision.supervisedobject"
                    ),
                ),
            ],
            options={
                "ordering": ["-decided_on"],
                "constraints": [models.UniqueConstraint(fields=("object", "document_number"), name="one_penalty_per_document")],
            },
        ),
        migrations.CreateModel(
            name="ObjectMerge",
            fields=[
                ("id", models.UUIDField(default=tocsin.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("region_code", models.CharField(max_length=6)),
                ("at", models.DateTimeField()),
                ("reason", models.CharField(blank=True, max_length=500)),
                ("moved", models.JSONField(default=dict)),
                ("undone_at", models.DateTimeField(null=True)),
                (
                    "by",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                ),
                (
                    "undone_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "absorbed",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="supervision.supervisedobject"
                    ),
                ),
                (
                    "kept",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="merges", to="supervision.supervisedobject"
                    ),
                ),
            ],
            options={
                "ordering": ["-at"],
            },
        ),
        migrations.CreateModel(
            name="MeterShare",
            fields=[
                ("id", models.UUIDField(default=tocsin.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("share", models.FloatField()),
                ("from_at", models.DateTimeField()),
                (
                    "meter",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="shares", to="supervision.meter"),
                ),
                (
                    "object",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="meter_shares",
                        to="supervision.supervisedobject",
                    ),
                ),
            ],
            options={
                "ordering": ["from_at", "-share"],
                "constraints": [
                    models.UniqueConstraint(fields=("meter", "object", "from_at"), name="one_meter_share_per_firm_and_begin"),
                    models.CheckConstraint(
                        condition=models.Q(("share__gte", 0.0), ("share__lte", 1.0)), name="meter_share_is_a_share"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="LegalDocument",
            fields=[
                ("id", models.UUIDField(default=tocsin.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("direction", models.CharField(max_length=10)),
                ("kind", models.CharField(max_length=40)),
                ("number", models.CharField(max_length=120)),
                ("at", models.DateTimeField()),
                ("content", models.JSONField(default=dict)),
                (
                    "finding",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="documents", to="supervision.finding"
                    ),
                ),
                (
                    "inspection",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="documents",
                        to="supervision.inspection",
                    ),
                ),
                (
                    "object",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="documents", to="supervision.supervisedobject"
                    ),
                ),
            ],
            options={
                "ordering": ["-at"],
                "constraints": [
                    models.UniqueConstraint(fields=("object", "direction", "number"), name="one_legal_document_per_number")
                ],
            },
        ),
        migrations.CreateModel(
            name="LedgerDay",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "day", "object_id", "revision", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("day", models.DateField()),
                ("revision", models.PositiveSmallIntegerField(default=0)),
                ("score", models.IntegerField()),
                ("feedback", models.IntegerField(default=0)),
                ("band", models.CharField(max_length=6)),
                ("standing", models.CharField(max_length=6)),
                ("colour", models.CharField(max_length=6)),
                ("days_in_yellow", models.PositiveSmallIntegerField(default=0)),
                ("days_in_blue", models.PositiveSmallIntegerField(default=0)),
                ("days_in_green", models.PositiveSmallIntegerField(default=0)),
                ("rule_version", models.CharField(max_length=40)),
                ("lines", models.TextField()),
                (
                    "object",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="ledger",
                        to="supervision.supervisedobject",
                    ),
                ),
            ],
            options={
                "ordering": ["-day", "object_id", "-revision"],
            },
        ),
        migrations.CreateModel(
            name="GamingSign",
            fields=[
                ("id", models.UUIDField(default=tocsin.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("kind", models.CharField(max_length=30)),
                ("at", models.DateTimeField()),
                ("evidence", models.JSONField(default=dict)),
                ("state", models.CharField(max_length=20)),
                ("decided_at", models.DateTimeField(null=True)),
                ("words", models.CharField(blank=True, max_length=500)),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "object",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="gaming_signs",
                        to="supervision.supervisedobject",
                    ),
                ),
            ],
            options={
                "ordering": ["-at"],
            },
        ),
        migrations.AddField(
            model_name="finding",
            name="object",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="findings", to="supervision.supervisedobject"
            ),
        ),
        migrations.CreateModel(
            name="EvidenceRecord",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("source", models.CharField(max_length=30)),
                ("level", models.CharField(max_length=20)),
                ("platform", models.CharField(max_length=60)),
                ("stamped_at", models.DateTimeField()),
                ("received_at", models.DateTimeField()),
                ("value", models.FloatField()),
                ("unit", models.CharField(blank=True, max_length=20)),
                ("origin", models.CharField(blank=True, max_length=120)),
                ("sender", models.CharField(blank=True, max_length=60)),
                (
                    "object",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="evidence", to="supervision.supervisedobject"
                    ),
                ),
            ],
            options={
                "ordering": ["stamped_at", "id"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("object", "source", "platform", "level", "stamped_at"), name="one_record_per_source_and_time"
                    )
                ],
            },
        ),
        migrations.AddField(
            model_name="episode",
            name="object",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="episodes", to="supervision.supervisedobject"
            ),
        ),
        migrations.CreateModel(
            name="Consequence",
            fields=[
                ("id", models.UUIDField(default=tocsin.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("day", models.DateField()),
                ("colour", models.CharField(max_length=10)),
                ("kind", models.CharField(max_length=40)),
                ("due_at", models.DateTimeField(null=True)),
                ("done_at", models.DateTimeField(null=True)),
                ("words", models.CharField(blank=True, max_length=500)),
                (
                    "done_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "inspection",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="consequences",
                        to="supervision.inspection",
                    ),
                ),
                (
                    "object",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="consequences",
                        to="supervision.supervisedobject",
                    ),
                ),
            ],
            options={
                "ordering": ["-day", "kind"],
                "indexes": [
                    models.Index(condition=models.Q(("done_at", None)), fields=["due_at"], name="open_consequence_by_due"),
                    models.Index(
                        condition=models.Q(("done_at", None)), fields=["object", "kind"], name="open_consequence_of_object"
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("day", "object", "kind"), name="one_consequence_per_object_day_kind")
                ],
            },
        ),
        migrations.CreateModel(
            name="ConnectorFirm",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("newest_at", models.DateTimeField()),
                (
                    "connector",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="firms", to="supervision.connector"
                    ),
                ),
                (
                    "object",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="supervision.supervisedobject"
                    ),
                ),
            ],
            options={
                "ordering": ["newest_at"],
                "constraints": [models.UniqueConstraint(fields=("connector", "object"), name="one_row_per_platform_and_firm")],
            },
        ),
        migrations.CreateModel(
            name="CodeIssue",
            fields=[
                ("id", models.UUIDField(default=tocsin.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("issued_at", models.DateTimeField()),
                ("withdrawn_at", models.DateTimeField(null=True)),
                (
                    "issued_by",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                ),
                (
                    "object",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="issues", to="supervision.supervisedobject"
                    ),
                ),
            ],
            options={
                "ordering": ["-issued_at"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("withdrawn_at__isnull", True)),
                        fields=("object",),
                        name="one_code_in_force_per_object",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Appeal",
            fields=[
                ("id", models.UUIDField(default=tocsin.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("day", models.DateField()),
                ("reason_code", models.CharField(max_length=60)),
                ("line_key", models.CharField(blank=True, max_length=120)),
                ("text", models.CharField(max_length=2000)),
                ("made_at", models.DateTimeField()),
                ("due_on", models.DateField()),
                ("won", models.BooleanField(null=True)),
                ("granted", models.IntegerField(default=0)),
                ("until", models.DateField(null=True)),
                ("answer", models.CharField(blank=True, max_length=2000)),
                ("decided_at", models.DateTimeField(null=True)),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                ),
                (
                    "object",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="appeals", to="supervision.supervisedobject"
                    ),
                ),
            ],
            options={
                "ordering": ["-made_at"],
            },
        ),
        migrations.CreateModel(
            name="Task",
            fields=[
                ("id", models.UUIDField(default=tocsin.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("rule", models.CharField(max_length=60)),
                ("rules_version", models.CharField(blank=True, max_length=40)),
                ("met_by", models.CharField(max_length=20)),
                ("key", models.CharField(max_length=120)),
                ("levels", models.JSONField(default=list)),
                ("weight", models.PositiveSmallIntegerField(default=1)),
                ("opens_at", models.DateTimeField()),
                ("due_at", models.DateTimeField()),
                ("missed_at", models.DateTimeField(null=True)),
                ("state", models.CharField(max_length=20)),
                ("done_at", models.DateTimeField(null=True)),
                ("source", models.CharField(blank=True, max_length=40)),
                ("evidence", models.JSONField(default=dict)),
                ("asked_to", models.DateTimeField(null=True)),
                ("deferred_to", models.DateTimeField(null=True)),
                ("version", models.PositiveIntegerField(default=0)),
                (
                    "done_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "object",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="tasks", to="supervision.supervisedobject"
                    ),
                ),
            ],
            options={
                "ordering": ["due_at", "rule"],
                "indexes": [
                    models.Index(fields=["state", "due_at"], name="task_by_state_and_due"),
                    models.Index(
                        fields=["object", "due_at", "state", "weight", "done_at", "deferred_to", "rule"], name="task_for_points"
                    ),
                ],
                "constraints": [models.UniqueConstraint(fields=("object", "key"), name="one_task_per_object_and_key")],
            },
        ),
        migrations.CreateModel(
            name="TaskEntry",
            fields=[
                ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ("act", models.CharField(max_length=20)),
                ("at", models.DateTimeField()),
                ("received_at", models.DateTimeField()),
                ("device", models.CharField(blank=True, max_length=60)),
                ("sequence", models.PositiveIntegerField(default=0)),
                ("base_version", models.PositiveIntegerField(default=0)),
                ("version", models.PositiveIntegerField()),
                ("data", models.JSONField(default=dict)),
                ("verdict", models.CharField(blank=True, max_length=20)),
                (
                    "actor",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "task",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="entries", to="supervision.task"),
                ),
            ],
            options={
                "ordering": ["version"],
                "abstract": False,
                "constraints": [models.UniqueConstraint(fields=("task", "version"), name="one_entry_per_version_of_a_task")],
            },
        ),
        migrations.CreateModel(
            name="WeatherHour",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("region_code", models.CharField(max_length=6)),
                ("at", models.DateTimeField()),
                ("temperature_c", models.FloatField(null=True)),
                ("irradiance_w_m2", models.FloatField(null=True)),
                ("source", models.CharField(blank=True, max_length=60)),
                ("received_at", models.DateTimeField(null=True)),
            ],
            options={
                "ordering": ["at"],
                "constraints": [models.UniqueConstraint(fields=("region_code", "at"), name="one_weather_hour_per_region")],
            },
        ),
        migrations.CreateModel(
            name="WorkDay",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("day", models.DateField()),
                ("state", models.CharField(max_length=20)),
                ("p_working", models.FloatField()),
                ("votes", models.JSONField(default=list)),
                ("conflict", models.JSONField(default=list)),
                ("settled", models.BooleanField(default=False)),
                ("judged_at", models.DateTimeField()),
                (
                    "object",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="work_days", to="supervision.supervisedobject"
                    ),
                ),
            ],
            options={
                "ordering": ["-day"],
                "constraints": [models.UniqueConstraint(fields=("object", "day"), name="one_work_day_per_object")],
            },
        ),
        migrations.CreateModel(
            name="WorkObjection",
            fields=[
                ("id", models.UUIDField(default=tocsin.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("day", models.DateField(null=True)),
                ("region_code", models.CharField(max_length=6)),
                ("text", models.CharField(max_length=2000)),
                ("made_at", models.DateTimeField()),
                ("due_at", models.DateTimeField()),
                ("upheld", models.BooleanField(null=True)),
                ("answer", models.CharField(blank=True, max_length=2000)),
                ("decided_at", models.DateTimeField(null=True)),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "episode",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="objections",
                        to="supervision.episode",
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                ),
                (
                    "object",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="work_objections",
                        to="supervision.supervisedobject",
                    ),
                ),
            ],
            options={
                "ordering": ["-made_at"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("episode__isnull", True), ("day__isnull", True), _connector="XOR"),
                        name="objection_has_one_subject",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("upheld__isnull", True)), fields=("episode",), name="one_open_objection_per_episode"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("upheld__isnull", True)), fields=("object", "day"), name="one_open_objection_per_day"
                    ),
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="dutyshift",
            constraint=models.UniqueConstraint(fields=("person", "start_at"), name="one_shift_per_person_and_start"),
        ),
        migrations.AddIndex(
            model_name="finding",
            index=models.Index(fields=["object", "state"], name="finding_of_object"),
        ),
    ]
