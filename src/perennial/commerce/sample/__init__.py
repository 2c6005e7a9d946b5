"""The sample shop: a year of a real wholesaler, loaded through the import that a firm uses, and removed by one click.

Words: *sample* records are marked `is_sample`; the business clock of a firm with the sample stands where its data end.

Invariant: removing the sample leaves nothing of it: not its records, not what hangs on them, not their events and
changes; the clock is the real one again.
"""

from perennial.commerce.sample.loading import sample_path, start_sample
from perennial.commerce.sample.removing import after_removal, remove_sample

__all__ = ["after_removal", "remove_sample", "sample_path", "start_sample"]
