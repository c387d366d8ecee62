"""Everyday words that a query is compared with: things, places, people, deeds, qualities and ideas, in no relation."""

_WORDS = """
ability accident advice afternoon airport alarm ambition anchor anger answer apartment argue army ash attic audience
autumn avalanche balance balcony bandage bankruptcy basement bathe bedtime belief bell birthday blanket blizzard bone
border borrow breath bridge broom bruise budget button calendar candle carpet cartoon castle ceiling ceremony chain
charity chimney choir cinema cliff climb coin collision comb compass contract cook courage cradle crime crowd curtain
custom dance dawn debt deliver desert diploma disease dream drought dust earring echo election elevator emergency
envelope escape exam exercise factory fashion father fence fever fire flag flood fog forgiveness fountain freedom
friendship funeral furniture garage gate gift glacier glove gossip grammar grandmother gravity grief harbor harvest
headache heat hinge history holiday homework honesty hospital hotel hunger ice inflation ink insurance invent island
jewel joke journey judge jump justice kitchen kite knock ladder language lantern laughter lawyer leather lecture letter
library lightning listen loneliness luck luggage magnet map market marriage meadow medicine memory midnight mirror
mountain museum music nail needle neighbor newspaper noise ocean office opera orphan paint parade passport patience
pavement pencil perfume pillow pipe poverty prayer prison promise puddle queue rainbow recipe repair ribbon rope rumor
sailor sand scissors secret shadow shout silence sleep smoke soap soldier stairs storm swim tailor thief thunder ticket
tower traffic tunnel umbrella vaccine village volcano wage wallet wedding weep whisper winter wool
"""

NULL_WORDS: tuple[str, ...] = tuple(_WORDS.split())
