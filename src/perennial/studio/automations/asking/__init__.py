"""The forms of an automation's parts: what each asks for, and what the form that was sent means, as JSON.

Each kind of trigger and step has a `Form`; what a form keeps is read strictly by `automation.definition` afterwards.
"""
