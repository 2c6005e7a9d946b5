"""The face of the product: shell, component kit and generic screens. It knows no domain.

Words: the *shell* is the frame of every page; a *place* is where one can go; a *screen* shows a kind of object from its
declaration; a *region* is a part of a page that changes by itself; a *toast* says what was done and offers the way
back; the *kit* is what pages are made of; *assets* are the libraries that come from npm.

Invariants: HTML first, works by keyboard, then htmx; no inline script or style, nothing from elsewhere; every text can
be translated; cells are drawn by functions, regions by partials, and no view writes HTML by string.
"""
