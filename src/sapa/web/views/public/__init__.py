"""Pages that everybody may see: forms of the shop's site, and the owner's preview of what visitors get."""
