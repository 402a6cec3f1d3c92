"""How many bits a mark carries; told apart because the reading program knows no settings."""

ID_BITS, CHECK_BITS = 40, 24
BITS = ID_BITS + CHECK_BITS
