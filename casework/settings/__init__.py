"""What the administrator may set."""
