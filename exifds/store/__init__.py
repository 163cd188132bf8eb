"""Store: the documents of a dataset in MongoDB."""
