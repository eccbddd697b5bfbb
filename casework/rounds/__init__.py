"""Reporting rounds: cities report on their units, the department reviews, freezes and takes over."""
