-- The messages each consumer has handled, claimed in the transaction of their effect. Partitioned as the outbox is.
create table inbox (
  consumer   text        not null constraint inbox_consumer_is_1_to_128_bytes check (octet_length(consumer) between 1 and 128),
  message_id uuid        not null,
  handled_at timestamptz not null default now(),
  primary key (message_id, consumer)
) partition by range (message_id);

create table inbox_default partition of inbox default;

-- The service learns which claims are new and in which partition they lie, and nothing else of what lies in the inbox.
grant insert, select (message_id, tableoid) on inbox to "${service}";
