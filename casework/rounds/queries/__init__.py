"""Reading rounds and reports, bound by the reader's region."""
