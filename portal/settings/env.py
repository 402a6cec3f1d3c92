"""Reading the environment: typed, and failing loudly with the name of what is missing."""

import base64
import os
import secrets
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import environ
import psycopg2
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.validators import validate_email
from psycopg2.extensions import parse_dsn

ROOT = Path(__file__).resolve().parents[2]
env = environ.Env()
ENVIRONMENTS = ("dev", "sample", "prod")


def environment() -> str:
    """PORTAL_ENV, `dev` when unset; raises ImproperlyConfigured for any other word."""
    name = os.environ.get("PORTAL_ENV", "dev")
    if name not in ENVIRONMENTS:
        raise ImproperlyConfigured(
            f"PORTAL_ENV is {name!r}; it can be one of {', '.join(ENVIRONMENTS)}."
        )
    return name


def var_folder() -> Path:
    """PORTAL_VAR: everything the portal writes, `var/` in the tree when unset."""
    return Path(os.environ.get("PORTAL_VAR", ROOT / "var")).resolve()


def database(variable: str = "DATABASE_URL") -> dict[str, object]:
    """Connection facts from a database address such as postgres://role:password@host/name."""
    if variable not in os.environ:
        raise ImproperlyConfigured(
            f"{variable} is not set. Start through `make run` or `python manage.py`, which bring"
            " their own PostgreSQL, or set it to a postgres:// address."
        )
    try:
        facts = parse_dsn(os.environ[variable])  # by libpq itself: socket folders, sslmode, …
    except psycopg2.ProgrammingError as error:
        raise ImproperlyConfigured(f"{variable} is not a postgres:// address.") from error
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": facts.pop("dbname", ""),
        "USER": facts.pop("user", ""),
        "PASSWORD": facts.pop("password", ""),
        "HOST": facts.pop("host", ""),
        "PORT": facts.pop("port", ""),
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"application_name": "portal", **facts},
    }


def mail_addresses(variable: str, default: Sequence[str] = ()) -> list[str]:
    """E-mail addresses separated by commas; ImproperlyConfigured names the one that is none."""
    said = os.environ.get(variable)
    found = list(default) if said is None else [one.strip() for one in said.split(",")]
    for address in filter(None, found):
        try:
            validate_email(address)
        except ValidationError as error:
            raise ImproperlyConfigured(f"{variable}: {address!r} is no e-mail address.") from error
    return list(filter(None, found))


def required(variable: str) -> str:
    """A setting production cannot do without."""
    value = os.environ.get(variable, "")
    if not value:
        raise ImproperlyConfigured(f"{variable} must be set in production.")
    return value


def local_key(name: str, size: int = 32) -> bytes:
    """A key of this installation, made once into `var/keys/` (mode 600). Not for production."""
    path = var_folder() / "keys" / name
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not path.exists():
        _make_key(path, size)
    return base64.b64decode(path.read_text(encoding="ascii"))


def _make_key(path: Path, size: int) -> None:
    """Write the key beside its place and link it there: whole or not at all, and made by one."""
    handle, unfinished = tempfile.mkstemp(dir=path.parent)
    try:
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(base64.b64encode(secrets.token_bytes(size)).decode())
        with suppress(FileExistsError):
            os.link(unfinished, path)
    finally:
        os.unlink(unfinished)


def key_from(variable: str, size: int = 32) -> bytes:
    """A base64 key of exactly `size` bytes from the environment."""
    key = base64.b64decode(required(variable))
    if len(key) != size:
        raise ImproperlyConfigured(f"{variable} must be {size} bytes in base64, not {len(key)}.")
    return key
