"""The linear relaxation of the master: in-out separation and a trust region."""
