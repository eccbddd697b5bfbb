"""What is kept in versions, written by some and approved by others: letter templates and rule sets live it."""
