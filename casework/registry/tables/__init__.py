"""The tables that offices send: read, understood by their heads, checked cell by cell. Pure: no database, no web."""
