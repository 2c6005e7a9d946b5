"""What is likely to come, why, what it costs, what to do about it, and whether that helped.

Words: a *prediction* is a question with a horizon about the records of a kind, declared (`metrics.predictions`); its
*population* is whom it can be asked about, its *outcome* what happened within the horizon; an *instant* is a past
moment as of which population and features are looked at, and from which on the outcome is counted; a *model* is what
was learnt, under a version; a *score* is its answer about one record, with the *reasons* for it; a *play* is what the
firm does about it, measured against a control group.

Parts: `learning` knows tables alone and learns from them; `training` makes such tables from the lake as of past
instants, keeps models and gives everybody a score; `purchases` is for those of whom only purchases are known; `plays`
acts, and measures what acting did.

Invariants: no feature sees past the instant it is asked for; a model comes out the same from the same data and seed;
only what beats the simple rule a manager would use is published; a number is never shown without its calibration or
its interval.
"""
