"""Everything that changes accounts, regions and stand-ins."""
