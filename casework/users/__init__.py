"""Accounts, roles, regions, sign-in and delegation."""
