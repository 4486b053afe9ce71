"""Detection over the history on Apache Spark: the engine of the service, a shard of sensors to each task."""
