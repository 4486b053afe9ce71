from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("supervision", "0002_meter_history")]

    operations = [
        migrations.RemoveField(
            model_name="meter",
            name="changed_at",
        ),
    ]
