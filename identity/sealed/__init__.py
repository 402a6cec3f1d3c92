"""Values too sensitive to lie open even behind the gate.

A sealed value is encrypted for one place (table, column, row) and carries a mask that may be
shown. Everything that prints, logs, pickles or serialises it gets the mask; the value itself
comes out through `reveal()` alone, which writes the trail first.
"""
