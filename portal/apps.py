from django.apps import AppConfig


class PortalConfig(AppConfig):
    """The top layer. Importing the Celery app here makes it the one tasks are sent through."""

    name = "portal"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from audit.directory import use_directory  # noqa: PLC0415
        from audit.sentinel.surroundings import surrounded_by  # noqa: PLC0415
        from audit.words import add_words  # noqa: PLC0415
        from portal import celery  # noqa: F401, PLC0415 - settings exist only now
        from portal.desk import (  # noqa: PLC0415
            answer_messages,
            finding_messages,
            wrong_messages,
        )
        from portal.desk.directory import PortalDirectory  # noqa: PLC0415
        from portal.desk.surroundings import PortalSurroundings  # noqa: PLC0415
        from portal.desk.trail_words import VERBS  # noqa: PLC0415 - models exist only now
        from portal.form_words import use_our_words  # noqa: PLC0415
        from portal.reports import mail  # noqa: F401, PLC0415 - registers its job

        add_words(VERBS)
        use_our_words()
        answer_messages.subscribe_to_trail()
        finding_messages.subscribe_to_trail()
        wrong_messages.subscribe_to_trail()
        surrounded_by(PortalSurroundings())
        use_directory(PortalDirectory())
