"""Maps are valid, small, honest about what they do not know, and carry credit and note."""

import re
from xml.etree import ElementTree

import pytest
from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from pytest_django import DjangoAssertNumQueries

from core.reference import base_map, outlines
from core.reference.maps import Map, MapRegion, MapStyle, europe_map, region_map
from core.reference.models import NutsUnit
from core.reference.picking import areas, map_of, units_of
from tests.core.reference.places import units

pytestmark = pytest.mark.django_db
OVERSEAS_FRENCH = {f"FRY{number}" for number in range(1, 6)}
SVG = "{http://www.w3.org/2000/svg}"


def regions(*codes: str, **options: str) -> list[MapRegion]:
    return [MapRegion.of_unit(unit, **options) for unit in units(*codes)]


def render(drawing: Map) -> str:
    return render_to_string("components/map.html", {"map": drawing})


def figure(drawing: Map) -> ElementTree.Element:
    html = re.sub(r"<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', render(drawing))
    return ElementTree.fromstring(html.strip())


def test_map_is_well_formed_and_says_what_it_shows() -> None:
    svg = figure(region_map(regions("FRF11", "DE134"), title="Partners & sides")).find(f"{SVG}svg")
    assert svg.get("role") == "img"
    title = svg.find(f"{SVG}title")
    assert (title.text, title.get("id")) == ("Partners & sides", svg.get("aria-labelledby"))
    assert [path.get("class") for path in svg.iter(f"{SVG}path")] == ["map-chosen", "map-chosen"]


def test_map_carries_credit_and_territorial_note() -> None:
    html = render(europe_map([], title="Europe"))
    assert "© EuroGeographics for the administrative boundaries" in html
    assert "take no position on the status of any territory" in html
    assert "Kosovo" not in html


def test_map_that_names_kosovo_explains_the_asterisk() -> None:
    html = render(region_map(regions("MK007"), title="Skopje and around"))
    assert "Kosovo*" in html
    assert "Resolution 1244" in html


def test_map_has_no_inline_style_or_script() -> None:
    html = render(
        region_map(regions("FRF11", href="/map/alsace/"), title="t", legend={MapStyle.CHOSEN: "yes"})
    )
    assert not re.search(r"\sstyle=|<script|<style|\son\w+=", html)


def test_map_with_links_is_a_group_of_named_links() -> None:
    svg = figure(europe_map(regions("FRF11", href="/map/alsace/"), title="Pilots")).find(f"{SVG}svg")
    link = svg.find(f"{SVG}a")
    assert svg.get("role") == "group"
    assert (link.get("href"), link.get("aria-label")) == ("/map/alsace/", "Bas-Rhin")


def test_map_lists_its_regions_in_words() -> None:
    html = render(europe_map(regions("FRF11", "DE134", href="/there/"), title="Pilots"))
    assert re.findall(r'<li><a href="/there/">(.+?)</a></li>', html) == ["Bas-Rhin", "Ortenaukreis"]


def test_labels_are_escaped() -> None:
    region = MapRegion("FRF11", "FR", '<b>"Rhine" & co</b>', href='/x?"><script>')
    html = render(europe_map([region], title="<i>"))
    assert "<b>" not in html
    assert "<script>" not in html
    assert "<i>" not in html


def test_region_map_is_cropped_to_the_regions_and_inside_the_picture() -> None:
    drawing = region_map(regions("FRF11", "DE134"), title="t")
    view = drawing.view
    for shape in drawing.shapes:
        box = outlines.box(shape.path)
        assert view.left < box.left < box.right < view.right
        assert view.top < box.top < box.bottom < view.bottom
    assert view.right - view.left < outlines.WIDTH / 3


@pytest.mark.parametrize("code", ["NO073", "PT150", "CY000", "MT001", "TRB21"])
def test_region_at_the_edge_keeps_the_view_inside_the_picture(code: str) -> None:
    view = region_map(regions(code), title="t").view
    assert view.left >= 0
    assert view.top >= 0
    assert view.right <= outlines.WIDTH
    assert view.bottom <= outlines.HEIGHT


def test_larger_unit_is_drawn_by_the_nuts_3_below() -> None:
    drawing = europe_map(regions("FRF1"), title="t")
    assert drawing.shapes[0].path == outlines.nuts3()["FRF11"] + outlines.nuts3()["FRF12"]


def test_region_without_outline_is_shown_by_its_country_and_said_so() -> None:
    drawing = region_map(regions("UA-21", "HU323"), title="t")
    assert [(shape.region.code, shape.is_exact) for shape in drawing.shapes] == [
        ("UA-21", False),
        ("HU323", True),
    ]
    assert "map-approximate" in render(drawing)
    assert "we have no outline for this region," in render(drawing)


def test_region_outside_the_picture_is_named_in_words() -> None:
    drawing = region_map(regions("FRY30"), title="t")
    assert drawing.shapes == ()
    assert "Not on this map: Guyane." in render(drawing)


def test_names_of_countries_follow_the_language() -> None:
    drawing = region_map(regions("FRF11"), title="t")
    with translation.override("fr"):
        names = {name for name, _x, _y in drawing.names}
    assert {"Allemagne", "Suisse", "France"} <= names


@pytest.mark.parametrize("codes", [("FRF11", "DE134"), ("XK004", "AL013", "RS228"), ("LU000",), ("MT001",)])
def test_names_cover_neither_each_other_nor_a_region(codes: tuple[str, ...]) -> None:
    drawing = region_map(regions(*codes), title="t")
    areas = [drawing._area_of(*name) for name in drawing.names]
    areas += [outlines.box(shape.path) for shape in drawing.shapes]
    named = areas[: len(drawing.names)]
    assert named
    assert not [1 for i, area in enumerate(named) for other in areas[i + 1 :] if area.overlaps(other)]
    assert all(area.within(drawing.view) for area in named)


def test_map_asks_the_database_for_nothing(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    chosen = regions("FRF11", "DE134")
    with django_assert_num_queries(0):
        render(region_map(chosen, title="t"))


def test_map_of_thirty_pilots_stays_small() -> None:
    border = (
        NutsUnit.objects.filter(is_land_border_eligible=True)
        .filter(level=3, is_extra=False)
        .with_country()[::4]
    )
    html = render(europe_map([MapRegion.of_unit(unit) for unit in border], title="Pilots"))
    assert len(border) == 100
    assert len(html.encode()) < 50_000


def test_base_map_is_up_to_date_with_outlines_and_countries() -> None:
    stored = (settings.BASE_DIR / "static" / "img" / "map-europe.svg").read_text("utf-8")
    assert stored == base_map.draw(), "run: manage.py draw_base_map"
    ElementTree.fromstring(stored)
    assert len(stored) < 45_000


def test_every_eligible_region_is_drawn_or_known_to_lie_outside() -> None:
    unseen = europe_map(
        [MapRegion.of_unit(unit) for unit in NutsUnit.objects.selectable().with_country()], title="t"
    ).unseen
    assert {region.code[:4] for region in unseen} == {"ES70", *OVERSEAS_FRENCH, "NO0B", "PT20", "PT30"}


@pytest.mark.parametrize("area", ["FR", "MD", "AD", "UA", "DE-PL", "ES-PT"])
def test_names_on_a_map_to_choose_from_cover_neither_each_other_nor_the_edge(area: str) -> None:
    drawing = map_of(area, units_of(area))

    for labels, font in (
        (drawing.wide_labels, drawing.wide_font),
        (drawing.narrow_labels, drawing.narrow_font),
    ):
        boxes = [
            outlines.Rectangle(x - half, y - 0.9 * font, x + half, y + 0.2 * font)
            for text, x, y in labels
            for half in [len(text) * font * 0.25]
        ]
        assert boxes
        assert all(box.within(drawing.view) for box in boxes)
        assert not [(a, b) for i, a in enumerate(boxes) for b in boxes[:i] if a.overlaps(b)]


def test_every_region_of_the_forty_countries_can_be_chosen_on_a_map() -> None:
    countries = [code for code in areas() if len(code) == 2]
    shown = {region.code for code in countries for region in map_of(code, units_of(code)).regions}

    assert len(countries) == 40
    assert shown == set(NutsUnit.objects.selectable().values_list("pk", flat=True))


def test_maps_of_borders_show_regions_of_both_countries_and_few_queries_make_them(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    borders = [code for code in areas() if "-" in code]
    assert len(borders) > 70
    for border in borders:
        with django_assert_max_num_queries(1):
            found = units_of(border)
        assert {unit.country_id for unit in found} == set(border.split("-")), border
