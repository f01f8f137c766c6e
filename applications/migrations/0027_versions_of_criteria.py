import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


# What a call has now is its first version; who wrote it, and when, is in the history of each criterion.
FIRST_VERSIONS = """
    INSERT INTO applications_criteriaversion (call_id, number, made_at, reason, is_after_scoring, content, totals)
    SELECT call_id, 1, now(), '', FALSE, jsonb_agg(
        jsonb_build_object(
            'code', code, 'title', title, 'guidance', guidance,
            'weight', weight, 'max_score', max_score, 'threshold', threshold
        ) ORDER BY position, id
    ), '{}'
    FROM applications_criterion GROUP BY call_id
"""


class Migration(migrations.Migration):

    dependencies = [
        ('applications', '0026_answers_in_one_column'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='CriteriaVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField(verbose_name='version')),
                ('made_at', models.DateTimeField(auto_now_add=True, verbose_name='at')),
                ('reason', models.CharField(blank=True, max_length=2000, verbose_name='reason')),
                ('is_after_scoring', models.BooleanField(default=False, verbose_name='after scoring began')),
                ('content', models.JSONField(verbose_name='criteria')),
                ('totals', models.JSONField(blank=True, default=dict, verbose_name='weighted scores')),
                ('call', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='criteria_versions', to='applications.call', verbose_name='call')),
                ('made_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
            ],
            options={
                'verbose_name': 'version of the criteria',
                'verbose_name_plural': 'versions of the criteria',
                'ordering': ['call', '-number'],
                'default_permissions': ('view',),
                'constraints': [
                    models.UniqueConstraint(fields=('call', 'number'), name='criteria_version_number_once'),
                    models.CheckConstraint(condition=models.Q(('is_after_scoring', False), models.Q(('made_by__isnull', False), ('reason__regex', '\\S')), _connector='OR'), name='criteria_version_names_reason'),
                ],
            },
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='criterion',
            name='criterion_frozen_once_scored',
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='criterion',
            trigger=pgtrigger.compiler.Trigger(name='criterion_frozen_once_scored', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n        IF TG_OP = 'UPDATE' THEN\n            IF NEW.call_id = OLD.call_id AND jsonb_build_object('code', NEW.code, 'title', NEW.title, 'guidance', NEW.guidance, 'weight', NEW.weight, 'max_score', NEW.max_score, 'threshold', NEW.threshold) = jsonb_build_object('code', OLD.code, 'title', OLD.title, 'guidance', OLD.guidance, 'weight', OLD.weight, 'max_score', OLD.max_score, 'threshold', OLD.threshold) THEN RETURN NEW; END IF;\n        END IF;\n        IF TG_OP <> 'INSERT' THEN\n            IF EXISTS (\n            SELECT FROM applications_reviewscore s\n            JOIN applications_criterion scored ON scored.id = s.criterion_id WHERE scored.call_id = OLD.call_id\n        ) AND (\n                TG_OP = 'DELETE'\n                    AND EXISTS (\n            SELECT FROM jsonb_array_elements((\n                SELECT v.content FROM applications_criteriaversion v\n                WHERE v.call_id = OLD.call_id ORDER BY v.number DESC LIMIT 1\n            )) said WHERE said ->> 'code' = OLD.code\n        )\n                OR TG_OP = 'UPDATE' AND NEW.call_id <> OLD.call_id\n            ) THEN\n                RAISE EXCEPTION 'The criteria of call % are fixed: its newest version keeps %.',\n                    OLD.call_id, OLD.code USING ERRCODE = 'check_violation';\n            END IF;\n        END IF;\n        IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;\n        IF EXISTS (\n            SELECT FROM applications_reviewscore s\n            JOIN applications_criterion scored ON scored.id = s.criterion_id WHERE scored.call_id = NEW.call_id\n        )\n            AND NOT EXISTS (\n            SELECT FROM jsonb_array_elements((\n                SELECT v.content FROM applications_criteriaversion v\n                WHERE v.call_id = NEW.call_id ORDER BY v.number DESC LIMIT 1\n            )) said WHERE said = jsonb_build_object('code', NEW.code, 'title', NEW.title, 'guidance', NEW.guidance, 'weight', NEW.weight, 'max_score', NEW.max_score, 'threshold', NEW.threshold)\n        )\n        THEN\n            RAISE EXCEPTION 'The criteria of call % are fixed: its newest version does not say this of %.',\n                NEW.call_id, NEW.code USING ERRCODE = 'check_violation';\n        END IF;\n        RETURN NEW;\n    ", hash='576650d73f83635623a8f376eaa245473deb1524', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_criterion_frozen_once_scored_48045', table='applications_criterion', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='criterion',
            trigger=pgtrigger.compiler.Trigger(name='criterion_not_below_scores', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."max_score" IS DISTINCT FROM (NEW."max_score"))', func="\n        IF EXISTS (\n            SELECT FROM applications_reviewscore s WHERE s.criterion_id = OLD.id AND s.score > NEW.max_score\n        ) THEN\n            RAISE EXCEPTION 'A score of criterion % is above %.', OLD.id, NEW.max_score\n                USING ERRCODE = 'check_violation';\n        END IF;\n        RETURN NEW;\n    ", hash='3aa55dece971ed5fc11601c19a123bc9169a0252', operation='UPDATE', pgid='pgtrigger_criterion_not_below_scores_a8884', table='applications_criterion', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='criteriaversion',
            trigger=pgtrigger.compiler.Trigger(name='criteria_version_append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='c6b542c8e5c8838a18e64f868c3a49d1b28a6889', operation='UPDATE OR DELETE', pgid='pgtrigger_criteria_version_append_only_1e548', table='applications_criteriaversion', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='criteriaversion',
            trigger=pgtrigger.compiler.Trigger(name='criteria_version_says_why', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (NOT NEW."is_after_scoring" AND NEW."number" > 1)', func="\n        IF EXISTS (\n            SELECT FROM applications_reviewscore s\n            JOIN applications_criterion scored ON scored.id = s.criterion_id WHERE scored.call_id = NEW.call_id\n        ) THEN\n            RAISE EXCEPTION 'Scoring of call % has begun: other criteria need a reason.', NEW.call_id\n                USING ERRCODE = 'check_violation';\n        END IF;\n        RETURN NEW;\n    ", hash='8c344957e2dd529c7a022dbe228540451d06fb90', operation='INSERT', pgid='pgtrigger_criteria_version_says_why_91011', table='applications_criteriaversion', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='criteriaversion',
            trigger=pgtrigger.compiler.Trigger(name='criteria_version_is_true', sql=pgtrigger.compiler.UpsertTriggerSql(constraint='CONSTRAINT', func='\n        IF NEW.number = (SELECT max(number) FROM applications_criteriaversion WHERE call_id = NEW.call_id)\n            AND EXISTS (\n            SELECT FROM applications_reviewscore s\n            JOIN applications_criterion scored ON scored.id = s.criterion_id WHERE scored.call_id = NEW.call_id\n        )\n            AND (\n                SELECT COALESCE(jsonb_agg(jsonb_build_object(\'code\', c.code, \'title\', c.title, \'guidance\', c.guidance, \'weight\', c.weight, \'max_score\', c.max_score, \'threshold\', c.threshold) ORDER BY c.code COLLATE "C"), \'[]\')\n                FROM applications_criterion c WHERE c.call_id = NEW.call_id\n            ) <> (\n                SELECT COALESCE(jsonb_agg(said ORDER BY said ->> \'code\' COLLATE "C"), \'[]\')\n                FROM jsonb_array_elements(NEW.content) said\n            )\n        THEN\n            RAISE EXCEPTION \'Version % of the criteria of call % is not what the criteria are.\',\n                NEW.number, NEW.call_id USING ERRCODE = \'check_violation\';\n        END IF;\n        RETURN NULL;\n    ', hash='cdf831d603cc4113c4a3cd0a78152a214a8aac5a', operation='INSERT', pgid='pgtrigger_criteria_version_is_true_6df94', table='applications_criteriaversion', timing='DEFERRABLE INITIALLY DEFERRED', when='AFTER')),
        ),
        migrations.RunSQL(FIRST_VERSIONS, migrations.RunSQL.noop),
        # Keys are added to the table at the end, for which nothing may wait to be checked.
        migrations.RunSQL("SET CONSTRAINTS ALL IMMEDIATE", migrations.RunSQL.noop),
    ]
