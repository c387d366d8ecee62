"""Results of a lens as the browser gets them: of cards, graphs and what layers know, in the types of `protocol`."""
