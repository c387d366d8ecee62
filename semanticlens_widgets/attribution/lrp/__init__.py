"""Layer-wise relevance propagation, through zennit.

The modules: `rules`, the relevance of components for an output; `heatmap`, the relevance of pixels for a component;
`functions`, rules for the sums, products and attention that a model writes as functions; `batch_norms`, merged first.
"""
