"""stats: what the predictions of models prove, and what they do not. Arrays in, figures out; no files."""
