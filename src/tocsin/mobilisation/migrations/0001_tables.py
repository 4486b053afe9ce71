import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import tocsin.base.ids


class Migration(migrations.Migration):
    """All tables as of 28 November 2026, in one."""

    replaces = [
        ("mobilisation", "0001_volunteers"),
        ("mobilisation", "0002_hazard_reports"),
        ("mobilisation", "0003_public_warnings"),
        ("mobilisation", "0004_same_matter"),
        ("mobilisation", "0005_needs"),
        ("mobilisation", "0006_sealed_identities"),
        ("mobilisation", "0007_warning_deliveries"),
        ("mobilisation", "0008_rewards"),
        ("mobilisation", "0009_report_routing"),
        ("mobilisation", "0010_reports_by_place"),
        ("mobilisation", "0011_volunteers_reminded"),
        ("mobilisation", "0012_report_steps"),
        ("mobilisation", "0013_incoming_warnings"),
        ("mobilisation", "0014_own_subscribers"),
        ("mobilisation", "0015_app_launches"),
        ("mobilisation", "0016_ways_out"),
        ("mobilisation", "0017_reports_emptied"),
        ("mobilisation", "0018_report_photos"),
        ("mobilisation", "0019_warning_demands"),
        ("mobilisation", "0020_figures"),
        ("mobilisation", "0021_key_exchange"),
        ("mobilisation", "0022_photo_decisions"),
        ("mobilisation", "0023_check_entries"),
        ("mobilisation", "0024_doors"),
        ("mobilisation", "0025_warnings_by_source"),
        ("mobilisation", "0026_words_of_incoming"),
    ]

    initial = True

    dependencies = [
        ("jurisdiction", "0001_tables"),
        ("jurisdiction", "__first__"),
        ("records", "0001_tables"),
        ("supervision", "0001_tables"),
    ]

    operations = [
        migrations.CreateModel(
            name="AppLaunch",
            fields=[
                ("used_sha256", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("expires_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="HazardReport",
            fields=[
                ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ("number", models.CharField(max_length=30, unique=True)),
                ("region_code", models.CharField(max_length=6)),
                ("state", models.CharField(max_length=20)),
                ("kind", models.CharField(max_length=40)),
                ("situation", models.CharField(blank=True, max_length=60)),
                ("trade", models.CharField(blank=True, max_length=40)),
                ("firm", models.CharField(blank=True, max_length=200)),
                ("place", models.CharField(blank=True, max_length=300)),
                ("lon", models.FloatField(null=True)),
                ("lat", models.FloatField(null=True)),
                ("text", models.TextField()),
                ("since", models.CharField(blank=True, max_length=200)),
                ("danger", models.BooleanField(default=False)),
                ("insider", models.BooleanField(default=False)),
                ("mode", models.CharField(max_length=20)),
                ("channel", models.CharField(max_length=20)),
                ("channel_reference", models.CharField(blank=True, max_length=60)),
                ("language", models.CharField(max_length=10)),
                ("said_at", models.DateTimeField(null=True)),
                ("received_at", models.DateTimeField()),
                ("completeness", models.PositiveSmallIntegerField()),
                ("valid", models.BooleanField()),
                ("complete_at", models.DateTimeField(null=True)),
                ("secret_sha256", models.CharField(max_length=64)),
                ("content_sha256", models.CharField(max_length=64)),
                ("receipt", models.CharField(max_length=220)),
                ("fell_to", models.CharField(blank=True, max_length=6)),
                ("routed_by", models.CharField(blank=True, max_length=20)),
                ("handed_due", models.DateTimeField(null=True)),
                ("handed_told", models.BooleanField(default=False)),
                ("words", models.BinaryField(default=bytes, max_length=64)),
                ("looks", models.JSONField(default=list)),
                ("emptied_at", models.DateTimeField(null=True)),
                ("version", models.PositiveIntegerField(default=0)),
                ("accept_due", models.DateTimeField(null=True)),
                ("check_due", models.DateTimeField(null=True)),
                ("answer_due", models.DateTimeField(null=True)),
                ("extended", models.BooleanField(default=False)),
                ("reopened", models.BooleanField(default=False)),
                ("announced", models.BooleanField(default=False)),
                ("told_late", models.CharField(blank=True, max_length=20)),
                ("refusal", models.CharField(blank=True, max_length=40)),
                ("checked_as", models.CharField(blank=True, max_length=20)),
                ("answer", models.TextField(blank=True)),
                ("reward", models.CharField(blank=True, max_length=20)),
                ("case_number", models.CharField(blank=True, max_length=40)),
                (
                    "checked_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "claimed_malicious_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "first_checker",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "handed_from",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="jurisdiction.organisation"
                    ),
                ),
                (
                    "inspection",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="supervision.inspection"
                    ),
                ),
                (
                    "merged_into",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="merged",
                        to="mobilisation.hazardreport",
                    ),
                ),
                (
                    "object",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
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
                    "second_checker",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "ordering": ["-received_at"],
                "indexes": [
                    models.Index(fields=["region_code", "state"], name="report_by_region_and_state"),
                    models.Index(
                        condition=models.Q(("lat__isnull", False), ("merged_into__isnull", True)),
                        fields=["region_code", "lat", "lon"],
                        name="leading_report_by_place",
                    ),
                    models.Index(
                        condition=models.Q(("merged_into__isnull", True)),
                        fields=["region_code", "-received_at"],
                        name="leading_report_by_age",
                    ),
                    models.Index(
                        condition=models.Q(("lat__isnull", True), ("merged_into__isnull", True)),
                        fields=["region_code", "-received_at"],
                        name="leading_report_without_place",
                    ),
                    models.Index(condition=models.Q(("announced", False)), fields=["received_at"], name="report_to_announce"),
                ],
            },
        ),
        migrations.CreateModel(
            name="IncomingWarning",
            fields=[
                ("id", models.UUIDField(default=tocsin.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("region_code", models.CharField(max_length=6)),
                ("kind", models.CharField(max_length=40)),
                ("event", models.CharField(max_length=200)),
                ("level", models.CharField(max_length=10)),
                ("exercise", models.BooleanField(default=False)),
                ("unsigned", models.BooleanField(default=False)),
                ("texts", models.JSONField(default=dict)),
                ("shape", models.JSONField(default=dict)),
                ("counties", models.JSONField(default=list)),
                ("units", models.JSONField(default=list)),
                ("onset_at", models.DateTimeField(blank=True, null=True)),
                ("expires_at", models.DateTimeField()),
                ("state", models.CharField(default="in_force", max_length=10)),
                ("came_at", models.DateTimeField()),
                ("changed_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                ("words_of", models.UUIDField(blank=True, null=True)),
                ("to_join", models.BooleanField(default=True)),
            ],
            options={
                "ordering": ["-changed_at", "-id"],
                "indexes": [
                    models.Index(condition=models.Q(("state", "in_force")), fields=["expires_at"], name="incoming_warning_runs"),
                    models.Index(condition=models.Q(("to_join", True)), fields=["changed_at"], name="incoming_warning_to_join"),
                ],
            },
        ),
        migrations.CreateModel(
            name="NeedBook",
            fields=[
                ("key", models.CharField(max_length=20, primary_key=True, serialize=False)),
                ("last", models.PositiveIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name="ReportBook",
            fields=[
                ("region_code", models.CharField(max_length=6, primary_key=True, serialize=False)),
                ("day", models.CharField(blank=True, max_length=8)),
                ("last", models.PositiveIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name="DoorRound",
            fields=[
                ("id", models.UUIDField(default=tocsin.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("region_code", models.CharField(max_length=6)),
                ("town_code", models.CharField(max_length=9)),
                ("told", models.PositiveIntegerField()),
                ("read", models.PositiveIntegerField()),
                ("found_at", models.DateTimeField()),
                ("done_at", models.DateTimeField(blank=True, null=True)),
                ("doors", models.PositiveIntegerField(blank=True, null=True)),
                ("people", models.PositiveIntegerField(blank=True, null=True)),
                ("words", models.CharField(blank=True, max_length=500)),
                (
                    "done_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["found_at", "town_code"],
            },
        ),
        migrations.CreateModel(
            name="Door",
            fields=[
                ("id", models.UUIDField(default=tocsin.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("region_code", models.CharField(max_length=6)),
                ("place", models.CharField(max_length=120)),
                ("key", models.CharField(max_length=120)),
                ("result", models.CharField(blank=True, max_length=20)),
                ("at", models.DateTimeField(null=True)),
                ("people", models.PositiveIntegerField(default=0)),
                ("words", models.CharField(blank=True, max_length=500)),
                ("lon", models.FloatField(null=True)),
                ("lat", models.FloatField(null=True)),
                ("version", models.PositiveIntegerField(default=0)),
                ("conflict", models.BooleanField(default=False)),
                ("help_at", models.DateTimeField(null=True)),
                ("case_wanted_at", models.DateTimeField(null=True)),
                ("case_number", models.CharField(blank=True, max_length=40)),
                ("need_number", models.CharField(blank=True, max_length=40)),
                ("helped_at", models.DateTimeField(null=True)),
                (
                    "helped_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "round",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="listed_doors", to="mobilisation.doorround"
                    ),
                ),
            ],
            options={
                "ordering": ["key", "id"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("case_number", ""), ("case_wanted_at__isnull", False)),
                        fields=["case_wanted_at"],
                        name="door_waits_for_a_case",
                    ),
                    models.Index(
                        condition=models.Q(("help_at__isnull", False), ("helped_at__isnull", True)),
                        fields=["help_at"],
                        name="door_needs_help",
                    ),
                ],
                "constraints": [models.UniqueConstraint(fields=("round", "key"), name="a_door_once_in_a_round")],
            },
        ),
        migrations.CreateModel(
            name="CheckEntry",
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
                    "report",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="check_entries", to="mobilisation.hazardreport"
                    ),
                ),
            ],
            options={
                "ordering": ["version"],
                "abstract": False,
                "constraints": [
                    models.UniqueConstraint(fields=("report", "version"), name="one_check_entry_per_version_of_a_report")
                ],
            },
        ),
        migrations.CreateModel(
            name="IdentityKey",
            fields=[
                ("id", models.UUIDField(default=tocsin.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("region_code", models.CharField(max_length=6)),
                ("slot", models.CharField(max_length=1)),
                ("recipient", models.CharField(max_length=100)),
                ("installed_at", models.DateTimeField()),
                ("waits", models.BooleanField(default=False)),
                ("replaced_at", models.DateTimeField(null=True)),
                ("lost_at", models.DateTimeField(null=True)),
                ("destroyed_at", models.DateTimeField(null=True)),
                (
                    "holder",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                ),
                (
                    "taken_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "ordering": ["region_code", "slot", "-installed_at"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("replaced_at__isnull", True), ("waits", False)),
                        fields=("region_code", "slot"),
                        name="one_identity_key_in_force",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("replaced_at__isnull", True), ("waits", True)),
                        fields=("region_code", "slot"),
                        name="one_identity_key_waiting",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="IncomingMessage",
            fields=[
                ("id", models.UUIDField(default=tocsin.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("region_code", models.CharField(max_length=6)),
                ("data", models.BinaryField()),
                ("sha256", models.CharField(max_length=64)),
                ("came_at", models.DateTimeField()),
                ("state", models.CharField(default="taken", max_length=12)),
                ("verdict", models.CharField(max_length=15)),
                ("reason", models.JSONField(default=dict)),
                ("signed_by", models.CharField(blank=True, max_length=300)),
                ("sender", models.CharField(blank=True, max_length=300)),
                ("identifier", models.CharField(blank=True, max_length=300)),
                ("sent_at", models.DateTimeField(blank=True, null=True)),
                ("expires_at", models.DateTimeField(blank=True, null=True)),
                ("status", models.CharField(blank=True, max_length=10)),
                ("msg_type", models.CharField(blank=True, max_length=10)),
                ("looked_at", models.DateTimeField(blank=True, null=True)),
                (
                    "looked_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "warning",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="messages",
                        to="mobilisation.incomingwarning",
                    ),
                ),
            ],
            options={
                "ordering": ["-came_at", "-id"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("looked_at__isnull", True), ("state", "quarantined")),
                        fields=["region_code"],
                        name="incoming_messages_refused",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="MessageReference",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("sender", models.CharField(max_length=300)),
                ("identifier", models.CharField(max_length=300)),
                (
                    "message",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="references", to="mobilisation.incomingmessage"
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
                "indexes": [models.Index(fields=["sender", "identifier"], name="references_by_name")],
            },
        ),
        migrations.CreateModel(
            name="Need",
            fields=[
                ("id", models.UUIDField(default=tocsin.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("number", models.CharField(max_length=40, unique=True)),
                ("region_code", models.CharField(max_length=6)),
                ("reach", models.JSONField(default=list)),
                ("what", models.CharField(max_length=120)),
                ("text", models.CharField(blank=True, max_length=1000)),
                ("skills", models.JSONField(default=list)),
                ("count", models.PositiveSmallIntegerField()),
                ("lon", models.FloatField()),
                ("lat", models.FloatField()),
                ("place", models.CharField(max_length=120)),
                ("radius_m", models.FloatField()),
                ("area_code", models.CharField(blank=True, max_length=6)),
                ("begins_at", models.DateTimeField(null=True)),
                ("subject_kind", models.CharField(blank=True, max_length=30)),
                ("subject_id", models.UUIDField(null=True)),
                ("subject_label", models.CharField(blank=True, max_length=60)),
                ("level", models.PositiveSmallIntegerField(default=0)),
                ("opened_at", models.DateTimeField()),
                ("lapses_at", models.DateTimeField()),
                ("calling", models.BooleanField(default=False)),
                ("answer_min", models.PositiveSmallIntegerField()),
                ("most_called", models.PositiveSmallIntegerField()),
                ("waves", models.PositiveSmallIntegerField(default=0)),
                ("warned_at", models.DateTimeField(null=True)),
                ("unfilled_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                ("ended_why", models.CharField(blank=True, max_length=20)),
                (
                    "body",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="jurisdiction.organisation"
                    ),
                ),
                (
                    "ended_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "opened_by",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                ),
            ],
            options={
                "ordering": ["-opened_at", "-id"],
                "indexes": [
                    models.Index(fields=["subject_kind", "subject_id"], name="needs_of_subject"),
                    models.Index(condition=models.Q(("ended_at__isnull", True)), fields=["lapses_at"], name="need_open"),
                ],
            },
        ),
        migrations.CreateModel(
            name="NeedLine",
            fields=[
                ("id", models.UUIDField(default=tocsin.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
                ("act", models.CharField(max_length=30)),
                ("text", models.CharField(blank=True, max_length=1000)),
                ("figures", models.JSONField(default=dict)),
                (
                    "actor",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "need",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="lines", to="mobilisation.need"),
                ),
            ],
            options={
                "ordering": ["at", "id"],
            },
        ),
        migrations.CreateModel(
            name="PublicWarning",
            fields=[
                ("id", models.UUIDField(default=tocsin.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("region_code", models.CharField(max_length=6)),
                ("kind", models.CharField(max_length=40)),
                ("level", models.CharField(max_length=10)),
                ("exercise", models.BooleanField(default=False)),
                ("of_drill", models.BooleanField(default=False)),
                ("msg_type", models.CharField(default="Alert", max_length=10)),
                ("source_kind", models.CharField(blank=True, max_length=20)),
                ("source_id", models.UUIDField(blank=True, null=True)),
                ("source_label", models.CharField(blank=True, max_length=60)),
                ("texts", models.JSONField(default=dict)),
                ("places", models.JSONField(default=list)),
                ("onset_at", models.DateTimeField(blank=True, null=True)),
                ("expires_at", models.DateTimeField()),
                ("state", models.CharField(default="draft", max_length=10)),
                ("created_at", models.DateTimeField()),
                ("changed_at", models.DateTimeField()),
                ("asked_at", models.DateTimeField(blank=True, null=True)),
                ("returned_reason", models.CharField(blank=True, max_length=500)),
                ("issued_at", models.DateTimeField(blank=True, null=True)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                ("reminded_at", models.DateTimeField(blank=True, null=True)),
                ("queued_after", models.BigIntegerField(default=0)),
                ("queued_at", models.DateTimeField(blank=True, null=True)),
                ("looked_at", models.DateTimeField(blank=True, null=True)),
                ("cap", models.BinaryField(blank=True, null=True)),
                ("cap_sha256", models.CharField(blank=True, max_length=64)),
                (
                    "author",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                ),
                (
                    "earlier",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="later",
                        to="mobilisation.publicwarning",
                    ),
                ),
                (
                    "issued_by",
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
            ],
            options={
                "ordering": ["-created_at", "-id"],
                "indexes": [
                    models.Index(fields=["region_code", "-created_at"], name="public_warning_of_region"),
                    models.Index(condition=models.Q(("state", "issued")), fields=["expires_at"], name="public_warning_runs"),
                    models.Index(
                        condition=models.Q(("source_id__isnull", False)), fields=["source_id"], name="public_warning_by_source"
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ["issued", "replaced", "cancelled"])),
                        fields=("earlier",),
                        name="one_successor_of_a_warning",
                    )
                ],
            },
        ),
        migrations.AddField(
            model_name="doorround",
            name="warning",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="rounds", to="mobilisation.publicwarning"
            ),
        ),
        migrations.CreateModel(
            name="ReceiptFault",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("channel", models.CharField(max_length=30)),
                ("reason", models.CharField(max_length=20)),
                ("count", models.PositiveIntegerField(default=0)),
                ("last_at", models.DateTimeField()),
            ],
            options={
                "ordering": ["id"],
                "constraints": [models.UniqueConstraint(fields=("channel", "reason"), name="one_count_of_a_receipt_fault")],
            },
        ),
        migrations.CreateModel(
            name="ReportEntry",
            fields=[
                ("id", models.UUIDField(default=tocsin.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("act", models.CharField(max_length=30)),
                ("at", models.DateTimeField()),
                ("by_reporter", models.BooleanField(default=False)),
                ("inward", models.BooleanField(default=False)),
                ("text", models.TextField(blank=True)),
                ("figures", models.JSONField(default=dict)),
                (
                    "actor",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "report",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="entries", to="mobilisation.hazardreport"
                    ),
                ),
            ],
            options={
                "ordering": ["at", "id"],
            },
        ),
        migrations.CreateModel(
            name="ReportPhoto",
            fields=[
                ("lock_a", models.CharField(blank=True, max_length=100)),
                ("lock_b", models.CharField(blank=True, max_length=100)),
                ("lock_key_a", models.BinaryField(default=bytes)),
                ("lock_key_b", models.BinaryField(default=bytes)),
                ("inner_sha256", models.CharField(blank=True, max_length=64)),
                ("id", models.UUIDField(default=tocsin.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("number", models.PositiveSmallIntegerField()),
                ("far", models.BooleanField(null=True)),
                ("looked", models.CharField(blank=True, max_length=20)),
                ("looked_at", models.DateTimeField(null=True)),
                ("proposed", models.JSONField(default=list)),
                (
                    "copy",
                    models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="records.attachment"),
                ),
                (
                    "key_a",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="mobilisation.identitykey"
                    ),
                ),
                (
                    "key_b",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="mobilisation.identitykey"
                    ),
                ),
                (
                    "original",
                    models.OneToOneField(
                        null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="records.attachment"
                    ),
                ),
                (
                    "report",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="photos", to="mobilisation.hazardreport"
                    ),
                ),
            ],
            options={
                "ordering": ["report", "number"],
                "indexes": [models.Index(condition=models.Q(("looked", "")), fields=["id"], name="photo_to_look_at")],
                "constraints": [models.UniqueConstraint(fields=("report", "number"), name="photo_of_report_by_number")],
            },
        ),
        migrations.CreateModel(
            name="PhotoDecision",
            fields=[
                ("id", models.UUIDField(default=tocsin.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("number", models.PositiveSmallIntegerField()),
                ("boxes", models.JSONField(default=list)),
                ("decided_at", models.DateTimeField()),
                (
                    "blurred",
                    models.OneToOneField(
                        null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="records.attachment"
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                ),
                (
                    "photo",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="decisions", to="mobilisation.reportphoto"
                    ),
                ),
            ],
            options={
                "ordering": ["photo", "number"],
                "constraints": [models.UniqueConstraint(fields=("photo", "number"), name="decision_of_photo_by_number")],
            },
        ),
        migrations.CreateModel(
            name="IdentityRequest",
            fields=[
                ("id", models.UUIDField(default=tocsin.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("region_code", models.CharField(max_length=6)),
                ("reason", models.CharField(max_length=500)),
                ("asked_at", models.DateTimeField()),
                ("decided_at", models.DateTimeField(null=True)),
                ("agreed", models.BooleanField(default=False)),
                ("inner", models.BinaryField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "asked_by",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "report",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="identity_requests",
                        to="mobilisation.hazardreport",
                    ),
                ),
                (
                    "photo",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="mobilisation.reportphoto"
                    ),
                ),
            ],
            options={
                "ordering": ["-asked_at"],
            },
        ),
        migrations.CreateModel(
            name="Reward",
            fields=[
                ("id", models.UUIDField(default=tocsin.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("number", models.CharField(max_length=40, unique=True)),
                ("region_code", models.CharField(max_length=6)),
                ("state", models.CharField(max_length=20)),
                ("finding", models.CharField(blank=True, max_length=200)),
                ("kind", models.CharField(max_length=20)),
                ("situation", models.CharField(blank=True, max_length=60)),
                ("fine_yuan", models.PositiveBigIntegerField(null=True)),
                ("fine_from", models.CharField(blank=True, max_length=200)),
                ("deaths", models.PositiveIntegerField(null=True)),
                ("merit", models.DecimalField(decimal_places=3, max_digits=4, null=True)),
                ("known_at", models.DateTimeField(null=True)),
                ("budget_line", models.CharField(blank=True, max_length=100)),
                ("verdict", models.CharField(max_length=20)),
                ("because", models.JSONField(default=list)),
                ("rule", models.CharField(blank=True, max_length=60)),
                ("signer", models.CharField(blank=True, max_length=60)),
                ("amount_yuan", models.PositiveBigIntegerField(default=0)),
                ("verified", models.BooleanField(default=False)),
                ("policy_versions", models.JSONField(default=list)),
                ("decide_due", models.DateTimeField()),
                ("told_late", models.BooleanField(default=False)),
                ("proposed_at", models.DateTimeField(null=True)),
                ("agreed_at", models.DateTimeField(null=True)),
                ("collect_until", models.DateTimeField(null=True)),
                ("claim_sha256", models.CharField(blank=True, max_length=64)),
                ("claimed_at", models.DateTimeField(null=True)),
                ("paid_at", models.DateTimeField(null=True)),
                ("payment_id", models.UUIDField(null=True)),
                (
                    "agreed_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "paid_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "payee",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="mobilisation.hazardreport"
                    ),
                ),
                (
                    "proposed_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "report",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="rewards", to="mobilisation.hazardreport"
                    ),
                ),
            ],
            options={
                "ordering": ["-number"],
                "indexes": [
                    models.Index(fields=["region_code", "state"], name="reward_by_region_and_state"),
                    models.Index(fields=["claim_sha256"], name="reward_by_claim"),
                ],
            },
        ),
        migrations.CreateModel(
            name="RewardEntry",
            fields=[
                ("id", models.UUIDField(default=tocsin.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("act", models.CharField(max_length=30)),
                ("at", models.DateTimeField()),
                ("text", models.TextField(blank=True)),
                ("figures", models.JSONField(default=dict)),
                (
                    "actor",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "reward",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="entries", to="mobilisation.reward"
                    ),
                ),
            ],
            options={
                "ordering": ["at", "id"],
            },
        ),
        migrations.CreateModel(
            name="RewardStanding",
            fields=[
                ("id", models.UUIDField(default=tocsin.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("excluded", models.BooleanField(default=False)),
                ("insider", models.BooleanField(null=True)),
                ("complete_at", models.DateTimeField(null=True)),
                ("signers", models.JSONField(default=list)),
                ("payee", models.CharField(blank=True, max_length=60)),
                ("covers", models.JSONField(default=list)),
                (
                    "report",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reward_standing",
                        to="mobilisation.hazardreport",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Volunteer",
            fields=[
                ("id", models.UUIDField(default=tocsin.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("kind", models.CharField(default="person", max_length=20)),
                ("name", models.CharField(blank=True, max_length=120)),
                ("region_code", models.CharField(max_length=6)),
                ("lon", models.FloatField(null=True)),
                ("lat", models.FloatField(null=True)),
                ("place", models.CharField(blank=True, max_length=120)),
                ("most_km", models.FloatField(null=True)),
                ("standing", models.CharField(default="applied", max_length=20)),
                ("reason", models.CharField(blank=True, max_length=500)),
                ("entered_at", models.DateTimeField()),
                ("decided_at", models.DateTimeField(null=True)),
                ("consent_version", models.CharField(blank=True, max_length=20)),
                ("consent_at", models.DateTimeField(null=True)),
                ("consent_asked", models.CharField(blank=True, max_length=20)),
                ("reserved_for", models.UUIDField(null=True)),
                ("home_at", models.DateTimeField(null=True)),
                ("served_min", models.PositiveIntegerField(default=0)),
                ("left_at", models.DateTimeField(null=True)),
                (
                    "body",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="jurisdiction.organisation"
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "ordering": ["name", "id"],
                "indexes": [
                    models.Index(fields=["standing", "region_code"], name="volunteers_of_region"),
                    models.Index(fields=["body", "standing"], name="volunteers_of_body"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Call",
            fields=[
                ("id", models.UUIDField(default=tocsin.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("region_code", models.CharField(max_length=6)),
                ("state", models.CharField(default="called", max_length=20)),
                ("wave", models.PositiveSmallIntegerField()),
                ("way_m", models.FloatField()),
                ("burden_h", models.FloatField()),
                ("counts", models.PositiveSmallIntegerField(default=1)),
                ("called_at", models.DateTimeField()),
                ("answer_by", models.DateTimeField()),
                ("answered_at", models.DateTimeField(null=True)),
                ("reason", models.CharField(blank=True, max_length=20)),
                ("set_out_at", models.DateTimeField(null=True)),
                ("there_at", models.DateTimeField(null=True)),
                ("left_at", models.DateTimeField(null=True)),
                ("home_at", models.DateTimeField(null=True)),
                ("due_at", models.DateTimeField(null=True)),
                ("late_told_at", models.DateTimeField(null=True)),
                ("version", models.PositiveIntegerField(default=0)),
                ("served_min", models.PositiveIntegerField(default=0)),
                (
                    "need",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="calls", to="mobilisation.need"),
                ),
                (
                    "volunteer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="calls", to="mobilisation.volunteer"
                    ),
                ),
            ],
            options={
                "ordering": ["called_at", "id"],
                "indexes": [
                    models.Index(condition=models.Q(("state", "called")), fields=["answer_by"], name="call_unanswered"),
                    models.Index(condition=models.Q(("due_at__isnull", False)), fields=["due_at"], name="call_due"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("need", "volunteer"), name="one_call_per_need_and_volunteer"),
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ["accepted", "called", "leaving", "on_way", "there"])),
                        fields=("volunteer",),
                        name="one_running_call_per_volunteer",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Ability",
            fields=[
                ("id", models.UUIDField(default=tocsin.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("code", models.CharField(max_length=30)),
                ("quantity", models.PositiveSmallIntegerField(default=1)),
                ("certificate", models.CharField(blank=True, max_length=60)),
                ("valid_until", models.DateField(null=True)),
                ("warned", models.BooleanField(default=False)),
                ("note", models.CharField(blank=True, max_length=200)),
                (
                    "volunteer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="abilities", to="mobilisation.volunteer"
                    ),
                ),
            ],
            options={
                "ordering": ["code"],
                "constraints": [models.UniqueConstraint(fields=("volunteer", "code"), name="ability_of_a_volunteer_once")],
            },
        ),
        migrations.CreateModel(
            name="Walk",
            fields=[
                ("id", models.UUIDField(default=tocsin.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("region_code", models.CharField(max_length=6)),
                ("stretch", models.CharField(blank=True, max_length=200)),
                ("given_at", models.DateTimeField()),
                ("finished_at", models.DateTimeField(null=True)),
                ("taken_back_at", models.DateTimeField(null=True)),
                ("version", models.PositiveIntegerField(default=0)),
                (
                    "given_by",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="jurisdiction.organisation"
                    ),
                ),
                (
                    "round",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="walks", to="mobilisation.doorround"
                    ),
                ),
                (
                    "walker",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                ),
            ],
            options={
                "ordering": ["given_at", "id"],
                "constraints": [models.UniqueConstraint(fields=("round", "walker"), name="one_walk_of_a_person_in_a_round")],
            },
        ),
        migrations.CreateModel(
            name="DoorEntry",
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
                    "door",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.CASCADE, related_name="entries", to="mobilisation.door"
                    ),
                ),
                (
                    "walk",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="entries", to="mobilisation.walk"
                    ),
                ),
            ],
            options={
                "ordering": ["version"],
                "abstract": False,
                "constraints": [models.UniqueConstraint(fields=("walk", "version"), name="one_entry_per_version_of_a_walk")],
            },
        ),
        migrations.AddField(
            model_name="door",
            name="result_walk",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="mobilisation.walk"
            ),
        ),
        migrations.AddField(
            model_name="door",
            name="walk",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="doors", to="mobilisation.walk"
            ),
        ),
        migrations.CreateModel(
            name="WarnedCounty",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("region_code", models.CharField(max_length=6)),
                (
                    "warning",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="warned_counties",
                        to="mobilisation.incomingwarning",
                    ),
                ),
            ],
            options={
                "ordering": ["region_code"],
                "indexes": [models.Index(fields=["region_code"], name="warned_counties_by_code")],
                "constraints": [models.UniqueConstraint(fields=("warning", "region_code"), name="a_county_is_warned_once")],
            },
        ),
        migrations.CreateModel(
            name="WarningDemand",
            fields=[
                ("id", models.UUIDField(default=tocsin.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("who", models.CharField(max_length=5)),
                ("region_code", models.CharField(max_length=6)),
                ("task_id", models.UUIDField(blank=True, null=True)),
                ("exposed", models.JSONField(default=dict)),
                ("measure", models.CharField(max_length=40)),
                ("level", models.CharField(max_length=10)),
                ("asked_at", models.DateTimeField()),
                ("due_at", models.DateTimeField()),
                ("done_at", models.DateTimeField(blank=True, null=True)),
                ("done_as", models.CharField(blank=True, max_length=120)),
                ("words", models.CharField(blank=True, max_length=500)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                ("ended_why", models.CharField(blank=True, max_length=10)),
                ("escalated_at", models.DateTimeField(blank=True, null=True)),
                ("notice_key", models.CharField(blank=True, max_length=120)),
                (
                    "object",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="supervision.supervisedobject",
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
                    "warning",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="demands", to="mobilisation.incomingwarning"
                    ),
                ),
            ],
            options={
                "ordering": ["due_at", "id"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("done_at__isnull", True), ("ended_at__isnull", True), ("escalated_at__isnull", True)),
                        fields=["due_at"],
                        name="warning_demand_runs",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("object__isnull", True)),
                        fields=("warning", "who", "organisation"),
                        name="a_body_is_asked_once_about_a_warning",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("object__isnull", False)),
                        fields=("warning", "object"),
                        name="a_firm_is_asked_once_about_a_warning",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="WarningService",
            fields=[
                ("id", models.UUIDField(default=tocsin.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("region_code", models.CharField(max_length=6)),
                ("name", models.CharField(max_length=120)),
                ("kind", models.CharField(max_length=10)),
                ("way", models.CharField(max_length=4)),
                ("address", models.CharField(blank=True, max_length=500)),
                ("interval_s", models.PositiveIntegerField(default=300)),
                ("private", models.JSONField(default=list)),
                ("regions", models.JSONField(default=list)),
                ("certificates", models.TextField(blank=True)),
                ("takes_unsigned", models.BooleanField(default=False)),
                ("silent_h", models.PositiveIntegerField(default=24)),
                ("token_id", models.UUIDField(blank=True, null=True, unique=True)),
                ("made_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                ("etag", models.CharField(blank=True, max_length=300)),
                ("modified", models.CharField(blank=True, max_length=100)),
                ("next_at", models.DateTimeField(blank=True, null=True)),
                ("tried_at", models.DateTimeField(blank=True, null=True)),
                ("good_at", models.DateTimeField(blank=True, null=True)),
                ("failures", models.PositiveIntegerField(default=0)),
                ("error", models.JSONField(default=dict)),
                ("silent_told_at", models.DateTimeField(blank=True, null=True)),
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
                    "made_by",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                ),
            ],
            options={
                "ordering": ["name", "id"],
            },
        ),
        migrations.AddField(
            model_name="incomingwarning",
            name="service",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="warnings", to="mobilisation.warningservice"
            ),
        ),
        migrations.AddField(
            model_name="incomingmessage",
            name="service",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="messages", to="mobilisation.warningservice"
            ),
        ),
        migrations.CreateModel(
            name="FeedEntry",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("mark", models.CharField(max_length=64)),
                (
                    "service",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="entries", to="mobilisation.warningservice"
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
                "constraints": [models.UniqueConstraint(fields=("service", "mark"), name="an_entry_is_read_once")],
            },
        ),
        migrations.CreateModel(
            name="WarningSignUp",
            fields=[
                ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ("channel", models.CharField(max_length=30)),
                ("address", models.CharField(blank=True, max_length=1000)),
                ("address_hash", models.CharField(max_length=64)),
                ("language", models.CharField(max_length=2)),
                ("towns", models.JSONField(default=list)),
                ("created_at", models.DateTimeField()),
                ("sent_at", models.DateTimeField(blank=True, null=True)),
                ("outcome", models.CharField(blank=True, max_length=20)),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("done_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "ordering": ["created_at", "id"],
                "indexes": [models.Index(fields=["channel", "created_at"], name="warning_sign_ups_lately")],
            },
        ),
        migrations.CreateModel(
            name="WarningSubscriber",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("channel", models.CharField(max_length=30)),
                ("address", models.CharField(blank=True, max_length=1000)),
                ("address_hash", models.CharField(default="", max_length=64)),
                ("own", models.BooleanField(default=False)),
                ("language", models.CharField(default="zh", max_length=2)),
                ("region_code", models.CharField(max_length=6)),
                ("town_code", models.CharField(max_length=9)),
                ("created_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "ordering": ["id"],
                "indexes": [models.Index(fields=["town_code"], name="warning_subscribers_of_town")],
                "constraints": [models.UniqueConstraint(fields=("channel", "address_hash"), name="one_subscriber_of_an_address")],
            },
        ),
        migrations.CreateModel(
            name="WarningOutlet",
            fields=[
                ("id", models.UUIDField(default=tocsin.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("region_code", models.CharField(max_length=6)),
                ("town_code", models.CharField(blank=True, max_length=9)),
                ("name", models.CharField(max_length=80)),
                ("kind", models.CharField(max_length=20)),
                ("longest", models.PositiveIntegerField(blank=True, null=True)),
                ("template", models.JSONField(default=dict)),
                ("created_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "subscriber",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="mobilisation.warningsubscriber"
                    ),
                ),
            ],
            options={
                "ordering": ["region_code", "name", "id"],
            },
        ),
        migrations.CreateModel(
            name="WarningDelivery",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("channel", models.CharField(max_length=30)),
                ("address", models.CharField(max_length=1000)),
                ("language", models.CharField(max_length=2)),
                ("town_code", models.CharField(max_length=9)),
                ("fate", models.CharField(max_length=10)),
                ("attempts", models.PositiveSmallIntegerField()),
                ("not_before", models.DateTimeField(null=True)),
                ("leased_until", models.DateTimeField(null=True)),
                ("sent_at", models.DateTimeField(null=True)),
                ("delivered_at", models.DateTimeField(null=True)),
                ("read_at", models.DateTimeField(null=True)),
                ("outcome", models.CharField(max_length=300)),
                (
                    "warning",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="deliveries",
                        to="mobilisation.publicwarning",
                    ),
                ),
                (
                    "subscriber",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="mobilisation.warningsubscriber",
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("fate__in", ["queued", "sending"])), fields=["id"], name="warning_delivery_waits"
                    ),
                    models.Index(
                        condition=models.Q(("outcome", ""), _negated=True), fields=["outcome"], name="warning_delivery_by_number"
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("warning", "town_code", "subscriber"), name="a_warning_reaches_nobody_twice")
                ],
            },
        ),
        migrations.CreateModel(
            name="SubscriberTown",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("town_code", models.CharField(max_length=9)),
                (
                    "subscriber",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="other_towns",
                        to="mobilisation.warningsubscriber",
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
                "indexes": [models.Index(fields=["town_code"], name="subscriber_towns_by_code")],
                "constraints": [models.UniqueConstraint(fields=("subscriber", "town_code"), name="a_town_once_for_a_subscriber")],
            },
        ),
        migrations.CreateModel(
            name="CallEntry",
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
                ("said_by", models.CharField(blank=True, max_length=120)),
                ("channel", models.CharField(max_length=20)),
                (
                    "actor",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "call",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="entries", to="mobilisation.call"
                    ),
                ),
            ],
            options={
                "ordering": ["version"],
                "abstract": False,
                "constraints": [models.UniqueConstraint(fields=("call", "version"), name="one_entry_per_version_of_a_call")],
            },
        ),
        migrations.CreateModel(
            name="FigureEdition",
            fields=[
                ("id", models.UUIDField(default=tocsin.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("period", models.CharField(max_length=7)),
                ("number", models.PositiveIntegerField()),
                ("region_code", models.CharField(max_length=6)),
                ("k", models.PositiveIntegerField()),
                ("asked_at", models.DateTimeField()),
                ("published_at", models.DateTimeField(null=True)),
                ("reason", models.CharField(blank=True, max_length=500)),
                ("tallies", models.JSONField(default=list)),
                ("figures", models.JSONField(default=list)),
                (
                    "published_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "ordering": ["-published_at", "-period"],
                "constraints": [models.UniqueConstraint(fields=("period", "number"), name="one_edition_of_a_number")],
            },
        ),
        migrations.CreateModel(
            name="SealedIdentity",
            fields=[
                ("lock_a", models.CharField(blank=True, max_length=100)),
                ("lock_b", models.CharField(blank=True, max_length=100)),
                ("lock_key_a", models.BinaryField(default=bytes)),
                ("lock_key_b", models.BinaryField(default=bytes)),
                ("inner_sha256", models.CharField(blank=True, max_length=64)),
                (
                    "report",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="identity",
                        serialize=False,
                        to="mobilisation.hazardreport",
                    ),
                ),
                ("sealed", models.BinaryField()),
                ("blind", models.CharField(max_length=64)),
                ("sealed_at", models.DateTimeField()),
                (
                    "key_a",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="mobilisation.identitykey"
                    ),
                ),
                (
                    "key_b",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="mobilisation.identitykey"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["blind"], name="identity_by_blind_index")],
            },
        ),
        migrations.AddConstraint(
            model_name="doorround",
            constraint=models.UniqueConstraint(fields=("warning", "town_code"), name="one_round_of_a_town"),
        ),
        migrations.AddIndex(
            model_name="incomingmessage",
            index=models.Index(fields=["service", "-came_at"], name="incoming_messages_of_service"),
        ),
        migrations.AddConstraint(
            model_name="incomingmessage",
            constraint=models.UniqueConstraint(fields=("service", "sha256"), name="bytes_of_a_service_are_kept_once"),
        ),
        migrations.AddConstraint(
            model_name="incomingmessage",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "taken")),
                fields=("service", "sender", "identifier", "sent_at"),
                name="one_message_of_a_name",
            ),
        ),
    ]
