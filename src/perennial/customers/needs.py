"""Who needs someone today by what was promised: tasks that are due."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from perennial.conditions.tree import TRUE, All, Compare, Condition, Op
from perennial.customers.objects import CUSTOMER, TASK
from perennial.foundation import clock
from perennial.objects.needs import Act, Need, NeedSource, Whose, register_need_source
from perennial.objects.query import Row, select
from perennial.web.kit.stages import STANDINGS
from perennial.workspace.actor import Actor

_WHOSE: dict[Whose, Condition] = {
    "mine": Compare("owner", Op.ME),
    "unassigned": Compare("owner", Op.EMPTY),
    "all": TRUE,
}
DONE = Act(gettext_lazy("Done"), action="customers.complete_task")


def find_due_tasks(by: Actor, whose: Whose, limit: int) -> Sequence[Need]:
    """Open tasks due today or before, in the actor's zone, the longest overdue first. Two statements."""
    zone = ZoneInfo(by.timezone)
    today = clock.now().astimezone(zone).date()
    end = datetime.combine(today + timedelta(days=1), time(), zone).astimezone(UTC)
    where = All((Compare("done_at", Op.EMPTY), Compare("due_at", Op.LT, end), _WHOSE[whose]))
    tasks = select(
        TASK, by=by, where=where, columns=("customer", "due_at", "priority"), sort="due_at", limit=limit
    ).rows
    ids = tuple({row.values["customer"].id for row in tasks if row.values["customer"]})
    columns = ("stage", "standing", "worth")
    seen = select(CUSTOMER, by=by, where=Compare("id", Op.IN, ids), columns=columns, limit=len(ids)).rows if ids else []
    customers = {row.id: row for row in seen}
    return [_need(row, customers, today=today.toordinal(), zone=zone) for row in tasks]


def _need(task: Row, customers: dict[int, Row], *, today: int, zone: ZoneInfo) -> Need:
    due_at: datetime = task.values["due_at"]
    late = today - due_at.astimezone(zone).date().toordinal()
    link = task.values["customer"]
    about = customers.get(link.id) if link else None
    values = about.values if about else {}
    standing = values.get("standing") or ""
    return Need(
        key=f"customers.task:{task.id}",
        reason_key=due_at.isoformat(),
        object_key=TASK.key,
        record_id=task.id,
        name=about.title if about else task.title,
        reason=task.title if about else _("To do"),
        detail=ngettext("Due %(days)s day ago", "Due %(days)s days ago", late) % {"days": late}
        if late
        else _("Due today"),
        stage=values.get("stage") or "",
        standing=standing,
        standing_text=str(STANDINGS.get(standing, "")),
        worth=values["worth"].amount if values.get("worth") else None,
        due_at=due_at,
        act=DONE,
        about=(CUSTOMER.key, about.id) if about else None,
    )


register_need_source(NeedSource("customers.tasks", gettext_lazy("Tasks that are due"), find_due_tasks))
