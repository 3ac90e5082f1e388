"""One module a screen. A view turns a request into plain arguments, asks queries and operations, and draws."""
