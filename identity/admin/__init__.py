"""Plain tables of the back office: accounts, postings, registers. Nothing personal is here but the
user names of citizens, whose accounts are found one by one and with an entry.

Persons are found through the desk, with a purpose and a trace, never through these tables. Every
change is recorded; nothing is deleted; Django's own admin log is not written.
"""

from identity.admin import accounts, groups, postings, registers

__all__ = ["accounts", "groups", "postings", "registers"]
