"""What can go wrong before the portal runs, said in one sentence."""

import errno

import psycopg2
import psycopg2.errors


class EngineError(Exception):
    """A sentence for the person at the terminal: what is wrong and what to do about it."""


DISK_FULL = "The disk is full: free some space where {place} lies, then start again."


def in_words(error: OSError, place: object) -> EngineError:
    """Turn an operating-system error into a sentence about `place`."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return EngineError(DISK_FULL.format(place=place))
    if isinstance(error, PermissionError):
        return EngineError(
            f"{error.filename or place} cannot be used by this account: "
            "run as its owner, or name another folder with PORTAL_VAR."
        )
    reason = error.strerror or str(error)
    return EngineError(f"{error.filename or place} cannot be used: {reason}.")


def database_in_words(error: psycopg2.Error, place: object) -> EngineError:
    """Turn what the database answered into a sentence; its hints and statements stay out."""
    if isinstance(error, psycopg2.errors.DiskFull):
        return EngineError(DISK_FULL.format(place=place))
    lines = str(error).strip().splitlines()
    return EngineError(f"The database cannot be used: {lines[0] if lines else 'no answer'}.")


def refusal_in_words(error: BaseException | None) -> str:
    """What a command says that was stopped by a database without our tables, or not for its role.

    Empty for every other fault: whoever mends it wants to see where it happened.
    """
    if isinstance(error, psycopg2.errors.UndefinedTable | psycopg2.errors.UndefinedColumn):
        return (
            "The database lacks tables of this version: run"
            " manage.py migrate --settings portal.settings_owner first."
        )
    if isinstance(error, psycopg2.errors.InsufficientPrivilege):
        return (
            f"{str(error).splitlines()[0].capitalize()}. The settings name a role that may not:"
            " sealing takes --settings portal.settings_sealer, archiving, restoring and erasing"
            " --settings portal.settings_owner, and everything else neither."
        )
    return str(database_in_words(error, "")) if isinstance(error, psycopg2.OperationalError) else ""
