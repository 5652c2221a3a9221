"""Runs in which a system call fails or the process is killed: ``python3 -m tests.faults``."""
