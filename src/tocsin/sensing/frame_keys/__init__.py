"""Keys by which loggers of HJ 212-2025 encrypt what their frames say."""
