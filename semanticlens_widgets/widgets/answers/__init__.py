"""Answers to the browser's requests, one room a subject."""
