"""Everything the catalogue keeps. Django finds the models here."""

from catalog.models.calendar import CalendarDay
from catalog.models.department import Department
from catalog.models.element import DataElement, RequiredDocument
from catalog.models.item import ServiceItem, StandardItem
from catalog.models.life_event import LifeEvent, Subject
from catalog.models.rating import Rating
from catalog.models.region import Region
from catalog.models.release import Release
from catalog.models.search import Alias, CatalogVersion, SearchTerm

__all__ = [
    "Alias",
    "CalendarDay",
    "CatalogVersion",
    "DataElement",
    "Department",
    "LifeEvent",
    "Rating",
    "Region",
    "Release",
    "RequiredDocument",
    "SearchTerm",
    "ServiceItem",
    "StandardItem",
    "Subject",
]
