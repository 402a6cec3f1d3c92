from django.apps import AppConfig


class PortalConfig(AppConfig):
    """The top layer. Importing the Celery app here makes it the one tasks are sent through."""

    name = "portal"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from portal import celery  # noqa: F401, PLC0415 - settings exist only now
        from portal.reports import mail  # noqa: F401, PLC0415 - registers its job
