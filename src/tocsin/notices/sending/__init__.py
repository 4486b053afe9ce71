"""Sendings are leased, handed to channels and settled; caps, summaries, repeats and receipts."""
