"""The search of regions by the name of a place, and the maps to choose them on."""

from django.urls import path

from core.reference import views

app_name = "reference"
urlpatterns = [
    path("", views.RegionSearchView.as_view(), name="regions"),
    path("picture/", views.RegionMapView.as_view(), name="regions_map"),
    path("areas/", views.RegionAreasView.as_view(), name="regions_areas"),
]
