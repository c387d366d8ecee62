"""Cases of models with published shortcuts: `cases` reads their requirements, which lie beside it as YAML."""
