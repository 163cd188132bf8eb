"""Photo datasets in MongoDB: encrypted where personal, queryable where useful."""

__version__ = "0.1.0"
