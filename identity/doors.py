"""The two doors: citizens and staff sign in apart, with cookies apart."""

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest

from identity.models.account import AccountKind

STAFF_PREFIX = "/admin/"


@dataclass(frozen=True, slots=True)
class Door:
    """One way in: who may use it, and which addresses, cookies and frame of pages are its own."""

    kind: AccountKind
    prefix: str
    idle_setting: str
    page: str
    cookie_names: tuple[tuple[str, str], ...] = ()
    urlconf_setting: str = "ROOT_URLCONF"

    @property
    def idle_seconds(self) -> int:
        """After how long without a request somebody is signed out here."""
        return int(getattr(settings, self.idle_setting))

    @property
    def urlconf(self) -> str:
        """The addresses behind this door; the sign-in pages have the same names behind both."""
        return str(getattr(settings, self.urlconf_setting))


CITIZENS_DOOR = Door(AccountKind.CITIZEN, "/", "CITIZEN_IDLE_SECONDS", "account/door.html")
STAFF_DOOR = Door(
    AccountKind.STAFF,
    STAFF_PREFIX,
    "STAFF_IDLE_SECONDS",
    "identity/office.html",
    cookie_names=(
        (settings.SESSION_COOKIE_NAME, "portal_staff"),
        (settings.CSRF_COOKIE_NAME, "portal_staff_csrf"),
    ),
    urlconf_setting="STAFF_URLCONF",
)


def door_of(request: HttpRequest) -> Door:
    """The door an address lies behind."""
    return STAFF_DOOR if request.path_info.startswith(STAFF_PREFIX) else CITIZENS_DOOR
