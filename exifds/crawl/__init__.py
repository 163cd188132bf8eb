"""Crawl: from a search, a group or a list of ids to photos in a dataset, polite and resumable.

`runner.run` takes sources one after the other; `crawler` works through the work list of one; a `finder` turns
a task of it into photos, `gather` fetches what belongs to a photo, `keep` makes its document, `storing`
stores many at a time. `options`, `needs` and `reconcile` decide and do no I/O.
"""
