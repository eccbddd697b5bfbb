"""The hash-chained trail of everything that was done or refused."""
