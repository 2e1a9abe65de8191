-- The place of a letter among the letters and parked messages of its key, in the order in which the consumer was given them.
-- Offsets are not that order: a topic that is created anew, and a log that was cut, count from a lower one again. A letter of a
-- message that was parked keeps the position of that message. Null for letters that the version before writes meanwhile.
alter table dead_letter add column position bigint;
grant usage on sequence parked_message_position_seq to "${service}";

-- Letters that are there come behind the messages that were parked before them, and before whatever comes from now on.
update dead_letter letter set position = coalesce(
  (select max(parked.position) + 1 from parked_message parked
   where parked.consumer = letter.consumer and parked.topic = letter.topic
     and messaging_key_digest(parked.key) = messaging_key_digest(letter.key)
     and parked.kafka_partition = letter.kafka_partition and parked.kafka_offset < letter.kafka_offset
     and parked.parked_at <= letter.failed_at), 0)
where key is not null and state in ('open', 'archived');
