"""Answers about labels: `handlers` and the `protocol` of the requests, `labels` with the tables they read.

`methods` puts the labels of several methods side by side.
"""
