"""Settings: the firm, users, roles, keys, and mail that waits for a server. Every change is in the change log."""
