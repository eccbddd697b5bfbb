"""Scripts that set the program up, start it and keep it in order."""
