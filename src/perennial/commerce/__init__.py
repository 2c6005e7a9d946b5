"""What was bought: products, orders and their lines, returns, and what follows from them about a customer.

Words: a *product* is what a line names, goods or a charge (shipping, fee, discount, adjustment); an *order* is an
invoice with its lines; a *return* is an order of kind return, with negative amounts; a *guest order* has no customer;
an *occasion* is a day, in the firm's time zone, on which a customer ordered; a *rate* turns one unit of a currency
into the firm's on a day.

Invariants: an order and its lines are written in one transaction, with the event; an order's total is the sum of its
lines; the base amount is fixed by the rate of the day of the order when it is written; what is known about a customer
(`commerce_customer_facts`) is a function of their orders up to the business clock and can be rebuilt at any time; an
order of a person counts for their company as well.
"""
