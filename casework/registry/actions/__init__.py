"""Everything that changes the registers."""
