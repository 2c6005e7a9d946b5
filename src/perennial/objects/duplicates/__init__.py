"""Records that may be the same: the pairs waiting for somebody to decide, and what was decided.

Pairs come from the sweep over the lake (`lake.duplicates`), which finds them among all records of a kind, and from
`recent`, which compares what was just written by what is equal. `alike` answers while somebody types. A kind takes part
when it declares how it is merged (`merging`): nothing here knows a kind, and nothing here merges by itself.

Words: a *pair* is two records of one kind, the smaller id first; it is *open* until somebody merged it, or said that it
must *never* be merged.

Invariants: one pair is one row; what somebody decided stays decided, whatever later sweeps find; a pair is shown only
to who may see both records.
"""
