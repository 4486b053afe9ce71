"""What was set aside keeps its reason as a sentence with figures, told to each reader in their language."""

from typing import Any

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def keep_the_words(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    """What was written before stays as it was written."""
    then: Any = apps.get_model("sensing", "QuarantinedMessage")
    for row in then.objects.exclude(detail="").only("id", "detail").iterator():
        row.why = {"text": row.detail, "named": {}}
        row.save(update_fields=["why"])


class Migration(migrations.Migration):
    dependencies = [
        ("sensing", "0002_access_fingerprints"),
    ]

    operations = [
        migrations.AddField(
            model_name="quarantinedmessage",
            name="why",
            field=models.JSONField(default=dict),
        ),
        migrations.RunPython(keep_the_words, migrations.RunPython.noop, elidable=True),
        migrations.RemoveField(
            model_name="quarantinedmessage",
            name="detail",
        ),
    ]
