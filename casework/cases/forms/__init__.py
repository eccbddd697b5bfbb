"""Forms of cases, one module for each kind of thing that hangs on them."""
