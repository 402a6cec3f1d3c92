"""What a release says, read once: a published release never changes."""

from functools import lru_cache

from catalog.models import Release
from catalog.schema.definition import Definition


@lru_cache(maxsize=1024)
def definition_of(release_id: int) -> Definition:
    """The definition of a release, kept in this process."""
    return Definition.read(Release.objects.values_list("content", flat=True).get(pk=release_id))
