"""`SealedField`: a model column whose values are encrypted for their row."""

from typing import TYPE_CHECKING, Any

from django.core.exceptions import FieldError, ImproperlyConfigured
from django.db import models
from django.db.models.query_utils import DeferredAttribute

from identity.sealed.masks import MASKS
from identity.sealed.value import Sealed

if TYPE_CHECKING:
    TextColumn = models.TextField[Any, Any]
else:
    TextColumn = models.TextField


class SealedAttribute(DeferredAttribute):
    """Seals what is assigned at once, so that an object never holds the plain value."""

    field: "SealedField"

    def __set__(self, instance: models.Model, value: Any) -> None:
        instance.__dict__[self.field.attname] = self.field.sealed_for(instance, value)


class SealedField(TextColumn):
    """Text sealed for (table, column, primary key). It can be asked for null and nothing else."""

    descriptor_class = SealedAttribute

    def __init__(self, *args: Any, mask: str = "text", **kwargs: Any) -> None:
        if mask not in MASKS:
            raise ImproperlyConfigured(f"no mask {mask!r} (known: {', '.join(sorted(MASKS))})")
        self.mask = mask
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, {**kwargs, "mask": self.mask}

    def sealed_for(self, instance: models.Model, value: Any) -> Sealed | None:
        """The value as sealed for this row; plain text is encrypted here and forgotten."""
        if value is None:
            return None
        context = self._context(instance)
        if isinstance(value, Sealed):
            return value.at(context) if context and value.context is None else value
        if context is None:
            raise ValueError(f"{self.name} is sealed for its row: set the primary key first")
        return Sealed.close(str(value), context=context, mask=self.mask)

    def from_db_value(self, value: str | None, *args: object) -> Sealed | None:
        return None if value is None else Sealed(value)

    def to_python(self, value: Any) -> Any:
        return value

    def get_prep_value(self, value: Any) -> str | None:
        if value is None:
            return None
        if not isinstance(value, Sealed):
            raise FieldError(f"{self.name} takes sealed values only; assign it on an instance")
        return value.token

    def get_lookup(self, lookup_name: str) -> Any:
        if lookup_name != "isnull":
            raise FieldError(f"{self.name} is sealed: look it up by its blind index")
        return super().get_lookup(lookup_name)

    def value_to_string(self, obj: models.Model) -> str:
        return str(self.value_from_object(obj))

    def _context(self, instance: models.Model) -> str | None:
        if instance.pk is None:
            return None
        return f"{instance._meta.db_table}.{self.column}:{instance.pk}"
