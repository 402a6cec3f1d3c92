from django.apps import AppConfig


class AuditConfig(AppConfig):
    """The floor: what happened, who looked, and the outbox."""

    name = "audit"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from audit.actions import make_export  # noqa: F401, PLC0415 - registers its job
        from audit.outbox import nudge_with  # noqa: PLC0415 - models exist only now
        from audit.sentinel.registry import RULES  # noqa: PLC0415
        from audit.tasks import nudge  # noqa: PLC0415

        nudge_with(nudge.delay)
        RULES.discover("audit.sentinel.rules")
