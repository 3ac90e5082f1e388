"""What we did beside what people felt: on time yet rated low, and the reverse."""
