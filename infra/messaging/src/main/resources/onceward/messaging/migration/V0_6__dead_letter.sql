-- What a consumer knows of a key of a topic. There is a row where versions are checked, or messages wait.
create table consumed_key (
  consumer   text not null,
  topic      text not null,
  key        text not null,
  -- The last version handled; null where versions are not checked.
  version    bigint,
  -- Since when messages of this key wait in order; null if they flow.
  parked_at  timestamptz,
  -- Parked because this version came before its predecessor: it may follow when that one has come.
  gap_before bigint,
  primary key (consumer, topic, key)
) with (fillfactor = 80);
create index consumed_key_parked on consumed_key (consumer, topic, key) where parked_at is not null;

-- Messages a consumer could not handle, and what it knows of why. Closed letters keep the fact and lose the content.
create table dead_letter (
  id              uuid        not null default uuidv7() primary key,
  consumer        text        not null,
  topic           text        not null,
  kafka_partition int         not null,
  kafka_offset    bigint      not null,
  key             text,
  message_id      uuid,
  type            text,
  version         bigint,
  header_names    text[],
  header_values   bytea[],
  value           bytea,
  reason          text        not null constraint dead_letter_reason_is_known check (reason in
                    ('poison', 'malformed', 'version-gap', 'older-than-inbox', 'kills-the-process')),
  -- Kinds of exceptions and where they were thrown, not their words: those may quote personal data.
  exception       text        not null,
  stack_digest    text        not null,
  attempts        int         not null,
  state           text        not null default 'open' constraint dead_letter_state_is_known check (state in
                    ('open', 'handled', 'discarded')),
  failed_at       timestamptz not null default now(),
  closed_at       timestamptz
);
create index dead_letter_open on dead_letter (consumer, topic, key) where state = 'open';

-- Messages that wait, in this order, behind a dead letter of their key. A row goes when its message has been handled.
create table parked_message (
  position        bigint      generated always as identity primary key,
  consumer        text        not null,
  topic           text        not null,
  kafka_partition int         not null,
  kafka_offset    bigint      not null,
  key             text        not null,
  message_id      uuid        not null,
  type            text        not null,
  version         bigint      not null,
  header_names    text[]      not null,
  header_values   bytea[]     not null,
  value           bytea,
  parked_at       timestamptz not null default now()
);
create index parked_message_by_arrival on parked_message (consumer, topic, key, position);
create index parked_message_by_version on parked_message (consumer, topic, key, version, position);

-- Where a consumer began after its last starts, so that a message that kills the process is noticed.
create table delivery_start (
  consumer        text    not null,
  topic           text    not null,
  kafka_partition int     not null,
  kafka_offset    bigint  not null,
  alone           boolean not null,
  starts          int     not null,
  primary key (consumer, topic, kafka_partition)
);

grant insert, select, update on consumed_key, delivery_start to "${service}";
grant insert, select, update on dead_letter to "${service}";
grant insert, select, delete on parked_message to "${service}";
