-- Requests of operators to publish again what a topic lacks. The relay that holds the slot carries them out, before it publishes what it
-- captures. The relay reads and writes these tables, nobody else. The states and their edges: infra/docs/state-machines.md.
create table relay_republish (
  id              bigint      generated always as identity primary key,
  slot            text        not null,
  operator        text        not null,
  reason          text,
  state           text        not null default 'COLLECTING' constraint relay_republish_state_is_known check (state in
                    ('COLLECTING', 'STARTED', 'PAUSED', 'DONE', 'CANCELLED')),
  requested_at    timestamptz not null default clock_timestamp(),
  started_at      timestamptz,
  ended_at        timestamptz,
  -- How many messages it names, and how many of them Kafka has acknowledged.
  messages        bigint      not null default 0 constraint relay_republish_is_at_most_a_million check (messages between 0 and 1000000),
  published       bigint      not null default 0,
  -- Why it is paused.
  trouble         text,
  -- The message that Kafka refuses, if that is why.
  refused_message uuid,
  constraint relay_republish_fits_its_state check (
    (state in ('DONE', 'CANCELLED')) = (ended_at is not null)
    and (state <> 'PAUSED' or trouble is not null))
);
-- One request at a time: two would publish messages of one key side by side.
create unique index relay_republish_open on relay_republish (slot) where state in ('COLLECTING', 'STARTED', 'PAUSED');

-- What is published is deleted, so rows are what waits and what could not be published, each with why.
create table relay_republish_message (
  request          bigint not null references relay_republish on delete cascade,
  message_id       uuid   not null,
  state            text   not null constraint relay_republish_message_state_is_known check (state in
                     ('WAITING', 'GONE', 'UNREADABLE', 'PARKED', 'DISCARDED')),
  -- The messages of a key follow each other in the order of their versions. A digest: ids of aggregates may be longer than an index
  -- can hold, and two keys that share one digest keep their order as well.
  key_digest       bigint not null,
  aggregateversion bigint not null,
  primary key (request, message_id)
);
create index relay_republish_turn on relay_republish_message (request, key_digest, aggregateversion, message_id) where state = 'WAITING';
create index relay_republish_unpublished on relay_republish_message (request, state) where state <> 'WAITING';

grant select, insert, update, delete on relay_republish, relay_republish_message to "${relay}";
