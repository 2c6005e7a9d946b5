"""The component kit: what every page is made of, drawn the same everywhere.

Words. A *cell* is one value of a record as HTML, drawn by a Python function chosen by the field's `look` (a template
include per cell would triple the cost of a table). A *chip* says a stage, a standing or a short state. A *lifeline* is
a customer's time in the five stages as one band. A *reader* is the person looking: language, time zone, number format.

Invariants. Every function returns escaped HTML (`SafeString`), whatever it is given. No inline style, no inline script:
the Content-Security-Policy forbids both; widths are SVG attributes or classes. Colour never carries the meaning alone.
"""
