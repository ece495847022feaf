"""Simulated queues: how long do drivers wait under a plan, and does a promise on it hold?"""
