"""How long the trail is kept: months leave as archive files and can come back; words are erased."""
