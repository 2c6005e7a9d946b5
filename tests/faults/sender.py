"""A worker that sends what is in the outbox, and that is killed: `python -m tests.faults.sender`.

Django is set up once. For each line that it reads ("go") it forks a child, which sends until nothing is due and is
killed from outside meanwhile; it answers with the child's process id, and with "gone" when the child has ended.
"""

from __future__ import annotations

import os
import sys

from perennial.server.run import set_up


def main() -> None:
    set_up()
    from django.db import connections

    from perennial.timeline.outbox.sending import send_due

    for _line in sys.stdin:
        child = os.fork()
        if child == 0:
            while send_due():
                pass
            os._exit(0)
        sys.stdout.write(f"{child}\n")
        sys.stdout.flush()
        os.waitpid(child, 0)
        sys.stdout.write("gone\n")
        sys.stdout.flush()
    connections.close_all()


if __name__ == "__main__":
    main()
