"""In a process of its own: the type checks of the tests stand between the callers that are counted."""

import subprocess
import sys

_PROGRAM = """
import dataclasses, sys, tempfile, warnings
from semanticlens_widgets.lens import Lens
from semanticlens_widgets.pipeline import _studied
from tests.fakes import WordModel, fake_database

class Retrained(WordModel):
    fingerprint = "retrained"

_studied.from_recipe = lambda recipe: Retrained()
known = fake_database(8)
database = dataclasses.replace(known, provenance=dataclasses.replace(known.provenance, foundation_model_recipe={}))
folder = tempfile.mkdtemp() + "/a.lens"
with warnings.catch_warnings(record=True) as heard:
    warnings.simplefilter("always")
    Lens(database).save(folder)
    asked = sys._getframe().f_lineno + 1
    Lens(database, foundation_model=Retrained())
    Lens.open(folder, foundation_model=Retrained())
    Lens(database).foundation_model
    Lens(database).search("car")
print(*(f"{one.lineno - asked}" if one.filename == "<string>" else one.filename for one in heard))
"""


def test_a_warning_points_at_the_line_of_the_user_however_deep_it_comes_from():
    printed = subprocess.run([sys.executable, "-c", _PROGRAM], check=True, capture_output=True, text=True)
    assert printed.stdout.split() == ["0", "1", "2", "3"]
