"""Made-up firms of the demonstration, entered by the services that real firms use."""
