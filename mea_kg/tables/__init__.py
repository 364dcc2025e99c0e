"""Tables of the source documents: CSV files with CSVW metadata -> observations of the Data Cube vocabulary."""
