"""Every kind of step, each in its own file: what it holds, what is checked, how it is said, and how a set walks it."""
