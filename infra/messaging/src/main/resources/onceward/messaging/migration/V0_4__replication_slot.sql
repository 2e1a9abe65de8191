-- The relay's place in the log. Created here, before the first row can be written, and never by the relay: a slot made
-- later would miss what came before it. After the publication, which the decoder looks up as of each change. Slot names
-- are the cluster's: if another database has one of this name, this fails, and one of the two must get another name.
select pg_create_logical_replication_slot('${slot}', 'pgoutput')
where not exists (select from pg_replication_slots where slot_name = '${slot}' and database = current_database());
