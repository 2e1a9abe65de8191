-- A service looks at its start whether its database has the migrations that it knows, and runs none itself.
grant select on "${flyway:defaultSchema}"."${flyway:table}" to "${service}";
