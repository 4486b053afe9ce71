"""Writing and asking servers of OPC UA."""
