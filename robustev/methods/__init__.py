"""Solution methods: extensive form, progressive hedging, Benders; one result type."""
