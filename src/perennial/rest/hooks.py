"""Addresses that start an automation: POST /hooks/{automation}/{key} with the JSON of whatever happened elsewhere.

The key in the address is all that its caller needs, and all that it opens. A wrong one, and an automation that is not
running, look the same.
"""

from __future__ import annotations

import json
from dataclasses import replace

from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from perennial.automation.definition.limits import measured
from perennial.automation.starting import LARGEST_CALL, call
from perennial.automation.starting import called as called_by
from perennial.foundation.errors import Refused
from perennial.foundation.text import whole_number
from perennial.rest.bodies import read_object, refuse_unknown
from perennial.rest.limits import count, count_address
from perennial.rest.problems import BadRequest, TooLarge, WrongMethod, answer, problem
from perennial.workspace.actor import SYSTEM
from perennial.workspace.rights import NOTHING


@csrf_exempt  # the key is sent on purpose, never by a browser on its own
def called(request: HttpRequest, automation_id: str, key: str) -> HttpResponse:
    try:
        if request.method != "POST":
            raise WrongMethod(("POST",))
        number = whole_number(automation_id) or 0
        count_address(request.META.get("REMOTE_ADDR", ""))  # by the address first: a stranger uses up nobody's share
        live = called_by(number, key)
        count(replace(SYSTEM, kind="automation", id=number, rights=NOTHING))
        refuse_unknown(request, ())
        sent = read_object(request)
        if len(request.body) > LARGEST_CALL:
            raise TooLarge
        plain = json.loads(json.dumps(measured(sent), default=float))
        return answer({"entered": call(live, plain)}, status=202)
    except Refused as error:
        return problem(error)
    except SuspiciousOperation:
        return problem(BadRequest(_("The request cannot be read.")))
