import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("warning", "0003_life"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="SignBudget",
            fields=[
                ("region_code", models.CharField(max_length=6, primary_key=True, serialize=False)),
                ("shift", models.FloatField(default=0.0)),
                ("reckoned_at", models.DateTimeField()),
            ],
        ),
        migrations.AddField(
            model_name="earlysign",
            name="counted",
            field=models.CharField(blank=True, default="", max_length=10),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="earlysign",
            name="judged_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="earlysign",
            name="judged_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="earlysign",
            name="judgement",
            field=models.CharField(blank=True, default="", max_length=10),
            preserve_default=False,
        ),
    ]
