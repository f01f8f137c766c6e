from django.db import migrations

from core.migrating import RenderedOnce
from core.translated.fields import TranslatedField
from core.translated.migrating import JoinLanguages


def joined(model_name, name, **options):
    """Join the languages of a text, in the table and in that of its versions."""
    parts = {code: f"{name}_{code}" for code in ("en", "fr")}
    return [
        JoinLanguages(prefix + model_name, name, TranslatedField(**options), parts=parts)
        for prefix in ("", "Historical")
    ]


class Migration(migrations.Migration):

    dependencies = [
        ("applications", "0021_partners_who_decline"),
        ("translated", "0001_functions"),
    ]

    operations = [
        RenderedOnce([
            *joined("Call", "title", max_length=150, verbose_name="title"),
            *joined("Call", "summary", max_length=10000, blank=True, verbose_name="summary"),
            *joined(
                "Call", "guidance", max_length=50000, blank=True, verbose_name="guidance for applicants (Markdown)"
            ),
            *joined("Criterion", "title", max_length=150, verbose_name="title"),
            *joined("Criterion", "guidance", max_length=10000, blank=True, verbose_name="guidance for reviewers"),
            *joined("PilotRegion", "public_summary", max_length=10000, blank=True, verbose_name="public summary"),
        ]),
    ]
