"""Whether chance alone would make two records so alike: then nobody can say that they are the same.

Among all pairs of records some agree in whatever two columns tell, the more the more records there are. From random
pairs we see how often each level is reached by chance; what both have that is rare counts by how rare it is. A pair
cannot be surer than that allows, even if everything that was reached were what the same records always reach.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from perennial.lake.duplicates.learning import RARITY, Compared, Numbers

WHOLE = "all"  # the comparison of all words of two records, which their texts are a part of


def doubted(
    probability: Numbers, compared: Sequence[Compared], by_chance: Sequence[Compared], *, texts: set[str], prior: float
) -> Numbers:
    """`prior` is the probability of a random pair to be the same, if every record were there twice."""
    of_texts, of_whole, of_others = (np.zeros(len(probability)) for _part in range(3))
    for each, random in zip(compared, by_chance, strict=True):
        name = each.name.removesuffix("_n")  # the numbers in a text
        part = of_whole if name == WHOLE else of_texts if name in texts else of_others
        part += _surprise(each, random)
    most = np.exp(np.clip(np.maximum(of_texts, of_whole) + of_others + np.log(prior), -40, 40))
    found: Numbers = np.minimum(probability, most / (1 + most))
    return found


def _surprise(compared: Compared, random: Compared) -> Numbers:
    """How much it tells that such a level was reached, at most: minus the logarithm of how often chance does."""
    known = random.levels[random.levels >= 0]
    counts = np.bincount(known, minlength=compared.count).astype(np.float64)
    shares = np.cumsum(counts + 0.5 / compared.count) / (counts.sum() + 0.5)
    tells = -np.log(shares)
    tells[-1] = 0.0
    found = np.append(tells, 0.0)[compared.levels]
    if compared.rarity is not None:
        found = np.where(
            compared.levels == 0, np.maximum(RARITY * compared.rarity - np.log(compared.usual), 0.0), found
        )
    return np.asarray(found, np.float64)
