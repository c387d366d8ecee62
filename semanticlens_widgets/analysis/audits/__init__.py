"""Audits: requirements held against the components that a decision rests on.

`requirements` and `read_requirements` take them in (`cases` has some that were published), `concept_answers` and
`auditor` compare, `result` holds the arrays and `audit` the public object; `tables`, `report`, `json`, `scatter` and
`changes` are its forms, `verdicts` the four words, `evidence` the origin, `assertions` the test.
"""
