"""How people look for items: by what happens in life, and by subject."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from catalog.models.item import ServiceItem
from catalog.text import in_english


class LifeEvent(models.Model):
    """Several items handled as one, because life brings them together."""

    slug = models.SlugField(_("word in the address"), max_length=60, unique=True)
    source_id = models.CharField(_("number in the source"), max_length=12, unique=True)
    name = models.CharField(_("name"), max_length=60)
    name_en = models.CharField(_("English name"), max_length=120, blank=True)
    audience = models.CharField(_("for whom"), max_length=12, choices=ServiceItem.Audience)
    batch = models.CharField(_("list it comes from"), max_length=60, blank=True)
    lead_department = models.CharField(_("field in the lead"), max_length=30, blank=True)
    members = models.ManyToManyField(
        ServiceItem, through="LifeEventMember", related_name="life_events"
    )

    class Meta:
        verbose_name = _("life event")
        verbose_name_plural = _("life events")
        ordering = ["source_id"]

    def __str__(self) -> str:
        return self.name

    @property
    def display_name(self) -> str:
        """The name in the reader's language; the Chinese one where there is no other."""
        return self.name_en if in_english() and self.name_en else self.name


class LifeEventMember(models.Model):
    """One item's place in a life event."""

    event = models.ForeignKey(LifeEvent, on_delete=models.PROTECT, verbose_name=_("life event"))
    item = models.ForeignKey(ServiceItem, on_delete=models.PROTECT, verbose_name=_("item"))
    position = models.PositiveSmallIntegerField(_("place in the order"))

    class Meta:
        verbose_name = _("item of a life event")
        verbose_name_plural = _("items of a life event")
        ordering = ["event_id", "position"]
        constraints = [
            models.UniqueConstraint(
                name="catalog_life_event_member_once",
                fields=["event", "item"],
                violation_error_message=_("This item is already part of the life event."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.event_id}: {self.item_id}"


class Subject(models.Model):
    """A field of life an item belongs to, such as school, work or housing."""

    slug = models.SlugField(_("word in the address"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=30, unique=True)
    name_en = models.CharField(_("English name"), max_length=60, blank=True)
    position = models.PositiveSmallIntegerField(_("place in the order"), default=0)
    items = models.ManyToManyField(ServiceItem, related_name="subjects")

    class Meta:
        verbose_name = _("subject")
        verbose_name_plural = _("subjects")
        ordering = ["position", "name"]

    def __str__(self) -> str:
        return self.name

    @property
    def display_name(self) -> str:
        """The name in the reader's language; the Chinese one where there is no other."""
        return self.name_en if in_english() and self.name_en else self.name
