"""Finding items by whatever people type. Postings live in the database, a copy in each process."""
