-- Keys of Kafka may have any length; an entry of a btree may not be longer than a third of a page, and a message whose key
-- was longer could be neither set aside nor parked. So keys are looked up by their SHA-256. Immutable by promise: the
-- encoding of the database, which convert_to asks for, never changes.
create function messaging_key_digest(key text) returns bytea language sql immutable strict parallel safe
  return sha256(convert_to(key, 'UTF8'));

revoke execute on function messaging_key_digest from public;
grant execute on function messaging_key_digest to "${service}";

alter table consumed_key drop constraint consumed_key_pkey;
create unique index consumed_key_by_key on consumed_key (consumer, topic, messaging_key_digest(key));
drop index consumed_key_parked;
create index consumed_key_parked on consumed_key (consumer, topic, parked_at) where parked_at is not null;

drop index dead_letter_open;
create index dead_letter_open on dead_letter (consumer, topic, messaging_key_digest(key)) where state = 'open';

drop index parked_message_by_arrival;
create index parked_message_by_arrival on parked_message (consumer, topic, messaging_key_digest(key), position);
drop index parked_message_by_version;
create index parked_message_by_version on parked_message (consumer, topic, messaging_key_digest(key), version, position);
