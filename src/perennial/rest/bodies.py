"""Reading what was sent: JSON objects and query parameters, with a sentence for whatever cannot be read."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from decimal import Decimal
from typing import Any

import msgspec
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest
from django.http.request import UnreadablePostError
from django.utils.translation import gettext_lazy as _

from perennial.foundation.errors import Invalid
from perennial.foundation.text import whole_number
from perennial.rest.problems import BadRequest, TooLarge, WrongMediaType

LARGEST = 10 * 1024 * 1024
LONGEST_TEXT = 50_000
_decoder = msgspec.json.Decoder(float_hook=Decimal)


def read_object(request: HttpRequest) -> dict[str, Any]:
    """The body as a JSON object; numbers with a fraction are Decimals."""
    media_type = (request.content_type or "").lower()
    if media_type != "application/json" and not media_type.endswith("+json"):
        raise WrongMediaType
    try:
        body = request.body
    except RequestDataTooBig:
        raise TooLarge from None
    except UnreadablePostError:
        raise BadRequest(_("The request broke off before its end. Send it again.")) from None
    if len(body) > LARGEST:
        raise TooLarge
    try:
        value = _decoder.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, ValueError) as error:
        raise BadRequest(_("The body is not JSON: %(reason)s.") % {"reason": str(error)[:200]}) from None
    if not isinstance(value, dict):
        raise BadRequest(_("The body must be a JSON object."))
    return value


def refuse_unknown(request: HttpRequest, known: Collection[str]) -> None:
    """A parameter that is misspelt must not be silently without effect."""
    unknown = sorted(set(request.GET) - set(known))
    if unknown:
        raise Invalid({key[:80]: _("There is no such parameter.") for key in unknown[:10]})


def whole(request: HttpRequest, name: str, *, default: int, least: int, most: int) -> int:
    """A whole-numbered query parameter within its bounds."""
    text = request.GET.get(name)
    if text is None:
        return default
    number = whole_number(text)
    if number is None or not least <= number <= most:
        raise Invalid({name: _("Give a whole number from %(least)s to %(most)s.") % {"least": least, "most": most}})
    return number


def flag(request: HttpRequest, name: str) -> bool:
    """A query parameter that is true or false; false when it is not sent."""
    text = request.GET.get(name, "false")
    if text not in ("true", "false"):
        raise Invalid({name: _("Say true or false.")})
    return text == "true"


def refuse_parts(sent: Mapping[str, Any], known: Collection[str]) -> None:
    """A part of a body that is misspelt must not be silently without effect either."""
    unknown = sorted(sent.keys() - set(known))
    if unknown:
        raise Invalid({key[:80]: _("There is no such part.") for key in unknown[:10]})


def text_of(sent: Mapping[str, Any], name: str, *, longest: int = LONGEST_TEXT) -> str:
    """A part of a body that must be there, and be text."""
    value = sent.get(name)
    if not isinstance(value, str) or "\x00" in value:
        raise Invalid({name: _("This must be a text.")})
    if len(value) > longest:
        raise Invalid({name: _("This text is too long.")})
    return value
