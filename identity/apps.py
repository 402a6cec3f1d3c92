from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class IdentityConfig(AppConfig):
    """Finds the plug-ins of this package: register connectors, channels, the outbox handler."""

    name = "identity"
    verbose_name = _("People and accounts")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from audit.exports.seal import Seal, use_seal  # noqa: PLC0415
        from identity import (  # noqa: PLC0415 - models exist only now
            author_messages,
            link_messages,
            look_messages,
            messages,
        )
        from identity.messaging import deliver, first_mail  # noqa: F401, PLC0415
        from identity.messaging.channel import channels  # noqa: PLC0415
        from identity.records.registry import connectors  # noqa: PLC0415
        from identity.sealed.content import open_content, seal_content  # noqa: PLC0415

        connectors.discover("identity.records.connectors")
        channels.discover("identity.messaging.channels")
        use_seal(Seal(seal_content, open_content))
        messages.subscribe_to_trail()
        look_messages.subscribe_to_trail()
        author_messages.subscribe_to_trail()
        link_messages.subscribe_to_trail()
