"""Answers about the places of components on the map."""
