"""Volunteers (社会力量): who comes to help, what is needed, who is called, that everybody is home again."""
