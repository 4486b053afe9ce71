"""The Common Alerting Protocol 1.2 (OASIS, ITU-T X.1303 bis): messages, their XML, their signature, one verdict."""
