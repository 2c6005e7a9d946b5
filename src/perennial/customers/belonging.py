"""Whose events count for whom: everybody's for themselves, those of a person for their company as well."""

from __future__ import annotations

from perennial.objects.belonging import register_belonging

_OWN = """SELECT p.customer_id AS record_id, p.id AS profile_id FROM customers_profile p
    WHERE p.customer_id IS NOT NULL"""
_OF_PEOPLE = """SELECT c.company_id, p.id FROM customers_customer c JOIN customers_profile p ON p.customer_id = c.id
    WHERE c.company_id IS NOT NULL AND c.deleted_at IS NULL"""
_MADE_FOR = """SELECT p.made_for_id AS record_id, p.id AS profile_id FROM customers_profile p
    WHERE p.made_for_id IS NOT NULL"""

register_belonging("customers.person", _OWN, told_on=_MADE_FOR)
register_belonging("customers.company", f"{_OWN} UNION ALL {_OF_PEOPLE}", told_on=_MADE_FOR)
register_belonging("customers.customer", f"{_OWN} UNION ALL {_OF_PEOPLE}", told_on=_MADE_FOR)
