"""Regional industry knowledge graphs from Chinese newspaper pages."""
