-- Which types of message a consumer handles, as it says itself at its start: so that whoever compares a topic with the inbox knows
-- what has to be there.
create table consumed_type (
  consumer      text not null,
  topic         text not null,
  type          text not null,
  -- Messages that were made before this were skipped. Null for a type that was handled from the consumer's first start on.
  handled_since timestamptz,
  -- Since when the consumer does not handle the type any more.
  handled_until timestamptz,
  primary key (consumer, topic, type)
);

grant insert, select, update on consumed_type to "${service}";
