"""Second-stage cost in plain arrays: exact solves, dual prices that serve every scenario, cuts."""
