"""What conditions are judged by, and where they hold."""
