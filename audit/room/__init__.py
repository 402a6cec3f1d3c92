"""What the supervisor's room works out: weeks of officers, whom they saw, how the seal stands."""
