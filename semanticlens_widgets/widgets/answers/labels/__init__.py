"""Answers about the labels of components."""
