"""Graphs of concepts: the components that a class rests on, layer by layer, and the edges between them.

The modules: `edges` finds them with the model, and what falls without a node; `graph` is the result, `tables` has its
nodes and edges, `order` the order of its nodes in a drawing, `figure` its plotly Sankey.
"""
