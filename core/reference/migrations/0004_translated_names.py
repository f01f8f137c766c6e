from django.db import migrations

from core.translated.fields import TranslatedField
from core.translated.migrating import JoinLanguages, joined, parted

LABEL = {"en": "label_en", "fr": "label_fr"}
NAME = {"en": "name_en", "fr": "name_fr"}
VOCABULARIES = ("Challenge", "ExpertiseArea", "OrganisationType")


def join_loaded(apps, schema_editor):
    """Note what the files said in the new shape, so that no label counts as edited by staff."""
    _rewrite(apps, joined)


def part_loaded(apps, schema_editor):
    _rewrite(apps, parted)


def _rewrite(apps, reshape):
    for name in VOCABULARIES:
        model = apps.get_model("reference", name)
        rows = list(model.objects.exclude(loaded_values={}))
        for row in rows:
            row.loaded_values = reshape(row.loaded_values, {"label": LABEL})
        model.objects.bulk_update(rows, ["loaded_values"])


class Migration(migrations.Migration):

    dependencies = [
        ("reference", "0003_languages_and_touching_units"),
        ("translated", "0001_functions"),
    ]

    operations = [
        *(
            JoinLanguages(
                prefix + name, "label", TranslatedField(max_length=120, verbose_name="label"), parts=LABEL
            )
            for name in VOCABULARIES
            for prefix in ("", "Historical")
        ),
        *(
            JoinLanguages(name, "name_texts", TranslatedField(max_length=60, verbose_name="name"), parts=NAME)
            for name in ("Country", "Language")
        ),
        migrations.RunPython(join_loaded, part_loaded),
    ]
