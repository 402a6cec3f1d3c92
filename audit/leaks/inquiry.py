"""Why a leak is traced: for an inquiry, which has a number."""

from audit.kernel.actors import Purpose

INQUIRY = "inquiry:"


def for_inquiry(number: str) -> Purpose:
    """The purpose of every entry made for this inquiry."""
    return Purpose.duty(f"{INQUIRY}{number}")
