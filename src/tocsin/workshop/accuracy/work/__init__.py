"""Answers on work status and duty compared with the truth of their folders. Nothing that judges imports this."""
