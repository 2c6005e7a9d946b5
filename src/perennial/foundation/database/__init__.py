"""Django's PostgreSQL backend, with what a thousand small requests in a second feel.

`ENGINE` of the settings names this package; `base.DatabaseWrapper` is the backend.
"""
