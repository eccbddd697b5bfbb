"""A large register of invented enterprises and cases, to measure with: written in batches, legal in every row."""
