"""What is known of the roads on which supplies travel: tables of travel times, and roads that are closed."""
