from hypothesis import given
from hypothesis import strategies as st

from semanticlens_widgets.images.sources.folder import natural_key


def test_numbers_count_as_numbers_in_every_part_of_the_path():
    names = ["b/10.png", "b/9.png", "a2/1.png", "a10/1.png", "B/1.png", "x.png"]
    assert sorted(names, key=natural_key) == [
        "a2/1.png",
        "a10/1.png",
        "B/1.png",
        "b/9.png",
        "b/10.png",
        "x.png",
    ]


@given(st.lists(st.text("aB01٣²/.-", max_size=6), unique=True), st.randoms())
def test_the_order_does_not_depend_on_how_the_files_were_found(names, random):
    shuffled = random.sample(names, len(names))
    assert sorted(shuffled, key=natural_key) == sorted(names, key=natural_key)
