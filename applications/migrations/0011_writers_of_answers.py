from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("applications", "0010_letter_template_versions_kept"),
    ]

    operations = [
        migrations.AddField(
            model_name="application",
            name="writers",
            field=models.JSONField(blank=True, default=dict, editable=False),
        ),
    ]
