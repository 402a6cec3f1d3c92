"""Find and read."""

from django.urls import path, register_converter

from catalog.views.guide import guide
from catalog.views.life import life_event
from catalog.views.regions import regions
from catalog.views.search import search
from catalog.views.services import services


class ItemCode:
    """The code of an item, in capitals or not."""

    regex = "[A-Za-z]{2}[0-9]{3,10}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(ItemCode, "itemcode")

app_name = "catalog"
urlpatterns = [
    path("search/", search, name="search"),
    path("services/", services, name="services"),
    path("services/<itemcode:code>/", guide, name="guide"),
    path("life/<slug:slug>/", life_event, name="life-event"),
    path("regions/", regions, name="regions"),
]
