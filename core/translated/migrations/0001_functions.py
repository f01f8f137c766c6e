from django.db import migrations

# Both depend on nothing but what they are given, so constraints and indexes may use them.
FITS = r"""
CREATE FUNCTION translated_text_fits(texts jsonb, longest integer) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN jsonb_typeof(texts) <> 'object' THEN false ELSE NOT EXISTS (
        SELECT FROM jsonb_each(texts) AS entry (language, content)
        WHERE language !~ '^[a-z]{2,3}(-[a-z0-9]{2,8})*$'
            OR jsonb_typeof(content) <> 'string'
            OR content #>> '{}' !~ '[^[:space:]]'
            OR char_length(content #>> '{}') > longest
    ) END
$$
"""
WORDS = r"""
CREATE FUNCTION translated_text_words(texts jsonb) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT coalesce(string_agg(content, E'\n' ORDER BY language), '')
    FROM jsonb_each_text(texts) AS entry (language, content)
$$
"""


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.RunSQL(FITS, "DROP FUNCTION translated_text_fits(jsonb, integer)"),
        migrations.RunSQL(WORDS, "DROP FUNCTION translated_text_words(jsonb)"),
    ]
