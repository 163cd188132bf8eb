"""Tests of the sandbox's Google Vision."""
