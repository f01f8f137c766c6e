"""What stands around the name of a place on letterheads: "Concello de Tui", "Tallinna linn"."""

from __future__ import annotations

from collections.abc import Iterator

from core.reference.names import fold

# Words for a municipality, its hall and its parts, in the languages of the countries that take part.
_WORDS = """
    municipality municipal council city town village county borough district parish local authority commune
    ayuntamiento ajuntament concello concejo udala udalerria municipio mancomunidad mancomunidade comarca
    diputación diputació deputación consell comarcal cabildo alcaldía villa excmo ilmo
    ville mairie municipalité communauté communes agglomération métropole conseil départemental hôtel
    comune città unione comuni comunità montana provincia
    câmara concelho junta freguesia vila cidade
    gemeinde stadt markt marktgemeinde stadtgemeinde verbandsgemeinde samtgemeinde ortsgemeinde landkreis
    kreis bezirk landratsamt bürgermeisteramt stadtverwaltung gemeindeverwaltung rathaus hansestadt kreisstadt
    magistrat gemeente stad provincie gemeng
    kommune kommun kommunen kommuna kaupunki kaupungin kunta kunnan linn vald linnavalitsus vallavalitsus
    novads pilsēta valstspilsēta pagasts pašvaldība dome savivaldybė miestas miesto rajono rajonas seniūnija
    gmina gminy miasto miasta miejska miejski miejsko wiejska powiat urząd starostwo powiatowe
    obec město mesto městys městský mestský úřad úrad obecní obecný statutární okres
    város városi község nagyközség önkormányzat önkormányzata megyei jogú járás polgármesteri hivatal
    municipiul orașul comuna primăria județul satul raionul consiliul județean
    općina opština opčina grad gradska občina mestna općine opštine
    општина град община кметство район громада міська сільська селищна рада територіальна місто
    obshtina kmetstvo hromada miska rada bashkia komuna
    δήμος δήμου δημαρχείο κοινότητα dimos
    belediyesi belediye büyükşehir ilçesi valiliği kaymakamlığı
    kunsill lokali comhairle contae
"""
_LINKS = """
    de del della dello dei degli delle di do da dos das du des d of the l la le les lo el los las
    von van der den dem am im in
"""
WORDS = frozenset(fold(word) for word in _WORDS.split())
LINKS = frozenset(_LINKS.split())


def bare_names(folded: str) -> Iterator[str]:
    """Yield what may be the name alone, the longest first; nothing if no such word stands around it.

    Args:
        folded: as `core.reference.names.fold` returns it.
    """
    words = folded.split()
    first, last = 0, len(words)
    while first < last - 1 and words[first] in WORDS:
        first += 1
    while last > first + 1 and words[last - 1] in WORDS:
        last -= 1
    if first == 0 and last == len(words):
        return
    yield " ".join(words[first:last])
    # "Commune de la Chapelle": the article may be part of the name.
    while first and first < last - 1 and words[first] in LINKS:
        first += 1
        yield " ".join(words[first:last])
