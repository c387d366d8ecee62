"""Graphs of concepts: the components that a class rests on, layer by layer, and the edges between them.

The modules: `edges` finds them with the model, and what falls without a node; `graph` is the result, `figure` its
plotly Sankey.
"""
