"""Results of a lens as the browser gets them: `card_info` and `knowledge_info`, in the types of `protocol`."""
