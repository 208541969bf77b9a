"""A word without its ending."""

_SHORTEST = 3


def stem_of(word: str, suffixes: tuple[str, ...]) -> str:
    """Return a folded word without its ending: the first of `suffixes` (longest first) that leaves enough.

    >>> stem_of("expelled", ("ed", "s")), stem_of("expels", ("ed", "s"))
    ('expel', 'expel')
    """
    for suffix in suffixes:
        if word.endswith(suffix) and len(word) - len(suffix) >= _SHORTEST:
            word = word.removesuffix(suffix)
            break
    if len(word) > _SHORTEST:
        if word[-1] == word[-2]:
            word = word[:-1]
        word = word[:-1] + "i" if word[-1] == "y" else word.removesuffix("e")
    return word
