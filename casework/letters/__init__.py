"""Letters: the paper, from draft to reply. Knows no cases, only ids and plain facts."""
