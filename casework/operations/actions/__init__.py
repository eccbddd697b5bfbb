"""What keeping the program running changes."""
