"""Sealing: the trail under signed heads that outsiders can check without trusting us."""
