"""What was said about a customer stays with them through a merge, and goes back when it is taken apart."""

from __future__ import annotations

from perennial.customers.objects import PERSON, TASK
from perennial.customers.tests.test_merging import merge, unmerge
from perennial.objects.collaboration.comments import add_comment, comments_on
from perennial.objects.collaboration.subjects import subject
from perennial.objects.writing import create_record
from perennial.workspace.tests.cast import Cast


def said(cast: Cast, key: str, id: int) -> list[str]:
    return [each.text for each in comments_on(subject(key, id, by=cast.ada))]


def test_comments_follow_the_customer_and_only_those_about_them(cast: Cast) -> None:
    one = create_record(PERSON, {"name": "Cleo"}, by=cast.ada)
    two = create_record(PERSON, {"name": "C. Marsh"}, by=cast.ada)
    tasks = [create_record(TASK, {"title": f"T{n}"}, by=cast.ada) for n in range(3)]
    add_comment(PERSON.key, two, "About her", by=cast.ada)
    for task in tasks:
        add_comment(TASK.key, task, "About the task", by=cast.ada)
    merge(cast, one, two)
    assert said(cast, PERSON.key, one) == ["About her"]
    assert all(said(cast, TASK.key, task) == ["About the task"] for task in tasks)
    unmerge(cast, two, one)
    assert said(cast, PERSON.key, one) == []
    assert said(cast, PERSON.key, two) == ["About her"]
