"""The two-stage model: its options, its arrays, its first stage, its Pyomo form."""
