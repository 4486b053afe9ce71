import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import tocsin.base.ids


class Migration(migrations.Migration):
    """All tables as of 28 November 2026, in one."""

    replaces = [
        ("command", "0001_initial"),
        ("command", "0002_reports_before_a_declaration"),
        ("command", "0003_callers"),
        ("command", "0004_declarations_say_where_and_until_when"),
        ("command", "0005_supervision_orders"),
        ("command", "0006_cases_at_the_end_of_their_time"),
    ]

    initial = True

    dependencies = [
        ("jurisdiction", "0001_tables"),
        ("jurisdiction", "__first__"),
        ("lifelines", "0001_tables"),
        ("warning", "0001_tables"),
    ]

    operations = [
        migrations.CreateModel(
            name="CaseBook",
            fields=[
                ("region_code", models.CharField(max_length=6, primary_key=True, serialize=False)),
                ("day", models.CharField(blank=True, max_length=8)),
                ("last", models.PositiveIntegerField(default=0)),
                ("lines", models.PositiveBigIntegerField(default=0)),
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
            name="Case",
            fields=[
                ("id", models.UUIDField(default=tocsin.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("number", models.CharField(max_length=30, unique=True)),
                ("region_code", models.CharField(max_length=6)),
                ("origin", models.CharField(default="alarm", max_length=20)),
                ("origin_reference", models.CharField(blank=True, max_length=120)),
                ("kind", models.CharField(blank=True, max_length=30)),
                ("title", models.CharField(blank=True, max_length=200)),
                ("place", models.CharField(blank=True, max_length=200)),
                ("place_kind", models.CharField(blank=True, max_length=30)),
                ("lon", models.FloatField(null=True)),
                ("lat", models.FloatField(null=True)),
                ("state", models.CharField(default="waiting", max_length=20)),
                ("level", models.PositiveSmallIntegerField(default=0)),
                ("set_level", models.PositiveSmallIntegerField(null=True)),
                ("peak_level", models.PositiveSmallIntegerField(default=0)),
                ("suspended_until", models.DateTimeField(null=True)),
                ("suspended_reason", models.CharField(blank=True, max_length=500)),
                ("policy", models.JSONField(default=dict)),
                ("occurred_at", models.DateTimeField(null=True)),
                ("caller", models.CharField(blank=True, max_length=120)),
                ("caller_telephone", models.CharField(blank=True, max_length=40)),
                ("begun_at", models.DateTimeField()),
                ("opened_at", models.DateTimeField()),
                ("dispatch_due", models.BooleanField(default=False)),
                ("calm_since", models.DateTimeField(null=True)),
                ("touched_at", models.DateTimeField(null=True)),
                ("closed_at", models.DateTimeField(null=True)),
                ("reopened_at", models.DateTimeField(null=True)),
                ("reopenings", models.PositiveSmallIntegerField(default=0)),
                ("persons_gone_at", models.DateTimeField(null=True)),
                ("going_at", models.DateTimeField(null=True)),
                (
                    "keeper",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="jurisdiction.organisation"
                    ),
                ),
                (
                    "lead",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="warning.alarm"
                    ),
                ),
                (
                    "merged_into",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="merged", to="command.case"
                    ),
                ),
            ],
            options={
                "ordering": ["-opened_at", "-id"],
                "indexes": [
                    models.Index(fields=["state", "-level", "-opened_at"], name="case_list"),
                    models.Index(fields=["region_code", "state"], name="case_by_region"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("merged_into__isnull", False), ("state", "merged")),
                            models.Q(models.Q(("state", "merged"), _negated=True), ("merged_into__isnull", True)),
                            _connector="OR",
                        ),
                        name="case_is_merged_into_another",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("lead__isnull", False),
                            models.Q(("origin", "alarm"), _negated=True),
                            ("state", "merged"),
                            ("going_at__isnull", False),
                            _connector="OR",
                        ),
                        name="case_of_an_alarm_has_a_lead",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Declaration",
            fields=[
                ("id", models.UUIDField(default=tocsin.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("kind", models.CharField(choices=[("warning", "warning"), ("incident", "incident")], max_length=20)),
                ("level", models.CharField(max_length=30)),
                ("text", models.CharField(max_length=2000)),
                ("area", models.CharField(blank=True, max_length=500)),
                ("begins_at", models.DateTimeField(null=True)),
                ("ends_at", models.DateTimeField(null=True)),
                ("cautions", models.CharField(blank=True, max_length=2000)),
                ("measures", models.CharField(blank=True, max_length=2000)),
                ("declared_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="declarations", to="command.case"
                    ),
                ),
                (
                    "declared_by",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                ),
                (
                    "ended_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "ordering": ["declared_at"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at__isnull", True)), fields=("case", "kind"), name="one_standing_declaration"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Drill",
            fields=[
                ("id", models.UUIDField(default=tocsin.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("region_code", models.CharField(max_length=6)),
                ("name", models.CharField(max_length=120)),
                ("script", models.JSONField(default=list)),
                ("recipients", models.JSONField(default=dict)),
                ("made_at", models.DateTimeField()),
                ("began_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                ("remarks", models.CharField(blank=True, max_length=4000)),
                (
                    "made_by",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                ),
            ],
            options={
                "ordering": ["-made_at"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("ended_at__isnull", True), ("began_at__isnull", False), _connector="OR"),
                        name="drill_ends_once_begun",
                    )
                ],
            },
        ),
        migrations.AddField(
            model_name="case",
            name="drill",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="cases", to="command.drill"
            ),
        ),
        migrations.CreateModel(
            name="DrillAct",
            fields=[
                ("id", models.UUIDField(default=tocsin.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("number", models.PositiveSmallIntegerField()),
                ("due_at", models.DateTimeField()),
                ("done_at", models.DateTimeField(null=True)),
                ("refused", models.CharField(blank=True, max_length=500)),
                (
                    "case",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="command.case"
                    ),
                ),
                (
                    "drill",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="acts", to="command.drill"),
                ),
            ],
            options={
                "ordering": ["drill", "due_at", "number"],
                "indexes": [
                    models.Index(condition=models.Q(("done_at__isnull", True)), fields=["due_at"], name="drill_act_waits")
                ],
                "constraints": [models.UniqueConstraint(fields=("drill", "number"), name="one_row_per_act_of_a_drill")],
            },
        ),
        migrations.CreateModel(
            name="GuidanceLine",
            fields=[
                ("id", models.UUIDField(default=tocsin.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("key", models.CharField(max_length=60)),
                ("kind", models.CharField(choices=[("must_not", "must_not"), ("mind", "mind")], max_length=20)),
                ("of_class", models.CharField(max_length=40)),
                ("region_code", models.CharField(max_length=6)),
                ("zh", models.CharField(max_length=500)),
                ("en", models.CharField(max_length=500)),
                ("withdrawn", models.BooleanField(default=False)),
                ("effective_from", models.DateTimeField()),
                ("effective_to", models.DateTimeField(null=True)),
                ("source", models.CharField(max_length=200)),
                ("confidence", models.CharField(max_length=1)),
                ("reason", models.CharField(max_length=500)),
                ("written_at", models.DateTimeField()),
                (
                    "asset",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="lifelines.asset"
                    ),
                ),
                (
                    "written_by",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                ),
            ],
            options={
                "ordering": ["-effective_from", "-id"],
                "indexes": [models.Index(fields=["region_code", "of_class"], name="guidance_by_address")],
            },
        ),
        migrations.CreateModel(
            name="Membership",
            fields=[
                ("id", models.UUIDField(default=tocsin.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("reason", models.CharField(max_length=30)),
                ("figures", models.JSONField(default=dict)),
                ("joined_at", models.DateTimeField()),
                ("settled", models.BooleanField(default=False)),
                ("diagnosis_id", models.UUIDField(null=True)),
                (
                    "alarm",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="case_membership", to="warning.alarm"
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="memberships", to="command.case"),
                ),
            ],
            options={
                "ordering": ["joined_at", "id"],
            },
        ),
        migrations.CreateModel(
            name="NoisyList",
            fields=[
                ("id", models.UUIDField(default=tocsin.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("region_code", models.CharField(max_length=6)),
                ("week_from", models.DateTimeField()),
                ("week_until", models.DateTimeField()),
                ("written_at", models.DateTimeField()),
                ("alarms", models.PositiveIntegerField()),
                ("rules", models.JSONField(default=list)),
            ],
            options={
                "ordering": ["-week_until", "region_code"],
                "constraints": [
                    models.UniqueConstraint(fields=("region_code", "week_until"), name="one_noisy_list_per_region_and_week")
                ],
            },
        ),
        migrations.CreateModel(
            name="Order",
            fields=[
                ("id", models.UUIDField(default=tocsin.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("number", models.CharField(max_length=40, unique=True)),
                ("region_code", models.CharField(max_length=6)),
                ("role", models.CharField(max_length=20)),
                ("state", models.CharField(default="sent", max_length=20)),
                ("version", models.PositiveIntegerField(default=0)),
                ("text", models.CharField(blank=True, max_length=2000)),
                ("sent_at", models.DateTimeField()),
                ("accepted_at", models.DateTimeField(null=True)),
                ("accepted_as", models.CharField(blank=True, max_length=120)),
                ("ended_at", models.DateTimeField(null=True)),
                ("reason", models.CharField(blank=True, max_length=500)),
                (
                    "case",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="orders", to="command.case"),
                ),
                (
                    "passed_to",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="passed_from", to="command.order"
                    ),
                ),
                (
                    "sent_by",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="jurisdiction.organisation"
                    ),
                ),
            ],
            options={
                "ordering": ["sent_at", "id"],
                "indexes": [models.Index(fields=["unit", "state"], name="order_of_unit")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ["done", "passed_on", "returned", "withdrawn"]), _negated=True),
                        fields=("case", "unit"),
                        name="one_running_order_per_case_and_unit",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(
                            ("role", "lead"),
                            models.Q(("state__in", ["done", "passed_on", "returned", "withdrawn"]), _negated=True),
                        ),
                        fields=("case",),
                        name="one_running_lead_order_per_case",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="OrderEntry",
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
                    "order",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="entries", to="command.order"),
                ),
            ],
            options={
                "ordering": ["version"],
                "abstract": False,
                "constraints": [models.UniqueConstraint(fields=("order", "version"), name="one_entry_per_version_of_an_order")],
            },
        ),
        migrations.CreateModel(
            name="Outcome",
            fields=[
                ("id", models.UUIDField(default=tocsin.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("settled", "settled"),
                            ("harmless", "harmless"),
                            ("false_alarm", "false_alarm"),
                            ("by_itself", "by_itself"),
                            ("drill_over", "drill_over"),
                        ],
                        max_length=20,
                    ),
                ),
                ("code", models.CharField(blank=True, max_length=40)),
                ("text", models.CharField(blank=True, max_length=2000)),
                ("proposed_at", models.DateTimeField()),
                ("confirmed_at", models.DateTimeField(null=True)),
                ("refused", models.BooleanField(default=False)),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "case",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="outcomes", to="command.case"),
                ),
                (
                    "confirmed_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "proposed_by",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                ),
            ],
            options={
                "ordering": ["-proposed_at"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at__isnull", True), ("refused", False)),
                        fields=("case",),
                        name="one_standing_outcome_per_case",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="PlanStart",
            fields=[
                ("id", models.UUIDField(default=tocsin.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("code", models.CharField(max_length=60)),
                ("plan", models.JSONField()),
                ("level", models.PositiveSmallIntegerField()),
                ("started_at", models.DateTimeField()),
                ("case", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="plans", to="command.case")),
                (
                    "started_by",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                ),
            ],
            options={
                "ordering": ["started_at", "id"],
                "constraints": [models.UniqueConstraint(fields=("case", "code"), name="one_start_of_a_plan_per_case")],
            },
        ),
        migrations.CreateModel(
            name="PlanTask",
            fields=[
                ("id", models.UUIDField(default=tocsin.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("code", models.CharField(max_length=60)),
                ("instead", models.BooleanField(default=False)),
                ("due_at", models.DateTimeField()),
                ("state", models.CharField(default="open", max_length=20)),
                ("checked", models.JSONField(default=list)),
                ("reason", models.CharField(blank=True, max_length=500)),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "ended_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="jurisdiction.organisation"
                    ),
                ),
                (
                    "start",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="tasks", to="command.planstart"),
                ),
            ],
            options={
                "ordering": ["due_at", "id"],
                "indexes": [models.Index(fields=["organisation", "state"], name="task_of_body")],
                "constraints": [
                    models.UniqueConstraint(fields=("start", "code"), name="one_task_of_a_code_per_start"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "not_needed"), _negated=True),
                            models.Q(("reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="task_not_needed_has_a_reason",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Proposal",
            fields=[
                ("id", models.UUIDField(default=tocsin.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("whole", models.BooleanField()),
                ("reason", models.CharField(max_length=30)),
                ("figures", models.JSONField(default=dict)),
                ("at", models.DateTimeField()),
                ("answered_at", models.DateTimeField(null=True)),
                ("accepted", models.BooleanField(null=True)),
                ("alarm", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="warning.alarm")),
                (
                    "answered_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="proposals", to="command.case"),
                ),
                ("other", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="command.case")),
            ],
            options={
                "ordering": ["-at", "-id"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("answered_at__isnull", True)),
                        fields=("case", "other", "alarm"),
                        name="one_open_proposal_of_a_kind",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Report",
            fields=[
                ("id", models.UUIDField(default=tocsin.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("number", models.CharField(max_length=40, unique=True)),
                ("region_code", models.CharField(max_length=6)),
                ("duty", models.CharField(max_length=60)),
                ("kind", models.CharField(max_length=20)),
                ("cause", models.CharField(max_length=20)),
                ("sequence", models.PositiveSmallIntegerField()),
                ("state", models.CharField(default="draft", max_length=20)),
                ("content", models.JSONField(default=dict)),
                ("begun_at", models.DateTimeField()),
                ("due_at", models.DateTimeField()),
                ("edited_at", models.DateTimeField(null=True)),
                ("returned_reason", models.CharField(blank=True, max_length=500)),
                ("signed_at", models.DateTimeField(null=True)),
                ("digest", models.CharField(blank=True, max_length=80)),
                ("sent_at", models.DateTimeField(null=True)),
                ("sent_through", models.CharField(blank=True, max_length=20)),
                ("agreed_by", models.CharField(blank=True, max_length=120)),
                ("receipt_number", models.CharField(blank=True, max_length=120)),
                ("received_by", models.CharField(blank=True, max_length=120)),
                ("received_at", models.DateTimeField(null=True)),
                (
                    "begun_by",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                ),
                (
                    "case",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="reports", to="command.case"),
                ),
                (
                    "declaration",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="reports", to="command.declaration"
                    ),
                ),
                (
                    "edited_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="jurisdiction.organisation"
                    ),
                ),
                (
                    "sent_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "signed_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "ordering": ["begun_at", "number"],
                "indexes": [models.Index(fields=["region_code", "state", "due_at"], name="report_list")],
                "constraints": [
                    models.UniqueConstraint(fields=("case", "duty", "sequence"), name="report_versions_are_counted"),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "draft")), fields=("case", "duty"), name="one_report_draft_per_duty"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["draft", "dropped"]),
                            models.Q(("signed_at__isnull", False), ("signed_by__isnull", False)),
                            models.Q(
                                ("kind", "first"),
                                ("received_at__isnull", False),
                                ("sent_by__isnull", False),
                                ("sent_through", "telephone"),
                            ),
                            _connector="OR",
                        ),
                        name="report_is_sent_signed_or_phoned",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Shift",
            fields=[
                ("id", models.UUIDField(default=tocsin.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("region_code", models.CharField(max_length=6)),
                ("began_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                ("end", models.CharField(blank=True, max_length=20)),
                ("end_reason", models.CharField(blank=True, max_length=500)),
                ("signed_at", models.DateTimeField(null=True)),
                ("signed_words", models.CharField(blank=True, max_length=500)),
                ("digest", models.CharField(blank=True, max_length=80)),
                (
                    "desk",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="jurisdiction.organisation"
                    ),
                ),
                (
                    "leader",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("officers", models.ManyToManyField(related_name="+", to=settings.AUTH_USER_MODEL)),
                (
                    "signed_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "ordering": ["-began_at"],
                "indexes": [models.Index(fields=["desk", "-began_at"], name="shifts_of_desk")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at__isnull", True)), fields=("desk",), name="one_running_shift_per_desk"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="LogEntry",
            fields=[
                ("id", models.UUIDField(default=tocsin.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("line", models.PositiveIntegerField()),
                ("at", models.DateTimeField()),
                ("written_at", models.DateTimeField()),
                ("kind", models.CharField(max_length=20)),
                ("gone_case", models.CharField(blank=True, max_length=30)),
                ("text", models.CharField(blank=True, max_length=2000)),
                ("figures", models.JSONField(default=dict)),
                (
                    "by",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                ),
                (
                    "case",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="command.case"
                    ),
                ),
                (
                    "corrects",
                    models.OneToOneField(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="corrected_by", to="command.logentry"
                    ),
                ),
                (
                    "shift",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="entries", to="command.shift"),
                ),
            ],
            options={
                "ordering": ["shift_id", "line"],
                "constraints": [models.UniqueConstraint(fields=("shift", "line"), name="log_lines_are_counted")],
            },
        ),
        migrations.CreateModel(
            name="Handover",
            fields=[
                ("id", models.UUIDField(default=tocsin.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("region_code", models.CharField(max_length=6)),
                ("words", models.CharField(blank=True, max_length=4000)),
                ("matters", models.JSONField(default=list)),
                ("since", models.JSONField(default=list)),
                ("digest", models.CharField(max_length=80)),
                ("given_at", models.DateTimeField()),
                ("answered_at", models.DateTimeField(null=True)),
                ("accepted", models.BooleanField(null=True)),
                ("reason", models.CharField(blank=True, max_length=500)),
                (
                    "answered_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "given_by",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                ),
                (
                    "next_shift",
                    models.OneToOneField(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="taken_from", to="command.shift"
                    ),
                ),
                (
                    "shift",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="handovers", to="command.shift"),
                ),
            ],
            options={
                "ordering": ["-given_at"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("answered_at__isnull", True)), fields=("shift",), name="one_open_handover_per_shift"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("accepted__isnull", True), ("answered_at__isnull", True)),
                            models.Q(("accepted__isnull", False), ("answered_at__isnull", False), ("answered_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="handover_is_answered_whole",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SupervisionOrder",
            fields=[
                ("id", models.UUIDField(default=tocsin.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("number", models.CharField(max_length=60, unique=True)),
                ("region_code", models.CharField(max_length=6)),
                ("late", models.JSONField(default=list)),
                ("text", models.CharField(blank=True, max_length=2000)),
                ("issued_at", models.DateTimeField()),
                ("served_at", models.DateTimeField(null=True)),
                ("answer_by", models.DateTimeField(null=True)),
                ("signed_at", models.DateTimeField(null=True)),
                ("signed_as", models.CharField(blank=True, max_length=120)),
                ("answered_at", models.DateTimeField(null=True)),
                ("answered_as", models.CharField(blank=True, max_length=120)),
                ("answer", models.JSONField(default=dict)),
                ("late_told_at", models.DateTimeField(null=True)),
                (
                    "issued_by",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                ),
                (
                    "order",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="urgings", to="command.order"),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="jurisdiction.organisation"
                    ),
                ),
            ],
            options={
                "ordering": ["-issued_at", "-id"],
                "indexes": [models.Index(fields=["unit", "answered_at"], name="supervision_order_of_unit")],
            },
        ),
        migrations.CreateModel(
            name="Transmission",
            fields=[
                ("id", models.UUIDField(default=tocsin.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("region_code", models.CharField(max_length=6)),
                ("platform", models.CharField(max_length=60)),
                ("digest", models.CharField(max_length=80)),
                ("state", models.CharField(default="waiting", max_length=20)),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("perhaps_taken", models.BooleanField(default=False)),
                ("outcome", models.CharField(blank=True, max_length=500)),
                ("receipt_number", models.CharField(blank=True, max_length=120)),
                ("asked_at", models.DateTimeField()),
                ("deadline", models.DateTimeField()),
                ("not_before", models.DateTimeField()),
                ("leased_until", models.DateTimeField(null=True)),
                ("tried_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "asked_by",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                ),
                (
                    "report",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="transmissions", to="command.report"
                    ),
                ),
            ],
            options={
                "ordering": ["asked_at", "id"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("state__in", ["waiting", "held"])), fields=["not_before"], name="transmission_waits"
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ["waiting", "held"])),
                        fields=("report",),
                        name="one_transmission_of_a_report_at_a_time",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Apart",
            fields=[
                ("id", models.UUIDField(default=tocsin.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("one", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="command.case")),
                ("other", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="command.case")),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("one", "other"), name="cases_are_apart_once"),
                    models.CheckConstraint(
                        condition=models.Q(("one", models.F("other")), _negated=True), name="case_is_not_apart_from_itself"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CaseChange",
            fields=[
                ("id", models.UUIDField(default=tocsin.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("line", models.PositiveBigIntegerField()),
                ("at", models.DateTimeField()),
                ("act", models.CharField(max_length=20)),
                ("channel", models.CharField(max_length=20)),
                ("text", models.CharField(blank=True, max_length=2000)),
                ("figures", models.JSONField(default=dict)),
                (
                    "actor",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                ),
                (
                    "alarm",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="warning.alarm"
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="changes", to="command.case"),
                ),
                (
                    "other",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="command.case"
                    ),
                ),
                (
                    "undone_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="command.casechange"
                    ),
                ),
            ],
            options={
                "ordering": ["line"],
                "indexes": [models.Index(fields=["case", "line"], name="case_time_line")],
            },
        ),
        migrations.CreateModel(
            name="Clock",
            fields=[
                ("id", models.UUIDField(default=tocsin.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("step", models.CharField(max_length=30)),
                ("subject", models.CharField(blank=True, max_length=60)),
                ("began_at", models.DateTimeField()),
                ("due_at", models.DateTimeField()),
                ("every_s", models.FloatField(null=True)),
                ("stage", models.PositiveSmallIntegerField(default=0)),
                ("next_at", models.DateTimeField(null=True)),
                ("met_at", models.DateTimeField(null=True)),
                ("stopped_at", models.DateTimeField(null=True)),
                (
                    "case",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="clocks", to="command.case"),
                ),
            ],
            options={
                "ordering": ["due_at", "id"],
                "indexes": [
                    models.Index(condition=models.Q(("next_at__isnull", False)), fields=["next_at"], name="clock_fires"),
                    models.Index(fields=["case", "due_at"], name="clock_of_case"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("case", "step", "subject"), name="one_clock_per_step_and_subject")
                ],
            },
        ),
    ]
