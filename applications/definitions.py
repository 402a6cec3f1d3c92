"""The frozen definition a case is pinned to."""

from applications.models import Application
from catalog.schema.definition import Definition
from catalog.selectors.definitions import definition_of


def definition_for(application: Application) -> Definition:
    """What this case was promised when it began, whatever has been published since."""
    return definition_of(application.release_id)
