-- Which messages the relay has published again because an operator requested that. Such a record may stand behind a later version of its
-- aggregate, which `infra/onceward verify` would otherwise take for a broken order. The relay adds rows, nobody changes any.
create table relay_republished (
  message_id   uuid        not null,
  request      bigint      not null references relay_republish on delete cascade,
  -- When the relay noted that Kafka had acknowledged the message: the record is older than this, and younger than the start of the request.
  published_at timestamptz not null default clock_timestamp(),
  primary key (message_id, request)
);

grant insert on relay_republished to "${relay}";
