"""Every verb reports write into the trail."""

from enum import StrEnum


class Verb(StrEnum):
    MADE = "report.made"
    VIEWED = "report.viewed"
    PREVIEWED = "report.previewed"
    EXPORTED = "report.exported"
