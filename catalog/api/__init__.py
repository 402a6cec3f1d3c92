"""The catalogue for other programs: public, read only, in both languages."""
