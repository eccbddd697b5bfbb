"""What runs in the background, and when."""
