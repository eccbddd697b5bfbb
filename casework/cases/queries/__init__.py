"""Reading cases; rows come only from here, and only within the reader's region."""
