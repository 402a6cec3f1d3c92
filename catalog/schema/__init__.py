"""Forms as data: how a release is read, checked and published, and how answers are checked."""
