-- What the relay may see: inserts into the outbox, under the name of the parent table whatever the partition.
create publication outbox for table outbox
  with (publish = 'insert', publish_via_partition_root = true);
