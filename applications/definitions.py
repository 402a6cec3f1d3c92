"""The frozen definition a case is pinned to."""

from functools import lru_cache

from applications.models import Application
from catalog.models import Release
from catalog.schema.definition import Definition


@lru_cache(maxsize=512)
def definition_of(release_id: int) -> Definition:
    """The definition of a published release. Releases never change, so each is read once."""
    return Definition.read(Release.objects.values_list("content", flat=True).get(pk=release_id))


def definition_for(application: Application) -> Definition:
    """What this case was promised when it began, whatever has been published since."""
    return definition_of(application.release_id)
