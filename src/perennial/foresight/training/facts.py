"""Each prediction as the fact of its key: a chance in percent, as a column, a filter, a clause and a sentence."""

from __future__ import annotations

from perennial.metrics.predictions import Prediction, predictions
from perennial.objects.facts import Fact, facts, register_fact
from perennial.objects.fields.percent import PercentType
from perennial.objects.record_fields import FACT


def rests_on(prediction: Prediction) -> tuple[tuple[str, str], ...]:
    """Whoever may not read what a score is made of may not read the score."""
    found: dict[tuple[str, str], None] = {}
    for key in prediction.features:
        if key.startswith(FACT):
            found |= dict.fromkeys(facts[key.removeprefix(FACT)].rests_on)
        else:
            found[prediction.object_key, key.partition(".")[0]] = None
    return tuple(found)


for _each in predictions():
    if _each.key not in facts:
        register_fact(Fact(
            _each.key, _each.object_key, _each.label, PercentType(places=1), _each.table, "score", _each.definition,
            _each.sentence, id_column="customer_id", rests_on=rests_on(_each),
        ))  # fmt: skip
