"""One file a source. Adding a file adds the source; its row in the table says where it answers."""
