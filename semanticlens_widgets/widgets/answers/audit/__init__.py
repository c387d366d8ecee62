"""Answers about classes.

`handlers` answers the requests and `protocol` has their types. `requirements` reads requirements, `columns` packs
verdicts, `shares` summarizes them, `class_query` names the class that a widget shows. `samples` describes the samples
behind a component, and `runs` runs the model.
"""
