"""How well faces are found, described and sorted: truths, baselines, metrics and the report of `manage.py benchmark faces`."""
