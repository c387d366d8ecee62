"""Labels: the vocabulary's best text for each component, and how far to trust it.

`vocabulary` embeds the texts, `labels` makes the table with the methods of `soft_wpmi` and `contrastive`, `two_best`
picks, `chance` says what random groups reach. `example_groups` and `group_labels` label polysemantic components,
`candidates` are the texts of a labeller, `agreement` counts the texts that components share, `example_queries` chooses
queries to begin with, `faithfulness` tests labels on held-out images, `imported` reads labels of other tools,
`side_by_side` puts several tables of labels into one.
"""
