-- Messages that the relay holds back: one that Kafka refuses and an operator has quarantined, and those that came behind it for
-- its key. Kept in full, for the outbox drops what the relay has passed. The relay reads and writes this table, nobody else.
--
-- What only waited is deleted when it is published. What was quarantined or discarded stays, as a record of who did that and why.
create table relay_parked (
  -- In the order in which they came.
  place            bigint      generated always as identity primary key,
  slot             text        not null,
  message_id       uuid        not null,
  -- All null if the row could not be read as a message.
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
  unique (slot, message_id)
);
create index relay_parked_waiting on relay_parked (slot, aggregatetype, aggregateid, place) where ended_at is null;

grant select, insert, update, delete on relay_parked to "${relay}";
