"""What files are, each format by itself: a look at the beginning, and its rows from any position.

shape      the `Shape` of a file (how it is read), its rows, the limits, and the refusal
delimited  CSV and TSV, of any delimiter, compressed or not
encodings  which letters the bytes of a text are
headings   in which row the headings are, and the names of columns
workbooks  sheets of XLSX files; `packages` opens what is zipped, `sheets` reads the XML as it comes
json_lines one JSON object a line, or one array of them
vcards     address books
parquet    columns

Every format has `look(path, wishes)`, which answers with a `Shape` or raises `Unreadable`, and `rows(path, shape)`.
What somebody wishes (another encoding, another sheet) goes before what is guessed. Files come from strangers: nothing
of them is held in memory that has no limit, and what unpacks to too much is refused while it unpacks.
"""
