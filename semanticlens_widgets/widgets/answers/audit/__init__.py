"""Answers about classes, their verdicts and the samples behind them."""
