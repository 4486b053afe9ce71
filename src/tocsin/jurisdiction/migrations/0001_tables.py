import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import tocsin.base.ids
import tocsin.jurisdiction.rights.rules


class Migration(migrations.Migration):
    """All tables as of 28 November 2026, in one."""

    replaces = [
        ("jurisdiction", "0001_initial"),
        ("jurisdiction", "0002_known_browsers"),
        ("jurisdiction", "0003_bounded_tokens"),
        ("jurisdiction", "0004_confirmed_contacts"),
        ("jurisdiction", "0005_retention"),
        ("jurisdiction", "0006_volunteers"),
        ("jurisdiction", "0007_report_officer"),
        ("jurisdiction", "0008_locked_accounts"),
        ("jurisdiction", "0009_identity_keepers"),
        ("jurisdiction", "0010_cashier"),
        ("jurisdiction", "0011_supplies"),
        ("jurisdiction", "0012_resources"),
    ]

    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="User",
            fields=[
                ("password", models.CharField(max_length=128, verbose_name="password")),
                ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
                ("id", models.UUIDField(default=tocsin.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("username", models.CharField(max_length=60, unique=True, verbose_name="user name")),
                ("name", models.CharField(blank=True, max_length=120, verbose_name="name")),
                ("language", models.CharField(blank=True, max_length=10, verbose_name="language")),
                ("must_change_password", models.BooleanField(default=False)),
                ("break_glass", models.BooleanField(default=False)),
                ("is_active", models.BooleanField(default=True)),
                ("left_at", models.DateTimeField(null=True)),
                ("locked_at", models.DateTimeField(null=True)),
                ("date_joined", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "ordering": ["username"],
            },
        ),
        migrations.CreateModel(
            name="Region",
            fields=[
                ("code", models.CharField(max_length=6, primary_key=True, serialize=False)),
                ("name_zh", models.CharField(max_length=60)),
                ("name_en", models.CharField(max_length=100)),
                ("level", models.CharField(max_length=10)),
                ("kind", models.CharField(max_length=30)),
            ],
            options={
                "ordering": ["code"],
            },
        ),
        migrations.CreateModel(
            name="ContactPreference",
            fields=[
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="contact_preference",
                        serialize=False,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("kinds", models.JSONField(blank=True, default=dict)),
                ("quiet_hours", models.CharField(blank=True, max_length=200)),
            ],
        ),
        migrations.CreateModel(
            name="Leave",
            fields=[
                ("id", models.UUIDField(default=tocsin.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("starts_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                (
                    "kind",
                    models.CharField(
                        choices=[("leave", "leave"), ("sick", "sick"), ("training", "training"), ("travel", "duty travel")],
                        default="leave",
                        max_length=10,
                    ),
                ),
                ("cancelled_at", models.DateTimeField(null=True)),
                (
                    "entered_by",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="leaves", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "ordering": ["starts_at"],
            },
        ),
        migrations.CreateModel(
            name="LoginFailure",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("username", models.CharField(max_length=60)),
                ("address", models.CharField(max_length=45)),
                ("browser", models.CharField(default="", max_length=64)),
                ("at", models.DateTimeField()),
            ],
            options={
                "indexes": [
                    models.Index(fields=["username", "at"], name="login_failure_by_name"),
                    models.Index(fields=["address", "at"], name="login_failure_by_address"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Organisation",
            fields=[
                ("id", models.UUIDField(default=tocsin.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("code", models.SlugField(max_length=60, verbose_name="code")),
                ("name_zh", models.CharField(max_length=120, verbose_name="Chinese name")),
                ("name_en", models.CharField(max_length=120, verbose_name="English name")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("owner", "owner of a network or building"),
                            ("department", "department"),
                            ("government", "government"),
                            ("rescue", "rescue"),
                            ("police", "traffic police"),
                            ("centre", "monitoring centre"),
                            ("enterprise", "enterprise"),
                            ("other", "other"),
                        ],
                        max_length=30,
                    ),
                ),
                ("telephone", models.CharField(blank=True, max_length=40, verbose_name="telephone")),
                ("has_desk", models.BooleanField(default=False)),
                (
                    "superior",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="subordinates",
                        to="jurisdiction.organisation",
                    ),
                ),
                (
                    "region",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="organisations",
                        to="jurisdiction.region",
                        verbose_name="region",
                    ),
                ),
            ],
            options={
                "ordering": ["region_id", "code"],
                "constraints": [models.UniqueConstraint(fields=("region", "code"), name="one_organisation_per_code_and_region")],
            },
        ),
        migrations.CreateModel(
            name="ApiToken",
            fields=[
                ("id", models.UUIDField(default=tocsin.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("name", models.CharField(max_length=80, verbose_name="name")),
                ("sha256", models.CharField(max_length=64, unique=True)),
                ("scopes", models.JSONField(default=list)),
                ("region_code", models.CharField(default="", max_length=6)),
                ("sources", models.JSONField(default=list)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("expires_at", models.DateTimeField()),
                ("last_used_at", models.DateTimeField(null=True)),
                ("last_refused_at", models.DateTimeField(null=True)),
                ("last_refused_from", models.CharField(default="", max_length=45)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="tokens", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="jurisdiction.organisation"
                    ),
                ),
            ],
            options={
                "ordering": ["-created_at"],
            },
        ),
        migrations.AddField(
            model_name="user",
            name="organisation",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="people",
                to="jurisdiction.organisation",
                verbose_name="organisation",
            ),
        ),
        migrations.CreateModel(
            name="Post",
            fields=[
                ("id", models.UUIDField(default=tocsin.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("name_zh", models.CharField(max_length=120)),
                ("name_en", models.CharField(max_length=120)),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="posts", to="jurisdiction.organisation"
                    ),
                ),
            ],
            options={
                "ordering": ["organisation_id", "name_zh"],
                "constraints": [
                    models.UniqueConstraint(fields=("organisation", "name_zh"), name="one_post_per_name_and_organisation")
                ],
            },
        ),
        migrations.CreateModel(
            name="ContactPoint",
            fields=[
                ("id", models.UUIDField(default=tocsin.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("kind", models.CharField(max_length=20)),
                ("address", models.CharField(max_length=500)),
                ("order", models.PositiveSmallIntegerField(default=1)),
                ("hours", models.CharField(blank=True, max_length=200)),
                ("checked_at", models.DateTimeField(blank=True, null=True)),
                ("confirmed_at", models.DateTimeField(default=django.utils.timezone.now, null=True)),
                ("code_asked_at", models.DateTimeField(null=True)),
                ("code_tries", models.PositiveSmallIntegerField(default=0)),
                (
                    "user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="contact_points",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="contact_points",
                        to="jurisdiction.organisation",
                    ),
                ),
                (
                    "post",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="contact_points",
                        to="jurisdiction.post",
                    ),
                ),
            ],
            options={
                "ordering": ["order", "kind", "id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("organisation__isnull", False), ("post__isnull", True), ("user__isnull", True)),
                            models.Q(("organisation__isnull", True), ("post__isnull", False), ("user__isnull", True)),
                            models.Q(("organisation__isnull", True), ("post__isnull", True), ("user__isnull", False)),
                            _connector="OR",
                        ),
                        name="contact_point_of_desk_post_or_person",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Roster",
            fields=[
                ("id", models.UUIDField(default=tocsin.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("name_zh", models.CharField(max_length=120)),
                ("name_en", models.CharField(max_length=120)),
                ("order", models.PositiveSmallIntegerField(default=1)),
                ("is_active", models.BooleanField(default=True)),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="rosters", to="jurisdiction.organisation"
                    ),
                ),
            ],
            options={
                "ordering": ["organisation_id", "order", "name_zh"],
                "constraints": [
                    models.UniqueConstraint(fields=("organisation", "name_zh"), name="one_roster_per_name_and_organisation")
                ],
            },
        ),
        migrations.CreateModel(
            name="RosterLayer",
            fields=[
                ("id", models.UUIDField(default=tocsin.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("order", models.PositiveSmallIntegerField(default=1)),
                ("starts_on", models.DateField()),
                ("ends_on", models.DateField(blank=True, null=True)),
                ("handovers", models.CharField(default="08:30", max_length=60)),
                (
                    "turn",
                    models.CharField(
                        choices=[("shift", "every shift"), ("day", "every day"), ("week", "every week")],
                        default="day",
                        max_length=10,
                    ),
                ),
                ("hours", models.CharField(blank=True, max_length=200)),
                (
                    "roster",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="layers", to="jurisdiction.roster"
                    ),
                ),
            ],
            options={
                "ordering": ["roster_id", "order", "starts_on"],
            },
        ),
        migrations.CreateModel(
            name="RosterMember",
            fields=[
                ("id", models.UUIDField(default=tocsin.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("position", models.PositiveSmallIntegerField()),
                (
                    "layer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="members", to="jurisdiction.rosterlayer"
                    ),
                ),
                (
                    "post",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="jurisdiction.post"
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "ordering": ["layer_id", "position", "id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("post__isnull", True), ("user__isnull", False)),
                            models.Q(("post__isnull", False), ("user__isnull", True)),
                            _connector="OR",
                        ),
                        name="roster_member_person_or_post",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="RosterTelling",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("what", models.CharField(max_length=10)),
                ("starts_at", models.DateTimeField()),
                ("whom", models.CharField(max_length=60)),
                ("told_at", models.DateTimeField()),
                (
                    "roster",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="tellings", to="jurisdiction.roster"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("roster", "what", "starts_at", "whom"), name="roster_told_once")],
            },
        ),
        migrations.CreateModel(
            name="Swap",
            fields=[
                ("id", models.UUIDField(default=tocsin.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("given_from", models.DateTimeField()),
                ("given_until", models.DateTimeField()),
                ("taken_from", models.DateTimeField(null=True)),
                ("taken_until", models.DateTimeField(null=True)),
                ("note", models.CharField(blank=True, max_length=200)),
                (
                    "state",
                    models.CharField(
                        choices=[("asked", "asked"), ("agreed", "agreed"), ("refused", "refused"), ("withdrawn", "withdrawn")],
                        default="asked",
                        max_length=10,
                    ),
                ),
                ("asked_at", models.DateTimeField()),
                ("answered_at", models.DateTimeField(null=True)),
                (
                    "asked_by",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                ),
                (
                    "asked_of",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                ),
                (
                    "roster",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="swaps", to="jurisdiction.roster"
                    ),
                ),
            ],
            options={
                "ordering": ["-asked_at"],
            },
        ),
        migrations.CreateModel(
            name="StandIn",
            fields=[
                ("id", models.UUIDField(default=tocsin.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("starts_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                ("reason", models.CharField(blank=True, max_length=200)),
                ("made_at", models.DateTimeField()),
                ("cancelled_at", models.DateTimeField(null=True)),
                (
                    "made_by",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                ),
                (
                    "post",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="jurisdiction.post"
                    ),
                ),
                (
                    "replaces",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "roster",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="stand_ins", to="jurisdiction.roster"
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "swap",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="stand_ins", to="jurisdiction.swap"
                    ),
                ),
            ],
            options={
                "ordering": ["roster_id", "starts_at", "made_at"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("post__isnull", True), ("user__isnull", False)),
                            models.Q(("post__isnull", False), ("user__isnull", True)),
                            _connector="OR",
                        ),
                        name="stand_in_person_or_post",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Grant",
            fields=[
                ("id", models.UUIDField(default=tocsin.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                (
                    "role",
                    models.CharField(
                        choices=[
                            (tocsin.jurisdiction.rights.rules.Role["VIEWER"], "viewer"),
                            (tocsin.jurisdiction.rights.rules.Role["DUTY_OFFICER"], "duty officer"),
                            (tocsin.jurisdiction.rights.rules.Role["SHIFT_LEADER"], "leader on shift"),
                            (tocsin.jurisdiction.rights.rules.Role["ANALYST"], "analyst"),
                            (tocsin.jurisdiction.rights.rules.Role["UNIT_DESK"], "owner unit's desk"),
                            (tocsin.jurisdiction.rights.rules.Role["UTILITY_CREW"], "utility crew"),
                            (tocsin.jurisdiction.rights.rules.Role["INSPECTOR"], "inspector"),
                            (tocsin.jurisdiction.rights.rules.Role["SUPERVISOR"], "head of supervision"),
                            (tocsin.jurisdiction.rights.rules.Role["REPORT_OFFICER"], "officer for reports by the public"),
                            (tocsin.jurisdiction.rights.rules.Role["CASHIER"], "cashier"),
                            (tocsin.jurisdiction.rights.rules.Role["STORE_KEEPER"], "store keeper"),
                            (tocsin.jurisdiction.rights.rules.Role["SUPPLIES_HEAD"], "head of supplies"),
                            (tocsin.jurisdiction.rights.rules.Role["DATA_STEWARD"], "data steward"),
                            (tocsin.jurisdiction.rights.rules.Role["IDENTITY_KEEPER"], "keeper of an identity key"),
                            (tocsin.jurisdiction.rights.rules.Role["SECRECY_SUPERVISOR"], "supervisor of secrecy"),
                            (tocsin.jurisdiction.rights.rules.Role["FIRM_OFFICER"], "safety officer of a firm"),
                            (tocsin.jurisdiction.rights.rules.Role["VOLUNTEER"], "volunteer"),
                            (tocsin.jurisdiction.rights.rules.Role["RULE_ENGINEER"], "rule engineer"),
                            (tocsin.jurisdiction.rights.rules.Role["SYSTEM_ADMINISTRATOR"], "system administrator"),
                            (tocsin.jurisdiction.rights.rules.Role["SECURITY_ADMINISTRATOR"], "security administrator"),
                            (tocsin.jurisdiction.rights.rules.Role["AUDIT_ADMINISTRATOR"], "audit administrator"),
                            (tocsin.jurisdiction.rights.rules.Role["AUTOMATION"], "automation"),
                        ],
                        max_length=30,
                    ),
                ),
                ("region_code", models.CharField(max_length=6)),
                ("granted_at", models.DateTimeField(auto_now_add=True)),
                (
                    "granted_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="grants", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "ordering": ["region_code", "role"],
                "constraints": [
                    models.UniqueConstraint(fields=("user", "role", "region_code"), name="one_grant_per_person_role_and_region")
                ],
            },
        ),
        migrations.CreateModel(
            name="KnownBrowser",
            fields=[
                ("id", models.UUIDField(default=tocsin.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("browser", models.CharField(max_length=64)),
                ("user_agent", models.CharField(max_length=200)),
                ("address", models.CharField(default="", max_length=45)),
                ("first_seen_at", models.DateTimeField()),
                ("last_seen_at", models.DateTimeField()),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="browsers", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("user", "browser"), name="browser_of_a_person_once")],
            },
        ),
        migrations.CreateModel(
            name="Duty",
            fields=[
                ("id", models.UUIDField(default=tocsin.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("owner", "owner of a network or building"),
                            ("department", "department"),
                            ("government", "government"),
                            ("rescue", "rescue"),
                            ("police", "traffic police"),
                            ("centre", "monitoring centre"),
                            ("enterprise", "enterprise"),
                            ("other", "other"),
                        ],
                        max_length=30,
                    ),
                ),
                ("lifeline", models.CharField(blank=True, max_length=30)),
                ("trade", models.CharField(blank=True, max_length=60)),
                ("area_code", models.CharField(max_length=12)),
                ("hours", models.CharField(blank=True, max_length=200)),
                ("effective_from", models.DateField(blank=True, null=True)),
                ("effective_to", models.DateField(blank=True, null=True)),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="duties", to="jurisdiction.organisation"
                    ),
                ),
            ],
            options={
                "ordering": ["kind", "lifeline", "trade", "area_code"],
                "indexes": [models.Index(fields=["kind", "lifeline", "area_code"], name="duty_by_subject")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("lifeline", ""), ("trade", ""), _connector="OR"),
                        name="duty_for_a_lifeline_or_a_trade",
                    )
                ],
            },
        ),
    ]
