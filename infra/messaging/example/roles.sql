-- What the service needs of a server, once, as its superuser:
--   MIGRATOR_PASSWORD=… SERVICE_PASSWORD=… RELAY_PASSWORD=… psql -f roles.sql
-- That takes psql 15 or newer. Arguments (`psql -v`) would show the passwords to every user of the machine; the environment does not.
-- A server that other services use has its relay role already: leave that line out there.

\getenv migrator_password MIGRATOR_PASSWORD
\getenv service_password SERVICE_PASSWORD
\getenv relay_password RELAY_PASSWORD
create role relay         login replication password :'relay_password';    -- reads the outbox of each service
create role shop_migrator login             password :'migrator_password'; -- owns the tables; runs the migrations
create role shop_service  login             password :'service_password';  -- what the service runs as
create database shop owner shop_migrator;
revoke all on database shop from public;
grant connect on database shop to relay, shop_migrator, shop_service;

-- The relay's place in the log. Whoever may create a slot can read the log of the whole server, so the migrator may not. Before the
-- first migration: a slot that is created later misses what was written before it. (Before PostgreSQL 18, leave these two lines out: the
-- slot has to come after the publication, and the step that migrates says when to create it.) It follows to standbys that ask for it.
\connect shop
select pg_create_logical_replication_slot('shop_outbox', 'pgoutput', failover => true);
