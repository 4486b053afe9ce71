"""Second worlds that only judge: written apart from the engines and from the simulators they were tuned on, never fitted to."""
