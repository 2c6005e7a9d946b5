"""Records out of the house, as a file: any kind, filter, search, columns and order, in any format.

Words: a *plan* is what is asked for, judged once by the rights of whoever asks; a *format* writes a plan's rows; an
*export* is a plan at work in the background, and the file that it leaves for some days.

Invariants: the right to export is part of the query, not of the page; so are fields that one may not read. Each export
leaves a run that says who took what, and how much. A file is fetched by whoever asked for it, while they still may,
and by nobody else. Text that a spreadsheet would take for a formula is not one in the file.
"""

from perennial.objects.exporting.csv_file import csv_rows
from perennial.objects.exporting.plan import LABELS, Plan, exported_columns, plan_of

__all__ = ["LABELS", "Plan", "csv_rows", "exported_columns", "plan_of"]
