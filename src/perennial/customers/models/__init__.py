"""The rows behind the words of this room, one aggregate a file."""

from perennial.customers.models.call import Call
from perennial.customers.models.consent import Consent
from perennial.customers.models.customer import Company, Customer, Person
from perennial.customers.models.merge import Merge
from perennial.customers.models.note import Note
from perennial.customers.models.profile import Identity, Profile
from perennial.customers.models.task import Task

__all__ = ["Call", "Company", "Consent", "Customer", "Identity", "Merge", "Note", "Person", "Profile", "Task"]
