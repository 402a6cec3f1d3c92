"""Pages of the catalogue. All of them can be read without signing in."""
