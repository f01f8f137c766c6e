import core.plain_text
import django.contrib.postgres.indexes
from django.contrib.postgres.operations import TrigramExtension, UnaccentExtension
from django.db import migrations

# `unaccent` may be given other rules at any time, so PostgreSQL does not call it immutable; nobody gives it any
# here. Written out in full, as a dump is restored without a search path.
PLAIN = """
CREATE FUNCTION search_plain(text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT AS $$
    SELECT lower(public.unaccent('public.unaccent'::regdictionary, $1))
$$
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0004_erased_accounts"),
    ]

    operations = [
        TrigramExtension(),
        UnaccentExtension(),
        migrations.RunSQL(PLAIN, "DROP FUNCTION search_plain(text)"),
        migrations.AddIndex(
            model_name="user",
            index=django.contrib.postgres.indexes.GinIndex(
                django.contrib.postgres.indexes.OpClass(core.plain_text.Plain("name"), name="gin_trgm_ops"),
                name="user_name_plain",
            ),
        ),
        migrations.AddIndex(
            model_name="user",
            index=django.contrib.postgres.indexes.GinIndex(
                django.contrib.postgres.indexes.OpClass(core.plain_text.Plain("email"), name="gin_trgm_ops"),
                name="user_email_plain",
            ),
        ),
    ]
