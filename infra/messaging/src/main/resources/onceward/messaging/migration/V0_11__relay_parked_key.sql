-- What waits for a key is found by a digest of the aggregate's id: the id itself may be longer than an index can hold, and then
-- the message could not be parked. Rows of other ids with the same digest are told apart by the ids in the table.
create index relay_parked_of_key on relay_parked (slot, hashtextextended(aggregateid, 0), arrival) where ended_at is null;
drop index relay_parked_waiting;

-- The names in it mean the same, whatever the search_path of the role that calls it.
alter function relay_publication_state(text) set search_path = pg_catalog;
