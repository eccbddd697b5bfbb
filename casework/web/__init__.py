"""What every page shares: the door, errors, forms, lists, filters."""
