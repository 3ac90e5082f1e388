"""Decisions about surveys as pure functions: whom to ask, what a reply says, what answers add up to, in which words."""
