"""Where a cycle will end: forecasts of its units, what they would have said before, and what if."""
