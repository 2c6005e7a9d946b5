"""Fields that are computed: a formula over the fields of a record, and a roll-up over the records that refer to it.

    if(state = "afloat", round(price * 1.2, 2), empty)
    concat(skipper.name, ", built ", year(built))

Words: a formula is read (`reading`) into a *tree*; compiled against a *scope*, which knows the fields, it becomes one
*typed* SQL expression over the row's alias. So lists, filters and sorts compute in the database, and nothing is stored.

Invariants: the SQL holds only names that are declared and literals written letter by letter, and no parameter; whatever
the values, it raises no error: what cannot be computed is empty. A missing value stays missing in arithmetic, is left
out of `concat`, and is different from every value in a comparison. What is computed is the same for everybody who may
read it: a roll-up counts records too that its reader may not see one by one.
"""
