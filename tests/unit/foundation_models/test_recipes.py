import pytest

from semanticlens_widgets.foundation_models import from_recipe


def test_an_unknown_type_asks_for_the_model():
    with pytest.raises(ValueError, match=r"a recipe of type 'Mine'; pass foundation_model="):
        from_recipe({"type": "Mine"})


def test_no_recipe_asks_for_the_model():
    with pytest.raises(ValueError, match=r"cannot be rebuilt from no recipe; pass foundation_model="):
        from_recipe(None)


def test_a_recipe_with_other_than_texts_is_refused():
    with pytest.raises(ValueError, match=r"the recipe's 'name' must be a text, not \['x'\]"):
        from_recipe({"type": "OpenCLIP", "name": ["x"]})
