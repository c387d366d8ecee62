"""Answers about labels: `handlers` and the `protocol` of the requests, `labels` with the tables they read."""
