"""compare: from the folders of runs to a report that can be published.

`gather` reads runs and groups them into tasks, `measure`, `pairs` and `costs` compute, `claims` puts the
numbers into sentences, `chapters` arranges it all, `page` and `markdown` write it down.
"""
