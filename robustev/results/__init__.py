"""The result folder, both ways."""
