from __future__ import annotations

from django.urls import path, re_path

from perennial.foresight.plays.pages import acts, overview, page

urlpatterns = [
    path("plays/", overview.overview),
    path("plays/take/", overview.take),
    path("plays/<str:key>/", page.page),
    path("plays/<str:key>/plan/", page.plan),
    path("plays/<str:key>/do/<int:record_id>/", acts.do),
    path("plays/<str:key>/decline/<int:record_id>/", acts.decline),
    re_path(r"^plays/(?P<key>[^/]+)/(?P<verb>start|pause|retire)/$", acts.act),
]
