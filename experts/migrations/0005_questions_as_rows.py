"""What the code asked experts until now becomes their form, and answers move to one column of JSON."""

import json
from pathlib import Path

import pgtrigger
from django.db import migrations
from django.utils import timezone

# The form as the code asked it; it never changes, as no migration does.
FORM = Path(__file__).parent / "data" / "default_form.json"
TEXTS = ("label", "short_label", "help", "example")

TO_JSON = """
UPDATE experts_expert expert SET answers = jsonb_strip_nulls(jsonb_build_object(
    'biography', nullif(biography, ''),
    'website', nullif(website, ''),
    'countries', (
        SELECT jsonb_agg(country_id ORDER BY country_id COLLATE "C")
        FROM experts_expert_countries WHERE expert_id = expert.id
    ),
    'challenges', (
        SELECT jsonb_agg(challenge_id ORDER BY challenge_id COLLATE "C")
        FROM experts_expert_challenges WHERE expert_id = expert.id
    )
))
"""
TO_COLUMNS = """
UPDATE experts_expert SET
    biography = coalesce(answers ->> 'biography', ''),
    website = coalesce(answers ->> 'website', '')
"""
TO_COUNTRIES = """
INSERT INTO experts_expert_countries (expert_id, country_id)
SELECT id, jsonb_array_elements_text(answers -> 'countries') FROM experts_expert WHERE answers ? 'countries'
"""
TO_CHALLENGES = """
INSERT INTO experts_expert_challenges (expert_id, challenge_id)
SELECT id, jsonb_array_elements_text(answers -> 'challenges') FROM experts_expert WHERE answers ? 'challenges'
"""


def make_form(apps, schema_editor):
    content = json.loads(FORM.read_text())
    Form, FormVersion, FormVersionChange, FormSection, FormQuestion = (
        apps.get_model("questionnaires", name)
        for name in ("Form", "FormVersion", "FormVersionChange", "FormSection", "FormQuestion")
    )
    form = Form.objects.create(purpose="expert", is_starting_point=True)
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
    apps.get_model("experts", "Expert").objects.update(form_version=version)
    # What a version says does not change: only in whose words it is read is noted.
    with pgtrigger.ignore():
        apps.get_model("experts", "ExpertVersion").objects.update(form_version=version)


def values_of(question):
    return {
        "key": question["key"],
        "kind": question["kind"],
        "is_core": question["core"],
        "is_required": question["required"],
        "is_public": question["public"],
        "settings": question.get("settings", {}),
    } | {name: question.get(name, {}) for name in TEXTS}


def unmake_form(apps, schema_editor):
    # What was published does not change, but here it is as if it had never been.
    with pgtrigger.ignore():
        apps.get_model("experts", "Expert").objects.update(form_version=None, carried_from=None)
        apps.get_model("experts", "ExpertVersion").objects.update(form_version=None)
        of_experts = {
            "FormQuestion": "version__form__purpose",
            "FormSection": "version__form__purpose",
            "FormVersionChange": "target__form__purpose",
            "FormVersion": "form__purpose",
            "Form": "purpose",
        }
        for model, purpose in of_experts.items():
            apps.get_model("questionnaires", model).objects.filter(**{purpose: "expert"}).delete()


class Migration(migrations.Migration):

    dependencies = [("experts", "0004_form_of_experts")]

    operations = [
        migrations.RunPython(make_form, unmake_form),
        migrations.RunSQL(TO_JSON, [TO_COLUMNS, TO_COUNTRIES, TO_CHALLENGES]),
    ]
