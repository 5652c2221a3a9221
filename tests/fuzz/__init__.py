"""Mutated input for everything that reads bytes of others: ``python3 -m tests.fuzz``."""
