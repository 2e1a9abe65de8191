-- For operators who ask for all messages about one aggregate. Only partitions made from now on get it, so that this takes no time and
-- stops nobody who appends; older ones are read as a whole until they are dropped.
create index outbox_by_aggregate on only outbox (aggregateid);
create index outbox_default_by_aggregate on outbox_default (aggregateid);
alter index outbox_by_aggregate attach partition outbox_default_by_aggregate;
