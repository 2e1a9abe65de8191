-- For operators who ask for all messages of a trace. A bloom filter for each 128 pages, made by autovacuum once the pages are full: an append
-- adds no entry to an index. Partitions with rows get neither this index nor the one of V0_15, so that this takes no time and stops nobody
-- who appends; they are read as a whole until they are dropped. Empty partitions get both, such as all of a new outbox.
create index outbox_by_trace on only outbox using brin (substr(traceparent, 4, 32) text_bloom_ops) with (autosummarize = on);

do $$
declare
  part record;
  is_empty boolean;
begin
  for part in
    select child.oid, child.oid::regclass as quoted, child.relname,
           exists (select from pg_index join pg_inherits on inhrelid = indexrelid
                   where indrelid = child.oid and inhparent = 'outbox_by_aggregate'::regclass) as knows_aggregates
    from pg_inherits join pg_class child on child.oid = inhrelid where inhparent = 'outbox'::regclass
  loop
    execute format('select not exists (select from %s)', part.quoted) into is_empty;
    if is_empty then
      execute format('create index %I on %s using brin (substr(traceparent, 4, 32) text_bloom_ops) with (autosummarize = on)',
        part.relname || '_by_trace', part.quoted);
      execute format('alter index outbox_by_trace attach partition %I', part.relname || '_by_trace');
      if not part.knows_aggregates then
        execute format('create index %I on %s (aggregateid)', part.relname || '_by_aggregate', part.quoted);
        execute format('alter index outbox_by_aggregate attach partition %I', part.relname || '_by_aggregate');
      end if;
    end if;
  end loop;
end $$;
