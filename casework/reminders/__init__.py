"""Reminding of deadlines and chasing what is overdue: who is told what, and when."""
