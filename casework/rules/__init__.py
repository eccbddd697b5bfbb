"""What the regulations say: pure Python and `transitions`, no database, no web."""
