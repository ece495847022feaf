"""Mutation testing: are wrong programs caught by the tests?"""
