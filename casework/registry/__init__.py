"""Enterprises, cycles, obligations, surrenders, trades; import and export."""
