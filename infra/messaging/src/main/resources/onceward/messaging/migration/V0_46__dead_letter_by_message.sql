-- A message is looked for among dead letters by its id: when it is traced, and when a replay asks whether it was given up.
create index dead_letter_of_message on dead_letter (message_id) where message_id is not null;
create index parked_message_of_message on parked_message (message_id);
