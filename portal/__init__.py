"""The project package and top layer: doors, settings, and pages that look across the product."""
