"""Requirements held against the components that a decision rests on."""
