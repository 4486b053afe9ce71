import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import tocsin.base.ids


class Migration(migrations.Migration):
    """All tables as of 28 November 2026, in one."""

    replaces = [
        ("notices", "0001_initial"),
        ("notices", "0002_seen"),
        ("notices", "0003_taken"),
        ("notices", "0004_links_answered"),
    ]

    initial = True

    dependencies = [
        ("jurisdiction", "0001_tables"),
        ("jurisdiction", "__first__"),
    ]

    operations = [
        migrations.CreateModel(
            name="LogPosition",
            fields=[
                ("consumer", models.CharField(max_length=60, primary_key=True, serialize=False)),
                ("sequence", models.PositiveBigIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="Notice",
            fields=[
                ("id", models.UUIDField(default=tocsin.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("subject_kind", models.CharField(blank=True, max_length=20)),
                ("subject_id", models.UUIDField(null=True)),
                ("subject_label", models.CharField(blank=True, max_length=40)),
                ("act_kind", models.CharField(blank=True, max_length=20)),
                ("act_id", models.UUIDField(null=True)),
                ("act_label", models.CharField(blank=True, max_length=40)),
                ("act_body_id", models.UUIDField(null=True)),
                ("region_code", models.CharField(max_length=6)),
                ("purpose", models.CharField(max_length=20)),
                ("why", models.CharField(max_length=40)),
                ("level", models.PositiveSmallIntegerField(default=0)),
                ("urgent", models.BooleanField(default=False)),
                ("drill", models.BooleanField(default=False)),
                ("wall", models.JSONField(null=True)),
                ("figures", models.JSONField(default=dict)),
                ("key", models.CharField(max_length=120, unique=True)),
                ("fate", models.CharField(default="queued", max_length=20)),
                ("written_at", models.DateTimeField()),
                ("deadline", models.DateTimeField()),
                ("delivered_at", models.DateTimeField(null=True)),
                ("seen_at", models.DateTimeField(null=True)),
                ("read_at", models.DateTimeField(null=True)),
                ("signed_at", models.DateTimeField(null=True)),
                ("signed_as", models.CharField(blank=True, max_length=120)),
                ("untold_at", models.DateTimeField(null=True)),
                ("link_seen_as", models.CharField(blank=True, max_length=120)),
                ("link_reports", models.PositiveSmallIntegerField(default=0)),
                ("link_reported_at", models.DateTimeField(null=True)),
                ("seen_to_at", models.DateTimeField(null=True)),
                (
                    "instead_of",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="upward", to="notices.notice"
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="jurisdiction.organisation"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "seen_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "seen_to_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "ordering": ["written_at", "id"],
                "indexes": [
                    models.Index(fields=["subject_kind", "subject_id", "written_at"], name="notices_of_subject"),
                    models.Index(fields=["act_kind", "act_id"], name="notices_of_act"),
                    models.Index(fields=["person", "fate"], name="notices_of_person"),
                    models.Index(fields=["organisation", "fate"], name="notices_of_organisation"),
                    models.Index(
                        condition=models.Q(("fate__in", ["failed", "uncertain"])), fields=["written_at"], name="notice_unheard"
                    ),
                    models.Index(
                        condition=models.Q(("seen_to_at__isnull", True), ("untold_at__isnull", False)),
                        fields=["region_code"],
                        name="notice_untold",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Sending",
            fields=[
                ("id", models.UUIDField(default=tocsin.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("channel", models.CharField(max_length=30)),
                ("address", models.CharField(max_length=500)),
                ("contact_point", models.UUIDField(null=True)),
                ("language", models.CharField(blank=True, max_length=10)),
                ("fate", models.CharField(default="queued", max_length=20)),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("is_repeat", models.BooleanField(default=False)),
                ("repeats", models.PositiveSmallIntegerField(default=0)),
                ("not_before", models.DateTimeField()),
                ("leased_until", models.DateTimeField(null=True)),
                ("tried_at", models.DateTimeField(null=True)),
                ("sent_at", models.DateTimeField(null=True)),
                ("outcome", models.CharField(blank=True, max_length=500)),
                (
                    "entered_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "notice",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="sendings", to="notices.notice"),
                ),
                (
                    "summary",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="summed", to="notices.notice"
                    ),
                ),
            ],
            options={
                "ordering": ["not_before", "id"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("fate__in", ["queued", "sending"])),
                        fields=["channel", "not_before"],
                        name="sending_waits",
                    ),
                    models.Index(
                        condition=models.Q(("leased_until__isnull", False)), fields=["leased_until"], name="sending_leased"
                    ),
                    models.Index(fields=["channel", "address", "tried_at"], name="sendings_of_address"),
                    models.Index(
                        condition=models.Q(("sent_at__isnull", False)), fields=["channel", "sent_at"], name="sendings_taken"
                    ),
                ],
            },
        ),
    ]
