"""Questions to the graph in SPARQL: an Oxigraph index beside the store, named questions, a read-only endpoint."""
