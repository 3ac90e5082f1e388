"""Who recommends the shop, asked or unasked, whom they bring, and what they can pass on."""
