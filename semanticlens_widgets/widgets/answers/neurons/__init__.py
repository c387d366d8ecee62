"""Answers about single components: cards, pictures, rankings."""
