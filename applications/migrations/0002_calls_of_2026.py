"""The three calls of 2026, as far as they are announced, with default criteria to confirm."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import migrations

BRUSSELS = ZoneInfo("Europe/Brussels")

# Announced: the first call from February to 10 April 2026, two more in April and June. The days
# on which they open, and the closing of the later ones, are not; so all of it is provisional.
CALLS = [
    (
        1,
        "2026-1",
        "First call for pilot regions",
        "Premier appel à régions pilotes",
        datetime(2026, 2, 1, tzinfo=BRUSSELS),
        datetime(2026, 4, 10, 23, 59, 59, tzinfo=BRUSSELS),
    ),
    (
        2,
        "2026-2",
        "Second call for pilot regions",
        "Deuxième appel à régions pilotes",
        datetime(2026, 4, 1, tzinfo=BRUSSELS),
        None,
    ),
    (
        3,
        "2026-3",
        "Third call for pilot regions",
        "Troisième appel à régions pilotes",
        datetime(2026, 6, 1, tzinfo=BRUSSELS),
        None,
    ),
]
SUMMARY_EN = (
    "For partnerships of cross-border regions that want to write a joint, community-led development strategy, "
    "with experts at their side."
)
SUMMARY_FR = (
    "Pour les partenariats de régions transfrontalières qui souhaitent élaborer une stratégie commune de "
    "développement local mené par les acteurs locaux, avec l’appui d’experts."
)
# code, English, French, weight; scored from 0 to 5. No criteria are published: defaults to confirm.
CRITERIA = [
    (
        "need",
        "Shared challenges",
        "Défis communs",
        "How clear the challenges are, and how much they need both sides of the border.",
        "Clarté des défis, et nécessité d’agir des deux côtés de la frontière.",
        25,
    ),
    (
        "partnership",
        "Partnership and governance",
        "Partenariat et gouvernance",
        "Who takes part on each side, how decisions are taken, how residents are heard.",
        "Qui participe de chaque côté, comment les décisions se prennent, comment les habitants sont entendus.",
        25,
    ),
    (
        "ambition",
        "Ambition for residents",
        "Ambition pour les habitants",
        "What should be better, for whom, and how likely it is.",
        "Ce qui doit s’améliorer, pour qui, et avec quelle probabilité.",
        20,
    ),
    (
        "readiness",
        "Readiness",
        "Capacité à agir",
        "People, time, strategies and funds on which experts can build.",
        "Personnes, temps, stratégies et fonds sur lesquels les experts peuvent s’appuyer.",
        15,
    ),
    (
        "support",
        "Use of the support",
        "Usage de l’appui",
        "How well the support asked for fits the challenges and the partners.",
        "Adéquation de l’appui demandé avec les défis et les partenaires.",
        15,
    ),
]


def create_calls(apps, schema_editor):
    call_model = apps.get_model("applications", "Call")
    if call_model.objects.exists():
        return
    for number, slug, title_en, title_fr, opens_at, closes_at in CALLS:
        call = call_model.objects.create(
            number=number,
            slug=slug,
            title_en=title_en,
            title_fr=title_fr,
            summary_en=SUMMARY_EN,
            summary_fr=SUMMARY_FR,
            opens_at=opens_at,
            closes_at=closes_at,
            is_provisional=True,
        )
        create_criteria(apps, call)


def create_criteria(apps, call):
    for position, (code, title_en, title_fr, guidance_en, guidance_fr, weight) in enumerate(CRITERIA):
        apps.get_model("applications", "Criterion").objects.create(
            call=call,
            code=code,
            title_en=title_en,
            title_fr=title_fr,
            guidance_en=guidance_en,
            guidance_fr=guidance_fr,
            weight=weight,
            max_score=5,
            position=position,
            is_default=True,
        )


class Migration(migrations.Migration):
    dependencies = [("applications", "0001_initial")]

    operations = [migrations.RunPython(create_calls, migrations.RunPython.noop)]
