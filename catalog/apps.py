"""The catalogue as a Django app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from catalog.schema.elements import kinds


class CatalogConfig(AppConfig):
    """What government offers; knows no person."""

    name = "catalog"
    verbose_name = _("Catalogue")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        kinds.discover("catalog.schema.elements")
