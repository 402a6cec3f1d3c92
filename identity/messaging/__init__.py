"""Telling people things: once, in their language, by every channel that reaches them."""
