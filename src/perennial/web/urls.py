"""Addresses of the shell and of the generic screens."""

from __future__ import annotations

from django.urls import path

from perennial.web.kit_page import kit_page
from perennial.web.running import running
from perennial.web.screens import act, export, filters, form, importing, me, record, search, sign, today, welcome
from perennial.web.screens import list as lists
from perennial.web.screens.settings import firm, keys, outbox, roles, users

urlpatterns = [
    path("", today.today),
    path("today/later/<str:key>/", today.later),
    path("today/back/<str:key>/", today.back),
    path("sign-in/", sign.sign_in),
    path("sign-in/<str:token>/", sign.sign_in_by_link),
    path("sign-out/", sign.sign_out),
    path("password/", sign.password_forgotten),
    path("password/<str:token>/", sign.password_reset),
    path("invitation/<str:token>/", sign.invitation),
    path("welcome/", welcome.welcome),
    path("me/", me.me),
    path("me/theme/", me.theme),
    path("me/language/", me.language),
    path("settings/", firm.firm),
    path("settings/firm/", firm.firm),
    path("settings/users/", users.users),
    path("settings/users/invite/", users.invite),
    path("settings/users/<int:user_id>/", users.user),
    path("settings/users/<int:user_id>/leave/", users.leave),
    path("settings/teams/new/", users.new_team),
    path("settings/roles/", roles.roles),
    path("settings/roles/<int:role_id>/", roles.role),
    path("settings/keys/", keys.keys),
    path("settings/keys/new/", keys.new_key),
    path("settings/keys/<int:key_id>/revoke/", keys.revoke),
    path("settings/outbox/", outbox.outbox),
    path("search/", search.search),
    path("running/", running),
    path("kit/", kit_page),
    path("import/", importing.overview),
    path("import/new/<str:kind_key>/", importing.choose_file),
    path("import/template/<str:kind_key>.csv", importing.template),
    path("import/<int:import_id>/", importing.run),
    path("import/<int:import_id>/columns/", importing.columns),
    path("import/<int:import_id>/check/", importing.check),
    path("import/<int:import_id>/progress/", importing.progress),
    path("import/<int:import_id>/skipped.csv", importing.skipped),
    path("import/<int:import_id>/stop/", importing.stop),
    path("import/<int:import_id>/take-back/", importing.take_back),
    path("undo/<int:run_id>/", form.undo),
    path("o/<str:kind_key>/", lists.records),
    path("o/<str:kind_key>/new/", form.new),
    path("o/<str:kind_key>/refs/", lists.references),
    path("o/<str:kind_key>/clause/", filters.clause_form),
    path("o/<str:kind_key>/add-clause/", lists.add_clause),
    path("o/<str:kind_key>/export.csv", export.export),
    path("o/<str:kind_key>/do/<str:action_key>/", act.on_chosen),
    path("o/<str:kind_key>/<int:record_id>/", record.record),
    path("o/<str:kind_key>/<int:record_id>/edit/", form.edit),
    path("o/<str:kind_key>/<int:record_id>/delete/", form.delete),
    path("o/<str:kind_key>/<int:record_id>/do/<str:action_key>/", act.on_record),
]
