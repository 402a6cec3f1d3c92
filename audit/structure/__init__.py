"""How the database is built: what the migrations make, and what is found."""
