-- What the relay may see: inserts into the outbox, under the name of the parent table whatever the partition, and only
-- the columns it knows. A column added later is not sent until it is listed here.
create publication outbox
  for table outbox (id, aggregatetype, aggregateid, aggregateversion, type, payload, traceparent, causationid, correlationid)
  with (publish = 'insert', publish_via_partition_root = true);
