"""Injects invented campaigns into a real history, audits it, and says what was found.

``python3 -m benchmarks.detection REPO... --seeds 100``; docs/detection.md has the rest.
"""
