"""Reports: what an audit found, as records, and one module per format that writes them."""
