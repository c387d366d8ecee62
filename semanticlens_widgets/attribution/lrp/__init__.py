"""Layer-wise relevance propagation, by rules for the functions that a model calls.

The modules: `rules`, the relevance of components for an output; `functions`, the rule of each function; `convolutions`,
`norms`, `passing` and `products`, these rules; `shifts`, shares of constants; `conservation`, measured on every batch;
`batch_norms`, merged first; `heatmap`, the relevance of pixels for a component, with the rules of `pixels`.
"""
