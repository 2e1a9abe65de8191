-- Messages that the relay holds back: one that Kafka refuses and an operator has quarantined, and those that came behind it for
-- its key. Kept in full, for the outbox drops what the relay has passed. The relay reads and writes this table, nobody else.
--
-- What only waited is deleted when it is published. What was quarantined or discarded stays, as a record of who did that and why.
create table relay_parked (
  -- In the order in which they came; given anew when the position did not know of it.
  arrival          bigint      generated always as identity primary key,
  slot             text        not null,
  message_id       uuid        not null,
  -- A change of that row which is no message, and is passed over. What it held is not known: all null to the payload.
  unreadable       boolean     not null default false,
  aggregatetype    text,
  aggregateid      text,
  aggregateversion bigint,
  type             text,
  payload          text,
  traceparent      text,
  causationid      uuid,
  correlationid    uuid,
  parked_at        timestamptz not null default now(),
  -- Null for one that only waits.
  quarantined_by   text,
  reason           text,
  release_asked_by text,
  release_asked_at timestamptz,
  -- Given up: it is never published.
  discarded_by     text,
  -- Published, or given up and out of the way of those behind it. The content is gone if it was published.
  ended_at         timestamptz,
  unique (slot, message_id, unreadable)
);
create index relay_parked_waiting on relay_parked (slot, aggregatetype, aggregateid, arrival) where ended_at is null;
create index relay_parked_quarantined on relay_parked (slot) where ended_at is null and quarantined_by is not null;
create index relay_parked_released on relay_parked (slot) where ended_at is null and release_asked_at is not null;
create index relay_parked_discarded on relay_parked (slot) where discarded_by is not null;

grant select, insert, update, delete on relay_parked to "${relay}";
