"""Everything that changes rounds, reports and what they propose."""
