import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import tocsin.base.ids


class Migration(migrations.Migration):
    """All tables as of 28 November 2026, in one."""

    replaces = [
        ("warning", "0001_initial"),
        ("warning", "0002_alarm_tells_its_case"),
        ("warning", "0003_covers_and_clocks"),
    ]

    initial = True

    dependencies = [
        ("jurisdiction", "0001_tables"),
        ("jurisdiction", "__first__"),
        ("lifelines", "0001_tables"),
        ("records", "0001_tables"),
        ("sensing", "0001_tables"),
    ]

    operations = [
        migrations.CreateModel(
            name="DetectionRecord",
            fields=[
                ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ("applied_at", models.DateTimeField(auto_now_add=True, db_index=True)),
            ],
        ),
        migrations.CreateModel(
            name="LogPosition",
            fields=[
                ("consumer", models.CharField(max_length=60, primary_key=True, serialize=False)),
                ("sequence", models.PositiveBigIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="Cover",
            fields=[
                ("id", models.UUIDField(default=tocsin.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("kind", models.CharField(max_length=20)),
                ("what", models.CharField(max_length=500)),
                ("who", models.CharField(blank=True, max_length=120)),
                ("contact", models.CharField(blank=True, max_length=120)),
                ("region_code", models.CharField(max_length=6)),
                ("along_m", models.FloatField(blank=True, null=True)),
                ("asset_ids", models.JSONField(default=list)),
                ("street", models.CharField(blank=True, max_length=120)),
                ("lon", models.FloatField(blank=True, null=True)),
                ("lat", models.FloatField(blank=True, null=True)),
                ("radius_m", models.FloatField(blank=True, null=True)),
                ("rule", models.CharField(blank=True, max_length=40)),
                ("quantities", models.JSONField(default=list)),
                ("begins_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                ("weekdays", models.CharField(blank=True, max_length=7)),
                ("from_time", models.TimeField(blank=True, null=True)),
                ("until_time", models.TimeField(blank=True, null=True)),
                ("trusted", models.BooleanField(default=False)),
                ("created_at", models.DateTimeField()),
                ("second_at", models.DateTimeField(blank=True, null=True)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                ("ended_reason", models.CharField(blank=True, max_length=500)),
                (
                    "asset",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="lifelines.asset",
                    ),
                ),
                (
                    "author",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                ),
                (
                    "device",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="sensing.device"
                    ),
                ),
                (
                    "ended_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="jurisdiction.organisation",
                    ),
                ),
                (
                    "second",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "sensor",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="sensing.sensor"
                    ),
                ),
            ],
            options={
                "ordering": ["-begins_at", "-id"],
                "indexes": [models.Index(fields=["ends_at", "begins_at"], name="cover_by_time")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("ends_at__gt", models.F("begins_at"))), name="cover_ends_after_it_begins"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Alarm",
            fields=[
                ("id", models.UUIDField(default=tocsin.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("rule", models.CharField(max_length=40)),
                ("quantity", models.CharField(blank=True, max_length=40)),
                ("region_code", models.CharField(max_length=6)),
                ("lon", models.FloatField(null=True)),
                ("lat", models.FloatField(null=True)),
                ("state", models.CharField(max_length=30)),
                ("beneath", models.CharField(blank=True, max_length=30)),
                ("latching", models.BooleanField(default=False)),
                ("level", models.PositiveSmallIntegerField(default=0)),
                ("peak_level", models.PositiveSmallIntegerField(default=0)),
                ("detected_level", models.PositiveSmallIntegerField(default=0)),
                ("level_held", models.BooleanField(default=False)),
                ("level_held_until", models.DateTimeField(null=True)),
                ("rises_at", models.DateTimeField(null=True)),
                ("lapses_at", models.DateTimeField(null=True)),
                ("unknown", models.BooleanField(default=False)),
                ("flapping_since", models.DateTimeField(null=True)),
                ("case_number", models.CharField(blank=True, max_length=30)),
                ("loud", models.BooleanField(default=False)),
                ("case_level", models.PositiveSmallIntegerField(default=0)),
                ("case_state", models.CharField(blank=True, max_length=20)),
                ("speaks_for_case", models.BooleanField(default=False)),
                ("late", models.BooleanField(default=False)),
                ("count", models.PositiveIntegerField(default=0)),
                ("value", models.FloatField(null=True)),
                ("limit", models.FloatField(null=True)),
                ("figures", models.JSONField(default=dict)),
                ("rule_versions", models.JSONField(default=list)),
                ("value_at", models.DateTimeField(null=True)),
                ("cause", models.JSONField(null=True)),
                ("true_cause", models.CharField(blank=True, max_length=40)),
                ("raised_at", models.DateTimeField()),
                ("updated_at", models.DateTimeField()),
                ("returned_at", models.DateTimeField(null=True)),
                ("waiting_since", models.DateTimeField(null=True)),
                ("acknowledged_at", models.DateTimeField(null=True)),
                ("shelved_until", models.DateTimeField(null=True)),
                ("shelved_reason", models.CharField(blank=True, max_length=500)),
                ("suppressed_until", models.DateTimeField(null=True)),
                ("suppressed_reason", models.CharField(blank=True, max_length=500)),
                ("closed_at", models.DateTimeField(null=True)),
                (
                    "acknowledged_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "asset",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="alarms", to="lifelines.asset"
                    ),
                ),
                (
                    "assigned_to",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "device",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="alarms", to="sensing.device"
                    ),
                ),
                (
                    "explained_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="explains", to="warning.alarm"
                    ),
                ),
                (
                    "sensor",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="alarms", to="sensing.sensor"
                    ),
                ),
                (
                    "shelved_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "suppressed_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "cover",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="alarms", to="warning.cover"
                    ),
                ),
            ],
            options={
                "ordering": ["-raised_at", "-id"],
                "indexes": [
                    models.Index(fields=["closed_at", "-level", "-raised_at"], name="alarm_list"),
                    models.Index(fields=["region_code", "-raised_at"], name="alarm_by_region"),
                    models.Index(fields=["state", "shelved_until"], name="alarm_clocks"),
                    models.Index(fields=["raised_at"], name="alarm_by_time"),
                    models.Index(condition=models.Q(("rises_at__isnull", False)), fields=["rises_at"], name="alarm_rises"),
                    models.Index(condition=models.Q(("lapses_at__isnull", False)), fields=["lapses_at"], name="alarm_lapses"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("closed_at__isnull", True)),
                        fields=("sensor", "rule"),
                        name="one_open_alarm_per_sensor_and_rule",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("closed_at__isnull", True)),
                        fields=("asset", "rule"),
                        name="one_open_alarm_per_asset_and_rule",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("closed_at__isnull", True)),
                        fields=("device", "rule"),
                        name="one_open_alarm_per_device_and_rule",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("asset__isnull", True), ("device__isnull", True), ("sensor__isnull", False)),
                            models.Q(("asset__isnull", False), ("device__isnull", True), ("sensor__isnull", True)),
                            models.Q(("asset__isnull", True), ("device__isnull", False), ("sensor__isnull", True)),
                            _connector="OR",
                        ),
                        name="alarm_of_one_sensor_asset_or_device",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("closed_at__isnull", False), ("state", "normal")),
                            models.Q(models.Q(("state", "normal"), _negated=True), ("closed_at__isnull", True)),
                            _connector="OR",
                        ),
                        name="alarm_is_closed_when_normal",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("state__in", ["shelved", "suppressed", "out_of_service"]),
                                models.Q(("beneath", ""), _negated=True),
                            ),
                            models.Q(
                                models.Q(("state__in", ["shelved", "suppressed", "out_of_service"]), _negated=True),
                                ("beneath", ""),
                            ),
                            _connector="OR",
                        ),
                        name="alarm_set_aside_lives_on_beneath",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DeviceFinding",
            fields=[
                ("id", models.UUIDField(default=tocsin.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("rule", models.CharField(max_length=40)),
                ("since", models.DateTimeField()),
                ("figures", models.JSONField(default=dict)),
                (
                    "sensor",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="findings", to="sensing.sensor"),
                ),
            ],
            options={
                "ordering": ["since"],
                "constraints": [models.UniqueConstraint(fields=("sensor", "rule"), name="one_finding_per_sensor_and_rule")],
            },
        ),
        migrations.CreateModel(
            name="Diagnosis",
            fields=[
                ("id", models.UUIDField(default=tocsin.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
                ("made_at", models.DateTimeField(auto_now_add=True)),
                ("reason", models.CharField(max_length=20)),
                ("duration_ms", models.PositiveIntegerField()),
                ("result", models.JSONField()),
                (
                    "alarm",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="diagnoses", to="warning.alarm"),
                ),
            ],
            options={
                "ordering": ["-made_at", "-id"],
                "indexes": [models.Index(fields=["alarm", "-made_at"], name="diagnosis_of_alarm")],
            },
        ),
        migrations.CreateModel(
            name="DiagnosisTask",
            fields=[
                ("id", models.UUIDField(default=tocsin.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("reason", models.CharField(max_length=20)),
                ("due_at", models.DateTimeField(db_index=True)),
                ("deadline", models.DateTimeField()),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("free_at", models.DateTimeField()),
                (
                    "alarm",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="diagnosis_tasks", to="warning.alarm"
                    ),
                ),
            ],
            options={
                "ordering": ["due_at"],
            },
        ),
        migrations.CreateModel(
            name="EarlySign",
            fields=[
                ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ("region_code", models.CharField(max_length=6)),
                ("cause", models.CharField(max_length=40)),
                ("probability", models.FloatField()),
                ("asset_code", models.CharField(blank=True, max_length=64)),
                ("owner", models.CharField(blank=True, max_length=40)),
                ("lon", models.FloatField()),
                ("lat", models.FloatField()),
                ("hypothesis", models.JSONField()),
                ("limit_at", models.DateTimeField(null=True)),
                ("raised_at", models.DateTimeField()),
                ("confirmed_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                ("ended_by", models.CharField(blank=True, max_length=20)),
                ("seen_at", models.DateTimeField(null=True)),
                (
                    "alarm",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="early_signs", to="warning.alarm"
                    ),
                ),
                (
                    "seen_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "sensor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="early_signs", to="sensing.sensor"
                    ),
                ),
            ],
            options={
                "ordering": ["-raised_at", "-id"],
                "indexes": [
                    models.Index(fields=["ended_at", "-raised_at"], name="early_sign_list"),
                    models.Index(fields=["region_code", "-raised_at"], name="early_sign_by_region"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Finding",
            fields=[
                ("id", models.UUIDField(default=tocsin.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("cause", models.CharField(max_length=40)),
                ("cause_in_words", models.CharField(blank=True, max_length=200)),
                ("asset_code", models.CharField(blank=True, max_length=64)),
                ("lon", models.FloatField(null=True)),
                ("lat", models.FloatField(null=True)),
                ("owner", models.CharField(blank=True, max_length=40)),
                ("found_by", models.CharField(max_length=100)),
                ("found_at", models.DateTimeField()),
                ("text", models.CharField(blank=True, max_length=2000)),
                ("region_code", models.CharField(max_length=6)),
                ("dispatched", models.JSONField(null=True)),
                ("last", models.JSONField(null=True)),
                ("recorded_at", models.DateTimeField(auto_now_add=True)),
                ("replaced_at", models.DateTimeField(null=True)),
                (
                    "alarm",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="findings", to="warning.alarm"),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                ),
            ],
            options={
                "ordering": ["-recorded_at", "-id"],
                "indexes": [models.Index(fields=["replaced_at", "region_code", "found_at"], name="findings_that_stand")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("replaced_at__isnull", True)),
                        fields=("alarm",),
                        name="one_standing_finding_per_alarm",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="PriorReset",
            fields=[
                ("id", models.UUIDField(default=tocsin.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("region_code", models.CharField(max_length=6)),
                ("at", models.DateTimeField(auto_now_add=True)),
                ("reason", models.CharField(max_length=500)),
                (
                    "by",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                ),
            ],
            options={
                "ordering": ["-at", "-id"],
            },
        ),
        migrations.CreateModel(
            name="ReplayRun",
            fields=[
                ("id", models.UUIDField(default=tocsin.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("region_code", models.CharField(max_length=6)),
                ("text", models.TextField()),
                ("at", models.DateTimeField(auto_now_add=True)),
                (
                    "before",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.policyversion"
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                ),
            ],
            options={
                "ordering": ["-at", "-id"],
            },
        ),
        migrations.CreateModel(
            name="ReplayResult",
            fields=[
                ("id", models.UUIDField(default=tocsin.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("old", models.JSONField(null=True)),
                ("new", models.JSONField(null=True)),
                ("error", models.CharField(blank=True, max_length=500)),
                ("done_at", models.DateTimeField(null=True)),
                (
                    "diagnosis",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="replays", to="warning.diagnosis"
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="results", to="warning.replayrun"
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
                "indexes": [models.Index(fields=["done_at", "id"], name="replay_to_do")],
            },
        ),
        migrations.CreateModel(
            name="Shown",
            fields=[
                ("id", models.UUIDField(default=tocsin.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
                ("language", models.CharField(max_length=10)),
                ("channel", models.CharField(max_length=20)),
                ("ranking", models.JSONField()),
                ("story", models.CharField(blank=True, max_length=4000)),
                (
                    "alarm",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="shown", to="warning.alarm"),
                ),
                (
                    "diagnosis",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="shown", to="warning.diagnosis"),
                ),
                (
                    "person",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                ),
            ],
            options={
                "ordering": ["at", "id"],
                "indexes": [models.Index(fields=["alarm", "at"], name="shown_of_alarm")],
                "constraints": [
                    models.UniqueConstraint(fields=("diagnosis", "person", "language", "channel"), name="shown_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="AlarmEntry",
            fields=[
                ("id", models.UUIDField(default=tocsin.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
                ("written_at", models.DateTimeField(auto_now_add=True)),
                ("act", models.CharField(max_length=30)),
                ("channel", models.CharField(max_length=20)),
                ("detection_id", models.UUIDField(null=True)),
                ("state", models.CharField(max_length=30)),
                ("level", models.PositiveSmallIntegerField()),
                ("value", models.FloatField(null=True)),
                ("limit", models.FloatField(null=True)),
                ("text", models.CharField(blank=True, max_length=2000)),
                ("figures", models.JSONField(default=dict)),
                (
                    "actor",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "alarm",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="entries", to="warning.alarm"),
                ),
            ],
            options={
                "ordering": ["at", "written_at", "id"],
                "indexes": [
                    models.Index(fields=["alarm", "at"], name="alarm_history"),
                    models.Index(fields=["act", "at"], name="alarm_history_by_act"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Answer",
            fields=[
                ("id", models.UUIDField(default=tocsin.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("check_id", models.CharField(max_length=40)),
                ("asset_code", models.CharField(blank=True, max_length=64)),
                ("lon", models.FloatField(null=True)),
                ("lat", models.FloatField(null=True)),
                ("outcome", models.CharField(blank=True, max_length=40)),
                ("value", models.FloatField(null=True)),
                ("given_value", models.FloatField(null=True)),
                ("given_unit", models.CharField(blank=True, max_length=20)),
                ("given", models.JSONField(default=dict)),
                ("of", models.JSONField(default=list)),
                ("reach_m", models.FloatField(default=0)),
                ("said_by", models.CharField(max_length=100)),
                ("channel", models.CharField(max_length=20)),
                ("at", models.DateTimeField()),
                ("entered_at", models.DateTimeField(auto_now_add=True)),
                ("note", models.CharField(blank=True, max_length=500)),
                ("withdrawn_at", models.DateTimeField(null=True)),
                ("withdrawn_reason", models.CharField(blank=True, max_length=500)),
                (
                    "alarm",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="answers", to="warning.alarm"),
                ),
                (
                    "entered_by",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                ),
                (
                    "withdrawn_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "ordering": ["at", "id"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("withdrawn_at__isnull", True)),
                        fields=("alarm", "check_id", "asset_code"),
                        name="one_standing_answer_per_check_and_place",
                    )
                ],
            },
        ),
    ]
