"""One file a channel. Adding a file adds the channel."""
