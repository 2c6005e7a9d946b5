"""A server process of its own, to be killed: `python -m perennial.customers.intake.tests.small_front PORT DATABASE`."""

from __future__ import annotations

import asyncio
import os
import sys


def main(port: int, database: str) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "perennial.server.settings")
    import django
    from django.conf import settings

    settings.DATABASES["default"]["NAME"] = database
    django.setup()
    from perennial.customers.intake.app import Intake
    from perennial.customers.intake.tests.serving import serve

    asyncio.run(serve(Intake(), port, asyncio.Event()))


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
