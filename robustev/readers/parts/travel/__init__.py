"""How travel costs come about: one file for each kind."""
