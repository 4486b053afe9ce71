"""Firms that work, stand still and cheat: power curves, orders, evidence of platforms and the truth behind them (pure)."""
