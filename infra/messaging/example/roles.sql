-- What the service needs of a server, once, as its superuser:
--   psql -v migrator_password=… -v service_password=… -v relay_password=… -f roles.sql
-- A server that other services use has its relay role already: leave that line out there.

create role relay         login replication password :'relay_password';    -- reads the outbox of each service
create role shop_migrator login replication password :'migrator_password'; -- owns the tables; makes the slot
create role shop_service  login             password :'service_password';  -- what the service runs as
create database shop owner shop_migrator;
