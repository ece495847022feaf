"""Benders decomposition where capacity never binds: everyone goes to the cheapest open site."""
