"""What a field can hold: one small type a file, and a constructor each: `Text("name", _("Name"), required=True)`.

A type cleans what comes from outside (JSON, forms, cells of a file) or refuses it with a sentence, says it again as
JSON, and describes it for OpenAPI. It knows neither HTML nor SQL. A new type is one file here, a look in `web.kit`,
and, when it is read from more than its own column, a case in `objects.columns`.
"""

from perennial.objects.fields.choice import Choice, ChoiceType, Flag, FlagType
from perennial.objects.fields.choices import Choices, ChoicesType
from perennial.objects.fields.country import Country, CountryType
from perennial.objects.fields.email import Email, EmailType
from perennial.objects.fields.file import File, FileLink, FileType
from perennial.objects.fields.lines import Lines, LinesType
from perennial.objects.fields.money import Money, MoneyType
from perennial.objects.fields.number import Number, NumberType, Whole, WholeType
from perennial.objects.fields.percent import Percent, PercentType
from perennial.objects.fields.phone import Phone, PhoneType
from perennial.objects.fields.protocol import Field, FieldType, Label, Rules
from perennial.objects.fields.ref import Link, LinkType, Member, MemberType, Ref, RefType, Team, TeamType
from perennial.objects.fields.refs import Refs, RefsType
from perennial.objects.fields.rich_text import RichText, RichTextType
from perennial.objects.fields.text import LongText, LongTextType, Text, TextType
from perennial.objects.fields.texts import TextsType
from perennial.objects.fields.time import Day, DayType, Moment, MomentType
from perennial.objects.fields.time_of_day import Time, TimeType
from perennial.objects.fields.url import Url, UrlType

__all__ = [
    "Choice", "ChoiceType", "Choices", "ChoicesType", "Country", "CountryType", "Day", "DayType", "Email", "EmailType",
    "Field", "FieldType", "File", "FileLink", "FileType", "Flag", "FlagType", "Label", "Lines", "LinesType", "Link",
    "LinkType", "LongText", "LongTextType", "Member", "MemberType", "Moment", "MomentType", "Money", "MoneyType",
    "Number", "NumberType", "Percent", "PercentType", "Phone", "PhoneType", "Ref", "RefType", "Refs", "RefsType",
    "RichText", "RichTextType", "Rules", "Team", "TeamType", "Text", "TextType", "TextsType", "Time", "TimeType", "Url",
    "UrlType", "Whole", "WholeType",
]  # fmt: skip
