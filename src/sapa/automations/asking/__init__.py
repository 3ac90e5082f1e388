"""Surveys that ask by themselves: each tied to its own moment with its written risk, and off until then."""
