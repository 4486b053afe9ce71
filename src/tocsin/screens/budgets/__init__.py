"""What a person, a token or an address can make a web process do, and the few costly things it does at once.

Only requests have budgets: worker, door and detector call the same functions and are never held back.
"""
