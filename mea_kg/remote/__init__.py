"""Triple stores on other machines: asking them, and putting the graph into them, with standard protocols alone."""
