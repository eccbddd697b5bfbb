"""What operators and auditors see: health, jobs, trail, invariants, backup."""
