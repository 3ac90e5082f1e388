"""The visitors' side of a shop's site: what the chat bubble, the forms and the snippet speak with."""
