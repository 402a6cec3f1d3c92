"""Kinds of fields: one file a kind, found by discovery."""

from catalog.schema.elements.registry import Kind, Unreadable, kinds

__all__ = ["Kind", "Unreadable", "kinds"]
