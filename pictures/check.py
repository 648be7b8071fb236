"""`python -m pictures.check`: reads the pack as the bot does, and draws every picture once."""

from __future__ import annotations

import sys

from pictures.pack import MOMENTS, WrongPack, pack
from pictures.rendering import names, png


def main() -> int:
    """Prints what is wrong, or how much there is; returns the exit status."""
    try:
        dogs, memes = pack().dogs.values(), pack().memes.values()
    except WrongPack as error:
        print(error, file=sys.stderr)
        return 1
    bare = [
        f"No {kind} fits the moment {moment}. Add it to the moments of one in pictures/{kind}s.yml."
        for kind, all_of_it in (("dog", dogs), ("meme", memes))
        for moment in MOMENTS
        if not any(moment in one.moments for one in all_of_it)
    ]
    print(*bare, sep="\n", end="\n" if bare else "", file=sys.stderr)
    drawn = sum(1 for name in names() if png(name))
    print(f"{len(dogs)} dogs, {len(memes)} memes, {drawn} pictures drawn")
    return 1 if bare else 0


if __name__ == "__main__":
    sys.exit(main())
