"""The generic actions: create, update, upsert, delete and restore records of any kind, set-based.

Each runs in one transaction with its change log and the kind's slots, and answers with a run that holds a result for
each record: done, or refused with a code and a sentence (`invalid` names the fields in `data["fields"]`; `conflict`,
`stale`, `not_found`, `forbidden`). Refused records do not keep the others from being written. `create_record` and the
others for a single record raise what was refused instead.
"""

from perennial.objects.writing.creating import create_record, create_records
from perennial.objects.writing.deleting import delete_record, delete_records, restore_record, restore_records
from perennial.objects.writing.outcomes import refusal, the_only
from perennial.objects.writing.updating import update_record, update_records
from perennial.objects.writing.upserting import upsert_records

__all__ = [
    "create_record", "create_records", "delete_record", "delete_records", "refusal", "restore_record",
    "restore_records", "the_only", "update_record", "update_records", "upsert_records",
]  # fmt: skip
