"""Reading what the overview pages show."""
