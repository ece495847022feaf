"""The two-stage model in Pyomo: variables, constraints by family, objective, and their assembly."""
