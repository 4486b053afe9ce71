"""Models of devices: what each sends and how, entered once; devices are made as their model says and brought in line with it."""
