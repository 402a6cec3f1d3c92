"""For work on the portal itself: tracebacks in the browser, so for sample data only."""

from portal.settings.local import *  # noqa: F403

DEBUG = True
