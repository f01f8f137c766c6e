"""The letters that tell an outcome, in both languages: texts of ours, to confirm."""

from django.db import migrations

HEAD_EN = "Your application {reference}, “{title}”\n\n"
HEAD_FR = "Votre candidature {reference}, « {title} »\n\n"
FOOT_EN = (
    "\n\nThe application, its versions and its history:\n{link}\n\n"
    "Questions? Write to {contact} and name the reference.\n\n"
    "The IMPACT team, OECD Centre for Entrepreneurship, SMEs, Regions and Cities"
)
FOOT_FR = (
    "\n\nLa candidature, ses versions et son historique :\n{link}\n\n"
    "Des questions ? Écrivez à {contact} en indiquant la référence.\n\n"
    "L'équipe IMPACT, Centre de l'OCDE pour l'entrepreneuriat, les PME, les régions et les villes"
)

TEXTS = {
    ("selected", "en"): (
        "{reference}: your region becomes an IMPACT pilot",
        "We are glad to tell you that your cross-border region was selected in {call}. It becomes one of up "
        "to 30 pilot regions.\n\n"
        "What happens next:\n"
        "- We look for experts in community-led local development whose knowledge, languages and calendar "
        "fit what you asked for.\n"
        "- We write to you as soon as a team is proposed. You need not do anything until then.\n"
        "- Please tell us if a partner, a contact person or your calendar changes.",
    ),
    ("selected", "fr"): (
        "{reference} : votre région devient une région pilote d'IMPACT",
        "Nous avons le plaisir de vous informer que votre région transfrontalière a été sélectionnée dans le "
        "cadre de « {call} ». Elle devient l'une des régions pilotes, dont le nombre ne dépassera pas 30.\n\n"
        "La suite :\n"
        "- Nous recherchons des experts du développement local mené par les acteurs locaux (DLAL / CLLD) "
        "dont les connaissances, les langues et le calendrier correspondent à votre demande.\n"
        "- Nous vous écrirons dès qu'une équipe sera proposée. D'ici là, vous n'avez rien à faire.\n"
        "- Veuillez nous informer de tout changement de partenaire, de personne de contact ou de calendrier.",
    ),
    ("reserve", "en"): (
        "{reference}: your application is on the reserve list",
        "Your application in {call} is number {rank} on the reserve list: it has no place now, and may get "
        "one later.\n\n"
        "If a place becomes free, the regions of the reserve list are asked in this order. You need not do "
        "anything. If you no longer wish to be considered, please tell us.",
    ),
    ("reserve", "fr"): (
        "{reference} : votre candidature est sur la liste de réserve",
        "Votre candidature à « {call} » occupe le rang {rank} sur la liste de réserve : elle n'obtient pas "
        "de place pour le moment, mais pourrait en obtenir une plus tard.\n\n"
        "Si une place se libère, les régions de la liste de réserve sont sollicitées dans cet ordre. Vous "
        "n'avez rien à faire. Si vous ne souhaitez plus que votre candidature soit prise en considération, "
        "veuillez nous en informer.",
    ),
    ("not_selected", "en"): (
        "{reference}: the outcome of your application",
        "Thank you for the work that you and your partners put into your application in {call}. We are sorry "
        "to tell you that it was not selected.\n\n"
        "IMPACT publishes tools and guidance for every cross-border region, pilot or not, and holds events "
        "that are open to all: {site}/newsletter/",
    ),
    ("not_selected", "fr"): (
        "{reference} : le résultat de votre candidature",
        "Nous vous remercions du travail que vous et vos partenaires avez consacré à votre candidature à "
        "« {call} ». Nous avons le regret de vous informer qu'elle n'a pas été sélectionnée.\n\n"
        "IMPACT publie des outils et des conseils pour toutes les régions transfrontalières, pilotes ou non, "
        "et organise des événements ouverts à tous : {site}/newsletter/",
    ),
    ("ineligible", "en"): (
        "{reference}: your application cannot take part",
        "We checked whether your application in {call} meets the conditions of the call. We are sorry to say "
        "that it does not, and so it cannot be considered in the selection.\n\n"
        "The reason:\n\n{reason}\n\n"
        "If you think that we overlooked something, please write to us.",
    ),
    ("ineligible", "fr"): (
        "{reference} : votre candidature n'est pas recevable",
        "Nous avons vérifié si votre candidature à « {call} » remplit les conditions de l'appel. Nous avons "
        "le regret de vous informer que ce n'est pas le cas et qu'elle ne peut donc pas être prise en compte "
        "dans la sélection.\n\n"
        "Le motif :\n\n{reason}\n\n"
        "Si vous pensez qu'un élément nous a échappé, veuillez nous écrire.",
    ),
}


def write_templates(apps, schema_editor):
    model = apps.get_model("applications", "LetterTemplate")
    for (kind, language), (subject, text) in TEXTS.items():
        head, foot = (HEAD_EN, FOOT_EN) if language == "en" else (HEAD_FR, FOOT_FR)
        model.objects.create(kind=kind, language=language, subject=subject, body=head + text + foot)


class Migration(migrations.Migration):
    dependencies = [("applications", "0004_scenarios_and_letters")]

    operations = [migrations.RunPython(write_templates, migrations.RunPython.noop)]
