"""One rule, one file. A file put here is found when the applications load."""
