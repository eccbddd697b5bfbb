"""Cases: the life of an enterprise on the problem list."""
