"""The tank farm of one firm of the demonstration: its ledger of risks, its people and detectors, hot work that gas stops."""
