import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

from core.translated.fields import TranslatedField

ROWS, VERSIONS = "applications_lettertemplate", "applications_historicallettertemplate"
# The one of another language that was valid when a version was saved; of the first versions, its first one.
OTHER = """
    coalesce(
        (SELECT other.{name} FROM {versions} other WHERE other.kind = version.kind
            AND other.language <> version.language
            AND (other.history_date, other.history_id) <= (version.history_date, version.history_id)
            ORDER BY other.history_date DESC, other.history_id DESC LIMIT 1),
        (SELECT other.{name} FROM {versions} other WHERE other.kind = version.kind
            AND other.language <> version.language
            ORDER BY other.history_date, other.history_id LIMIT 1),
        '{{}}'
    ) || version.{name}
"""
BY_LANGUAGE = """
ALTER TABLE {table}
    ALTER COLUMN subject TYPE jsonb USING jsonb_build_object(language, subject),
    ALTER COLUMN body TYPE jsonb USING jsonb_build_object(language, body)
"""
CHECKED = """
ALTER TABLE {table} DROP COLUMN language,
    ADD CONSTRAINT {table}_subject_check CHECK (translated_text_fits(subject, 200) AND subject ? 'en'),
    ADD CONSTRAINT {table}_body_check CHECK (translated_text_fits(body, 50000) AND body ? 'en')
"""
UNCHECKED = """
ALTER TABLE {table} DROP CONSTRAINT {table}_subject_check, DROP CONSTRAINT {table}_body_check,
    ADD COLUMN language varchar(5) NOT NULL DEFAULT 'en'
"""
IN_ONE_LANGUAGE = """
ALTER TABLE {table} ALTER COLUMN language DROP DEFAULT,
    ALTER COLUMN subject TYPE varchar(200) USING coalesce(subject ->> language, ''),
    ALTER COLUMN body TYPE text USING coalesce(body ->> language, '')
"""


def join(apps, schema_editor):
    """Make one letter of each kind out of that in English and that in French; so each of its versions."""
    schema_editor.execute(f"ALTER TABLE {ROWS} DROP CONSTRAINT letter_template_once")
    for table in (ROWS, VERSIONS):
        schema_editor.execute(BY_LANGUAGE.format(table=table))
    schema_editor.execute(
        f"UPDATE {ROWS} english SET subject = french.subject || english.subject, body = french.body || english.body, "
        "is_default = english.is_default OR french.is_default, "
        "revision = greatest(english.revision, french.revision) "
        f"FROM {ROWS} french WHERE french.kind = english.kind AND english.language = 'en' AND french.language <> 'en'"
    )
    schema_editor.execute(f"DELETE FROM {ROWS} WHERE language <> 'en'")
    subject, body = (OTHER.format(name=name, versions=VERSIONS) for name in ("subject", "body"))
    schema_editor.execute(f"UPDATE {VERSIONS} version SET subject = {subject}, body = {body}")
    schema_editor.execute(
        f"UPDATE {VERSIONS} version SET id = letter.id FROM {ROWS} letter WHERE letter.kind = version.kind"
    )
    # Both languages had a first version, which are the same one now.
    schema_editor.execute(
        f"DELETE FROM {VERSIONS} version USING {VERSIONS} first WHERE first.id = version.id "
        "AND first.history_type = '+' AND version.history_type = '+' AND first.history_id < version.history_id "
        "AND (first.subject, first.body, first.is_default) = (version.subject, version.body, version.is_default)"
    )
    for table in (ROWS, VERSIONS):
        schema_editor.execute(CHECKED.format(table=table))
    schema_editor.execute(f"ALTER TABLE {ROWS} ADD CONSTRAINT letter_template_once UNIQUE (kind)")


def part(apps, schema_editor):
    """Make a letter in English and one in French out of each; a version becomes one of both."""
    schema_editor.execute(f"ALTER TABLE {ROWS} DROP CONSTRAINT letter_template_once")
    for table in (ROWS, VERSIONS):
        schema_editor.execute(UNCHECKED.format(table=table))
    schema_editor.execute(
        f"INSERT INTO {ROWS} (kind, language, subject, body, is_default, revision) "
        f"SELECT kind, 'fr', subject, body, is_default, revision FROM {ROWS}"
    )
    kept = "history_date, history_change_reason, history_type, history_user_id"
    schema_editor.execute(
        f"INSERT INTO {VERSIONS} (id, kind, language, subject, body, is_default, revision, {kept}) "
        "SELECT french.id, version.kind, 'fr', version.subject, version.body, version.is_default, version.revision, "
        f"{kept} FROM {VERSIONS} version JOIN {ROWS} french ON french.kind = version.kind AND french.language = 'fr'"
    )
    # No table can be changed while foreign keys are yet to be checked.
    schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    for table in (ROWS, VERSIONS):
        schema_editor.execute(IN_ONE_LANGUAGE.format(table=table))
    schema_editor.execute(f"ALTER TABLE {ROWS} ADD CONSTRAINT letter_template_once UNIQUE (kind, language)")


class JoinLetters(migrations.RunPython):
    """Changes tables and rows in one go, and what Django knows of them."""

    def __init__(self):
        super().__init__(join, part)

    def deconstruct(self):
        return self.__class__.__qualname__, [], {}

    def state_forwards(self, app_label, state):
        state.remove_constraint(app_label, "lettertemplate", "letter_template_once")
        for model in ("lettertemplate", "historicallettertemplate"):
            state.remove_field(app_label, model, "language")
            subject = TranslatedField(max_length=200, verbose_name="subject")
            body = TranslatedField(max_length=50000, verbose_name="text")
            state.alter_field(app_label, model, "subject", subject, preserve_default=True)
            state.alter_field(app_label, model, "body", body, preserve_default=True)
        once = models.UniqueConstraint(fields=("kind",), name="letter_template_once")
        state.add_constraint(app_label, "lettertemplate", once)


APPEND_ONLY = pgtrigger.compiler.Trigger(
    name='historicallettertemplate_append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='887b9fa60a76cc6c711d8d6af524442109bce09a', operation='UPDATE OR DELETE', pgid='pgtrigger_historicallettertemplate_append_only_3b269', table='applications_historicallettertemplate', when='BEFORE')
)


class Migration(migrations.Migration):

    dependencies = [("applications", "0022_translated_texts")]

    operations = [
        # So that options name no column that is gone.
        migrations.AlterModelOptions(
            name="lettertemplate",
            options={
                "ordering": ["kind"],
                "default_permissions": ("view", "change"),
                "verbose_name": "letter template",
                "verbose_name_plural": "letter templates",
            },
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="historicallettertemplate", name="historicallettertemplate_append_only"
        ),
        JoinLetters(),
        pgtrigger.migrations.AddTrigger(model_name="historicallettertemplate", trigger=APPEND_ONLY),
    ]
