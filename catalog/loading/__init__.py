"""Loading the catalogue from files: repeatable, row by row accountable, all or nothing."""
