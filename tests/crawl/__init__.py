"""Tests of crawls: decisions on plain data, and whole crawls of the sandbox."""
