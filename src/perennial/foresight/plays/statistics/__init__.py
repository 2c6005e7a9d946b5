"""Did it help? Sums of two arms in, an effect with its interval out: pure functions that know no tables.

Words: an *arm* is either those who were to be treated or the *control group*; the *effect* is the difference that being
treated makes, on average, whether or not the act reached them (intention to treat); a *look* is an effect as of a day.
"""
