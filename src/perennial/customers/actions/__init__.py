"""Every write of this room that has a consequence, by noun. Other rooms run them by key, or import them from here."""
