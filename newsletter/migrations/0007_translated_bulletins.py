from django.db import migrations, models

from core.translated.fields import TranslatedField
from core.translated.migrating import JoinLanguages


def joined(name, **options):
    parts = {code: f"{name}_{code}" for code in ("en", "fr")}
    return [
        JoinLanguages(model, name, TranslatedField(**options), parts=parts)
        for model in ("Bulletin", "HistoricalBulletin")
    ]


class Migration(migrations.Migration):

    dependencies = [
        ("newsletter", "0006_deliveries_that_failed"),
        ("translated", "0001_functions"),
    ]

    operations = [
        *joined("subject", max_length=200, verbose_name="subject"),
        *joined("body", max_length=100000, verbose_name="text"),
        migrations.AddConstraint(
            model_name="bulletin",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("status", "draft"),
                    models.Q(("body__has_keys", ["en", "fr"]), ("subject__has_keys", ["en", "fr"])),
                    _connector="OR",
                ),
                name="bulletin_scheduled_is_complete",
            ),
        ),
    ]
