"""What the code asked until now becomes the form of each call, and answers move to one column of JSON."""

import json
from pathlib import Path

import pgtrigger
from django.db import migrations
from django.utils import timezone

# The form as the code asked it; it never changes, as no migration does.
FORM = Path(__file__).parent / "data" / "default_form.json"
TEXTS = ("label", "short_label", "help", "example")
WORDS = (
    "acronym", "territory_description", "governance_form", "governance_description", "challenges_description",
    "ambition", "clld_experience", "experience_description", "existing_strategy", "readiness", "support_description",
)

TO_JSON = f"""
UPDATE applications_application application SET answers = jsonb_strip_nulls(jsonb_build_object(
    {", ".join(f"'{name}', nullif({name}, '')" for name in WORDS)},
    'population', population,
    'challenges', (
        SELECT jsonb_agg(challenge_id ORDER BY challenge_id COLLATE "C")
        FROM applications_application_challenges WHERE application_id = application.id
    )
))
"""
TO_COLUMNS = f"""
UPDATE applications_application SET
    {", ".join(f"{name} = coalesce(answers ->> '{name}', '')" for name in WORDS)},
    population = (answers ->> 'population')::integer
"""
TO_CHALLENGES = """
INSERT INTO applications_application_challenges (application_id, challenge_id)
SELECT id, jsonb_array_elements_text(answers -> 'challenges') FROM applications_application WHERE answers ? 'challenges'
"""


def ask(apps, content, *, is_starting_point=False):
    """Make a form that asks what the code has asked, and return its version."""
    Form, FormVersion, FormVersionChange, FormSection, FormQuestion = (
        apps.get_model("questionnaires", name)
        for name in ("Form", "FormVersion", "FormVersionChange", "FormSection", "FormQuestion")
    )
    form = Form.objects.create(purpose="application", is_starting_point=is_starting_point)
    version = FormVersion.objects.create(form=form, number=1)
    for place, section in enumerate(content["sections"], start=1):
        row = FormSection.objects.create(
            version=version, key=section["key"], position=place, title=section["title"], intro=section["intro"]
        )
        for number, question in enumerate(section["questions"], start=1):
            asked = FormQuestion.objects.create(**values_of(question), version=version, section=row, position=number)
            FormQuestion.objects.bulk_create(
                FormQuestion(**values_of(column), version=version, section=row, rows=asked, position=of_row)
                for of_row, column in enumerate(question.get("columns", ()), start=1)
            )
    version.status, version.published_at = "published", timezone.now()
    version.save()
    FormVersionChange.objects.create(target=version, from_status="draft", to_status="published")
    return version


def values_of(question):
    return {
        "key": question["key"],
        "kind": question["kind"],
        "is_core": question["core"],
        "is_required": question["required"],
        "settings": question.get("settings", {}),
    } | {name: question.get(name, {}) for name in TEXTS}


def make_forms(apps, schema_editor):
    content = json.loads(FORM.read_text())
    ask(apps, content, is_starting_point=True)
    for call in apps.get_model("applications", "Call").objects.all():
        version = ask(apps, content)
        call.form = version.form
        call.save(update_fields=["form"])
        apps.get_model("applications", "Application").objects.filter(call=call).update(form_version=version)


def unmake_forms(apps, schema_editor):
    apps.get_model("applications", "Application").objects.update(form_version=None)
    apps.get_model("applications", "Call").objects.update(form=None)
    # What was published does not change, but here it is as if it had never been.
    with pgtrigger.ignore():
        for model in ("FormQuestion", "FormSection", "FormVersionChange", "FormVersion", "Form"):
            apps.get_model("questionnaires", model).objects.all().delete()


class Migration(migrations.Migration):

    dependencies = [("applications", "0024_forms_of_calls")]

    operations = [
        migrations.RunPython(make_forms, unmake_forms),
        migrations.RunSQL(TO_JSON, [TO_COLUMNS, TO_CHALLENGES]),
    ]
