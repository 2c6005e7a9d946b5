"""Settings → Facts: what is known of a record beside its fields, and what users let Perennial compute.

Words as in `rules.facts`. A form is drawn anew with each choice, because what can be asked depends on it; before
anything is kept it is tried on records that the user may see.
"""
