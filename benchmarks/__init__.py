"""Heavier checks than the tests: quality, timing and memory, one command each."""
