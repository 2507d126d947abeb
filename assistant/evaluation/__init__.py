"""Measuring search and answers on questions with known answers: `duality eval`."""
