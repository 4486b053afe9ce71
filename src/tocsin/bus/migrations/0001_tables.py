from django.db import migrations, models


class Migration(migrations.Migration):
    """All tables as of 28 November 2026, in one."""

    replaces = [
        ("bus", "0001_initial"),
    ]

    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="LoopLease",
            fields=[
                ("name", models.CharField(max_length=60, primary_key=True, serialize=False)),
                ("holder", models.CharField(blank=True, max_length=120)),
                ("until", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="OutboxEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("event_id", models.UUIDField(unique=True)),
                ("recorded_at", models.DateTimeField()),
                ("name", models.CharField(max_length=80)),
                ("version", models.PositiveSmallIntegerField()),
                ("region_code", models.CharField(blank=True, max_length=6)),
                ("data", models.JSONField()),
            ],
            options={
                "ordering": ("pk",),
            },
        ),
        migrations.CreateModel(
            name="LoopState",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=60)),
                ("worker", models.CharField(max_length=120)),
                ("period_s", models.FloatField()),
                ("began_at", models.DateTimeField(null=True)),
                ("took_ms", models.PositiveIntegerField(default=0)),
                ("lag_ms", models.PositiveIntegerField(default=0)),
                ("behind", models.PositiveBigIntegerField(default=0)),
                ("rounds", models.PositiveBigIntegerField(default=0)),
                ("failures", models.PositiveIntegerField(default=0)),
                ("failing_since", models.DateTimeField(null=True)),
                ("error", models.CharField(blank=True, max_length=500)),
                ("waits", models.BooleanField(default=False)),
                ("said_at", models.DateTimeField()),
            ],
            options={
                "ordering": ("name", "worker"),
                "constraints": [models.UniqueConstraint(fields=("name", "worker"), name="one_state_of_a_loop_in_a_worker")],
            },
        ),
    ]
