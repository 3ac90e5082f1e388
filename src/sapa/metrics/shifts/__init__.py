"""Real shifts of figures, told once: never the ups and downs of chance."""
