"""Another's property taken by law for an incident (征用): decision, hand-over, use, return, compensation."""
