"""Two hundred words that no photo can show: ideas, states of mind, rules; not used for calibration."""

_WORDS = """
absence accuracy adjective adverb affection agreement algebra allegory alliance ambiguity amnesty analogy anarchy
anxiety apology aptitude arithmetic arrogance aspiration assumption attitude authority autonomy average awareness
axiom bargain benefit bias blame boredom boycott bravery brevity bribery bureaucracy calculation candor capitalism
causality caution census certainty chance chaos charisma chronology citizenship clarity cleverness coincidence
comparison compassion competence complaint compromise concept confidence confusion conscience consensus consequence
constitution contempt contradiction cooperation copyright corruption courtesy credibility criterion curiosity deadline
deception decision deduction defiance delay delegation democracy denial deposit despair destiny determination dialect
dignity dilemma diligence diplomacy disappointment discipline discount discretion disgust dispute distinction diversity
doctrine doubt duration duty eagerness efficiency eloquence embarrassment empathy emphasis endurance enthusiasm envy
equality equivalence error essence ethics etymology euphemism exaggeration exception excuse expectation expertise
explanation failure fallacy fame fate favor feasibility forecast foresight formality frequency frustration generosity
gratitude greed guarantee guilt habit hatred hesitation hierarchy hindsight hope humility humor hypothesis idea identity
ideology ignorance imagination impatience implication impulse inference integrity intention interest interval intuition
irony jealousy jurisdiction kindness knowledge legality leniency liability liberty logic loyalty mandate maturity
mediocrity metaphor misery modesty morality motive mystery necessity neglect negotiation neutrality nostalgia notion
nuance obedience objection obligation optimism paradox perspective pessimism plausibility policy priority
"""

UNRELATED_WORDS: tuple[str, ...] = tuple(_WORDS.split())
