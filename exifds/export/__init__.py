"""Export: datasets in the forms other tools read."""
