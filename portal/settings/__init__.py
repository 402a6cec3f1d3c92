"""The settings of one environment, chosen by PORTAL_ENV (dev, sample, prod)."""

from portal.settings.env import environment

match environment():
    case "prod":
        from portal.settings.prod import *  # noqa: F403
    case "sample":
        from portal.settings.sample import *  # noqa: F403
    case _:
        from portal.settings.dev import *  # noqa: F403
