"""Countries in sentences: by the alphabet, with the article that each language gives them."""

import pytest
from django.utils import translation

from core.reference.articles import by_name, in_sentence, listed, listed_after_of, listed_to_choose
from core.reference.models import Country

pytestmark = pytest.mark.django_db

FRENCH = """
AD Andorre|d’Andorre, AL l’Albanie|d’Albanie, AT l’Autriche|d’Autriche,
BA la Bosnie-et-Herzégovine|de Bosnie-et-Herzégovine, BE la Belgique|de Belgique, BG la Bulgarie|de Bulgarie,
CH la Suisse|de Suisse, CY Chypre|de Chypre, CZ la Tchéquie|de Tchéquie, DE l’Allemagne|d’Allemagne,
DK le Danemark|du Danemark, EE l’Estonie|d’Estonie, ES l’Espagne|d’Espagne, FI la Finlande|de Finlande,
FR la France|de France, GR la Grèce|de Grèce, HR la Croatie|de Croatie, HU la Hongrie|de Hongrie,
IE l’Irlande|d’Irlande,
IT l’Italie|d’Italie, LI le Liechtenstein|du Liechtenstein, LT la Lituanie|de Lituanie,
LU le Luxembourg|du Luxembourg, LV la Lettonie|de Lettonie, MD la Moldavie|de Moldavie,
ME le Monténégro|du Monténégro, MK la Macédoine du Nord|de Macédoine du Nord, MT Malte|de Malte,
NL les Pays-Bas|des Pays-Bas, NO la Norvège|de Norvège, PL la Pologne|de Pologne, PT le Portugal|du Portugal,
RO la Roumanie|de Roumanie, RS la Serbie|de Serbie, SE la Suède|de Suède, SI la Slovénie|de Slovénie,
SK la Slovaquie|de Slovaquie, TR la Turquie|de Turquie, UA l’Ukraine|d’Ukraine, XK le Kosovo*|du Kosovo*,
AM l’Arménie|d’Arménie, AZ l’Azerbaïdjan|d’Azerbaïdjan, BR le Brésil|du Brésil, BY le Bélarus|du Bélarus,
GB le Royaume-Uni|du Royaume-Uni, GE la Géorgie|de Géorgie, GI Gibraltar|de Gibraltar, IQ l’Irak|d’Irak,
IR l’Iran|d’Iran, IS l’Islande|d’Islande, MA le Maroc|du Maroc, MC Monaco|de Monaco, RU la Russie|de Russie,
SM Saint-Marin|de Saint-Marin, SR le Suriname|du Suriname, SY la Syrie|de Syrie, TN la Tunisie|de Tunisie,
VA le Saint-Siège|du Saint-Siège
"""


def countries(*codes: str) -> list[Country]:
    return list(Country.objects.filter(pk__in=codes))


def test_every_country_has_its_french_articles() -> None:
    told = {}
    with translation.override("fr"):
        for country in Country.objects.all():
            told[country.pk] = f"{in_sentence(country)}|{listed_after_of([country])}"
    expected = dict(entry.split(" ", 1) for entry in " ".join(FRENCH.split()).split(", "))
    assert told == expected


def test_english_articles_and_the_alphabet_of_each_language() -> None:
    some = countries("CH", "DE", "NL", "ES")
    assert listed(some) == "Germany, the Netherlands, Spain, and Switzerland"
    assert listed_to_choose(countries("GB", "FR")) == "France or the United Kingdom"
    assert listed_after_of(countries("NL", "BE")) == "of Belgium and the Netherlands"
    with translation.override("fr"):
        assert listed(some) == "l’Allemagne, l’Espagne, les Pays-Bas et la Suisse"
        assert listed_after_of(countries("NL", "BE")) == "de Belgique et des Pays-Bas"
        assert [country.pk for country in by_name(some)] == ["DE", "ES", "NL", "CH"]


def test_other_languages_name_countries_plainly() -> None:
    with translation.override("de"):
        assert listed(countries("CH", "NL")) == "Niederlande und Schweiz"
