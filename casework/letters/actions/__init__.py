"""Everything that changes letters, one module for each part of their life."""
