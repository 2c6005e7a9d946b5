"""The generic screens: each reads a declaration and does one thing. None knows a domain; none is subclassed."""
