"""Files that stand in fields of records: looked at when they come, kept below the files folder, fetched with rights.

Words: a file is *kept* when it has been uploaded, and *placed* when a record names it. One that nobody places is
removed after a day. Its id is long and random: whoever was shown it may name it, and nobody can guess it.

Invariants: the media type is what the content says, not what the sender claims; nothing that a browser or a system
would run is kept; a file is fetched through the record it stands in, with the rights to see that record and field.
"""
