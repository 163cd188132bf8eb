"""explain: what trained models go by."""
