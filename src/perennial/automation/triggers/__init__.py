"""Every kind of trigger, each in its own file: what it holds, what is checked, how it is said, what it listens for."""
