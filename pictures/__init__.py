"""Pictures that a reply may end with: dogs and memes, all drawn for this project. Plain Python, no Rasa, no HTTP.

`dogs.yml` and `memes.yml` say what there is, in three languages, and at which moments it fits; docs/tones.md tells
staff how to add to them.
"""

from pictures.choosing import Picture, picture_for
from pictures.pack import LANGUAGES, MOMENTS, Pack, WrongPack, pack

__all__ = ["LANGUAGES", "MOMENTS", "Pack", "Picture", "WrongPack", "pack", "picture_for"]
