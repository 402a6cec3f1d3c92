"""Shared records: asking the registers, with consent, in time, and with a trace."""
