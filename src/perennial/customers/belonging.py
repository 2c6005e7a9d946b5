"""Whose events count for whom: everybody's for themselves, those of a person for their company as well."""

from __future__ import annotations

from perennial.objects.belonging import Move, register_belonging

_OWN = """SELECT p.customer_id AS record_id, p.id AS profile_id FROM customers_profile p
    WHERE p.customer_id IS NOT NULL"""
_OF_PEOPLE = """SELECT c.company_id, p.id FROM customers_customer c JOIN customers_profile p ON p.customer_id = c.id
    WHERE c.company_id IS NOT NULL AND c.deleted_at IS NULL"""
_MADE_FOR = """SELECT p.made_for_id AS record_id, p.id AS profile_id FROM customers_profile p
    WHERE p.made_for_id IS NOT NULL"""

_THEIR_COMPANIES = """SELECT DISTINCT company_id FROM customers_customer
    WHERE id = ANY(%s::bigint[]) AND company_id IS NOT NULL"""
_PROFILES = Move("customers_profile", "customer_id")
_COMPANIES = Move("customers_customer", "company_id", has_deleted=True)

_TOGETHER = f"{_OWN} UNION ALL {_OF_PEOPLE}"

register_belonging("customers.person", _OWN, _PROFILES, told_on=_MADE_FOR)
for _key in ("customers.company", "customers.customer"):
    register_belonging(_key, _TOGETHER, _PROFILES, _COMPANIES, told_on=_MADE_FOR, also=_THEIR_COMPANIES)
