import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import tocsin.base.ids


class Migration(migrations.Migration):
    """All tables as of 28 November 2026, in one."""

    replaces = [
        ("records", "0001_initial"),
        ("records", "0002_retention"),
        ("records", "0003_what_goes_with_its_time"),
    ]

    initial = True

    dependencies = [
        ("jurisdiction", "0001_tables"),
        ("jurisdiction", "__first__"),
    ]

    operations = [
        migrations.CreateModel(
            name="AuditEntry",
            fields=[
                ("id", models.UUIDField(default=tocsin.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
                ("actor_id", models.UUIDField()),
                ("actor_name", models.CharField(max_length=120)),
                ("action", models.CharField(max_length=60)),
                ("object_type", models.CharField(max_length=40)),
                ("object_id", models.CharField(max_length=80)),
                ("region_code", models.CharField(blank=True, max_length=12)),
                ("details", models.JSONField(default=dict)),
                ("sequence", models.BigIntegerField(null=True, unique=True)),
                ("previous_hash", models.CharField(blank=True, max_length=64)),
                ("hash", models.CharField(blank=True, max_length=64)),
                ("algorithm", models.CharField(blank=True, max_length=10)),
            ],
            options={
                "ordering": ["-at", "-id"],
                "indexes": [
                    models.Index(fields=["object_type", "object_id"], name="audit_by_object"),
                    models.Index(fields=["actor_id"], name="audit_by_actor"),
                    models.Index(fields=["at"], name="audit_by_time"),
                    models.Index(condition=models.Q(("sequence", None)), fields=["at"], name="audit_unsealed"),
                ],
            },
        ),
        migrations.CreateModel(
            name="AuditHead",
            fields=[
                ("id", models.PositiveSmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("sequence", models.BigIntegerField(default=0)),
                (
                    "hash",
                    models.CharField(default="0000000000000000000000000000000000000000000000000000000000000000", max_length=64),
                ),
            ],
            options={
                "constraints": [models.CheckConstraint(condition=models.Q(("id", 1)), name="one_audit_head")],
            },
        ),
        migrations.CreateModel(
            name="RetentionBook",
            fields=[
                ("id", models.PositiveSmallIntegerField(default=1, primary_key=True, serialize=False)),
            ],
            options={
                "constraints": [models.CheckConstraint(condition=models.Q(("id", 1)), name="one_retention_book")],
            },
        ),
        migrations.CreateModel(
            name="Attachment",
            fields=[
                ("id", models.UUIDField(default=tocsin.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("object_type", models.CharField(max_length=40)),
                ("object_id", models.CharField(max_length=80)),
                ("region_code", models.CharField(max_length=12)),
                ("actor_id", models.UUIDField()),
                ("actor_name", models.CharField(max_length=120)),
                ("at", models.DateTimeField()),
                ("name", models.CharField(max_length=120)),
                ("caption", models.CharField(blank=True, max_length=200)),
                ("media_type", models.CharField(max_length=40)),
                ("size_bytes", models.PositiveBigIntegerField()),
                ("sha256", models.CharField(max_length=64)),
                ("received_sha256", models.CharField(max_length=64)),
                ("width", models.PositiveIntegerField(default=0)),
                ("height", models.PositiveIntegerField(default=0)),
                ("taken_at", models.DateTimeField(null=True)),
                ("held", models.CharField(blank=True, max_length=120)),
                (
                    "organisation",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="jurisdiction.organisation"
                    ),
                ),
            ],
            options={
                "ordering": ["at", "id"],
                "indexes": [models.Index(fields=["sha256"], name="attachment_by_file")],
                "constraints": [
                    models.UniqueConstraint(fields=("object_type", "object_id", "received_sha256"), name="file_is_attached_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Hold",
            fields=[
                ("id", models.UUIDField(default=tocsin.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("number", models.CharField(max_length=40)),
                ("reason", models.CharField(max_length=500)),
                ("placed_at", models.DateTimeField()),
                ("lifted_at", models.DateTimeField(null=True)),
                (
                    "lifted_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "placed_by",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                ),
            ],
            options={
                "ordering": ["-placed_at"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("lifted_at__isnull", True)), fields=("number",), name="one_standing_hold_a_case"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="PolicyVersion",
            fields=[
                ("id", models.UUIDField(default=tocsin.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("policy", models.CharField(max_length=60)),
                ("key", models.CharField(blank=True, max_length=60)),
                ("version", models.CharField(max_length=40)),
                ("region_code", models.CharField(max_length=6)),
                ("trade", models.CharField(blank=True, max_length=60)),
                ("text", models.TextField(blank=True)),
                ("whole", models.BooleanField(default=False)),
                ("withdrawn", models.BooleanField(default=False)),
                ("source", models.CharField(blank=True, max_length=300)),
                ("confidence", models.CharField(blank=True, max_length=1)),
                ("reason", models.CharField(blank=True, max_length=500)),
                ("made_at", models.DateTimeField()),
                ("trial", models.JSONField(default=dict)),
                ("tried_at", models.DateTimeField(null=True)),
                ("confirmed_at", models.DateTimeField(null=True)),
                ("effective_from", models.DateTimeField(null=True)),
                ("effective_to", models.DateTimeField(null=True)),
                (
                    "confirmed_by",
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
            ],
            options={
                "ordering": ["-made_at", "-id"],
                "indexes": [models.Index(fields=["policy", "effective_from"], name="policy_versions_in_force")],
                "constraints": [
                    models.UniqueConstraint(fields=("policy", "key", "version"), name="one_policy_version_of_a_name"),
                    models.CheckConstraint(
                        condition=models.Q(("effective_from__isnull", True), ("confirmed_at__isnull", False), _connector="OR"),
                        name="policy_version_is_confirmed",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("effective_to__isnull", True), ("effective_to__gt", models.F("effective_from")), _connector="OR"
                        ),
                        name="policy_version_has_a_time",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Tombstone",
            fields=[
                ("id", models.UUIDField(default=tocsin.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("kind", models.CharField(max_length=40)),
                ("number", models.CharField(blank=True, max_length=120)),
                ("object_id", models.UUIDField(unique=True)),
                ("region_code", models.CharField(max_length=12)),
                ("permission", models.CharField(max_length=60)),
                ("began_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                ("ended_by", models.CharField(blank=True, max_length=60)),
                ("policy_key", models.CharField(max_length=60)),
                ("days", models.FloatField()),
                ("rows", models.JSONField(default=dict)),
                ("digest", models.CharField(blank=True, max_length=80)),
                ("begun_at", models.DateTimeField()),
                ("gone_at", models.DateTimeField(null=True)),
                (
                    "whole",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="parts", to="records.tombstone"
                    ),
                ),
            ],
            options={
                "ordering": ["-begun_at", "-id"],
                "indexes": [
                    models.Index(fields=["number"], name="tombstone_by_number"),
                    models.Index(
                        condition=models.Q(("gone_at__isnull", True), ("whole__isnull", True)),
                        fields=["kind"],
                        name="tombstone_under_way",
                    ),
                ],
            },
        ),
    ]
