"""Score: how strongly each photo shows what was searched for."""
