"""Regions: the parts of a page that change by themselves.

A region is a partial `_name.html` whose outermost element has `id="{% region deal 'card' %}"`. Full pages include the
same partials; an action answers with the regions it touched, swapped out of band, and with a toast that says what was
done and how to take it back.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.functional import Promise

from perennial.foundation.errors import Refused

OUT_OF_BAND = "is_out_of_band"


@dataclass(frozen=True, slots=True)
class Region:
    """A partial and what it needs. The partial writes `{% out_of_band %}` on its outermost element."""

    template: str
    context: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Toast:
    """`undo` is the address that takes the act back by POST; without one the toast only tells."""

    sentence: str | Promise
    undo: str = ""
    link: str = ""
    link_label: str | Promise = ""
    tone: str = ""  # "" or "warn"


def is_partial(request: HttpRequest) -> bool:
    """Whether htmx asks for a part of a page (and not for a page to go back to)."""
    return request.headers.get("HX-Request") == "true" and request.headers.get("HX-History-Restore-Request") != "true"


def answer_regions(request: HttpRequest, regions: Iterable[Region] = (), *, toast: Toast | None = None) -> HttpResponse:
    """The answer to an action: only what changed, each region swapped where it stands."""
    parts = [render_to_string(each.template, {**each.context, OUT_OF_BAND: True}, request) for each in regions]
    if toast is not None:
        parts.append(render_to_string("web/_toast.html", {"toast": toast, OUT_OF_BAND: True}, request))
    response = HttpResponse("\n".join(parts))
    response.headers["HX-Reswap"] = "none"
    response.headers["HX-Trigger"] = "dialog-done"  # the form that asked for it has done its work
    return response


def answer_refusal(request: HttpRequest, refusal: Refused) -> HttpResponse:
    """A refusal in words, as a toast; htmx swaps it although the status is an error (see js/shell.js)."""
    html = render_to_string(
        "web/_toast.html", {"toast": Toast(refusal.sentence, tone="warn"), OUT_OF_BAND: True}, request
    )
    response = HttpResponse(html, status=refusal.status)
    response.headers["HX-Reswap"] = "none"
    return response


def region_id(subject: object, name: str) -> str:
    """A stable id for a region of a record or place: "customer-104-card", "today-needs"."""
    if isinstance(subject, str):
        return f"{subject}-{name}"
    kind = type(subject).__name__.lower()
    return f"{kind}-{subject.__dict__['id']}-{name}"
