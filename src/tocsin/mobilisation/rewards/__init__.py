"""Rewards for reports: who is paid, how much, by which rule, and how without anybody learning who it was."""
