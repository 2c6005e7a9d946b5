"""Addresses below /api/v1/. Declared lists come first, then one set of addresses for every object type."""

from __future__ import annotations

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import path, re_path
from django.views.decorators.csrf import csrf_exempt

from perennial.rest import absences, automations, comments, files, hooks, imports, metrics, segments, sharing
from perennial.rest.acting import act, undo
from perennial.rest.batches import batch
from perennial.rest.bulks import bulk, progress, stopped
from perennial.rest.changes import changes
from perennial.rest.conditions import schema_of_conditions, suggestions
from perennial.rest.contract import endpoints
from perennial.rest.exports import export, file, listed, one
from perennial.rest.lists import declared_list
from perennial.rest.openapi import document
from perennial.rest.problems import nothing_here
from perennial.rest.resources import by_external, collection, record
from perennial.rest.views import view, views


@csrf_exempt
def collection_or_list(request: HttpRequest, path: str) -> HttpResponseBase:
    return declared_list(request, path) if path in endpoints else collection(request, path)


urlpatterns = [
    path("openapi.json", document),
    path("changes", changes),
    path("conditions/schema", schema_of_conditions),
    path("conditions/suggest", suggestions),
    path("files", files.upload),
    path("runs/<str:run_id>/undo", undo),
    path("absences", absences.absences),
    path("absences/<str:absence_id>", absences.absence),
    path("bulks/<str:bulk_id>", progress),
    path("bulks/<str:bulk_id>/stop", stopped),
    path("exports", listed),
    path("exports/<str:export_id>", one),
    path("exports/<str:export_id>/file", file),
    path("imports", imports.listed),
    path("imports/<str:import_id>", imports.one),
    path("imports/<str:import_id>/skipped", imports.skipped),
    path("imports/<str:import_id>/<str:verb>", imports.act),
    path("automations", automations.collection),
    path("automations/schema", automations.schema),
    path("automations/runs/<str:run_id>", automations.run),
    path("automations/runs/<str:run_id>/<str:verb>", automations.steer),
    path("automations/<str:automation_id>", automations.one),
    path("automations/<str:automation_id>/runs", automations.runs),
    path("automations/<str:automation_id>/<str:verb>", automations.act),
    path("hooks/<str:automation_id>/<str:key>", hooks.called),
    path("segments", segments.segments),
    path("segments/<str:key>", segments.segment),
    path("segments/<str:key>/versions", segments.versions),
    path("segments/<str:key>/members", segments.segment_members),
    path("metrics", metrics.metrics),
    path("metrics/<str:key>", metrics.metric),
    path("metrics/<str:key>/versions", metrics.versions),
    path("metrics/<str:key>/readings", metrics.readings),
    path("<slug:path>", collection_or_list),
    path("<slug:path>/batch", batch),
    path("<slug:path>/bulk", bulk),
    path("<slug:path>/exports", export),
    path("<slug:path>/imports", imports.take),
    path("<slug:path>/actions/<str:key>", act),
    path("<slug:path>/views", views),
    path("<slug:path>/views/<str:view_id>", view),
    path("<slug:path>/by/<str:external_id>", by_external),
    path("<slug:path>/<str:record_id>/files/<slug:field>", files.fetch),
    path("<slug:path>/<str:record_id>/comments", comments.comments),
    path("<slug:path>/<str:record_id>/comments/<str:comment_id>", comments.comment),
    path("<slug:path>/<str:record_id>/shares", sharing.shares),
    path("<slug:path>/<str:record_id>/shares/<str:share_id>", sharing.share),
    path("<slug:path>/<str:record_id>/seen-by", sharing.seen_by),
    path("<slug:path>/<str:record_id>/segments", segments.record_segments),
    path("<slug:path>/<str:record_id>", record),
    re_path(r"^(?P<rest>.*)$", nothing_here),
]
