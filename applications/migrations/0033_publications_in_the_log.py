"""Results that were published before stages were kept get their row, out of the history of their call."""

from django.db import migrations
from django.db.models import Min


def keep_publications(apps, schema_editor):
    HistoricalCall = apps.get_model("applications", "HistoricalCall")
    StageDecision = apps.get_model("decision_log", "StageDecision")
    first = (
        HistoricalCall.objects.filter(results_published_at__isnull=False)
        .values("id")
        .annotate(first=Min("history_id"))
        .values("first")
    )
    rows = HistoricalCall.objects.filter(history_id__in=first, history_user__isnull=False)
    StageDecision.objects.bulk_create(
        StageDecision(
            stage="publish_results",
            about=f"applications.call:{row.id}",
            label=str(row.title)[:200],
            by_id=row.history_user_id,
            at=row.results_published_at,
        )
        for row in rows
    )


class Migration(migrations.Migration):
    dependencies = [("applications", "0032_letter_templates_count_nothing"), ("decision_log", "0001_initial")]

    operations = [migrations.RunPython(keep_publications, migrations.RunPython.noop, elidable=True)]
