"""Django as a WSGI application, which the front runs in threads."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "perennial.server.settings")
application = get_wsgi_application()
