"""What the guide says of metrics is true: its examples run."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import quote

from perennial.metrics.contract import declared_metrics
from perennial.rest.tests.program import Program
from perennial.workspace.tests.cast import make_cast

GUIDE = (Path(__file__).parents[2] / "docs" / "guide" / "metrics.md").read_text()
EXAMPLES = re.findall(r"^    (GET|POST) /(\S.*)$", GUIDE, re.MULTILINE)


def test_every_example_runs_in_its_turn(shop: Any) -> None:
    program = Program(make_cast(), "administrator")
    assert len(EXAMPLES) == 6
    for method, said in EXAMPLES:
        path, brace, body = said.partition(" {") if method == "POST" else (said, "", "")
        address, _mark, query = path.partition("?")
        pairs = [each.partition("=") for each in query.split("&") if each]
        encoded = "&".join(f"{name}={quote(value)}" for name, _equals, value in pairs)
        answer = program.call(method, f"{address}?{encoded}", json.loads("{" + body) if brace else None)
        assert answer.status_code in (200, 201), (said, answer.content)


def test_the_guide_names_every_metric_that_comes_with_perennial() -> None:
    for metric in declared_metrics():
        assert str(metric.label) in GUIDE, metric.key
