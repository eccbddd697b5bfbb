"""Worklist of each person, dashboard, charts."""
