from django.apps import AppConfig


class ApplicationsConfig(AppConfig):
    """Requests for items, from draft to outcome."""

    name = "applications"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from applications import messages, told  # noqa: F401, PLC0415 - models exist only now
        from applications.workflow.registry import steps  # noqa: PLC0415

        steps.discover("applications.workflow.steps")
        messages.subscribe_to_trail()
