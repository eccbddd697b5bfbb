"""Invented data to try the program with."""
