-- Ids of messages where the server has no uuidv7(): before PostgreSQL 18. Runs before the migrations, which call the function, and
-- does nothing where the server or this schema has one.
--
-- An id is 48 bits of milliseconds, 12 bits of their fraction, to the microsecond, and 62 random bits (RFC 9562, sections 5.7 and
-- 6.2, method 3). So ids of a session ascend as the clock of the server does; two of the same microsecond, or from before and after
-- the clock was set back, are in no order. uuidv7() of PostgreSQL 18 promises more, and nothing here needs more.
--
-- After an upgrade of the server to 18 this function stays: columns that use it go on with it, a call without a schema means the
-- server's. Both make ids of the same kind.
do $$
begin
  if to_regprocedure('pg_catalog.uuidv7()') is null
     and to_regprocedure(format('%I.uuidv7()', current_schema())) is null then
    create function uuidv7() returns uuid language sql volatile parallel safe
      -- The microseconds since 1970 times 4096 / 1000: 15 digits, with the version between milliseconds and fraction.
      return (overlay(lpad(to_hex((extract(epoch from clock_timestamp()) * 1000000)::bigint * 512 / 125), 15, '0')
                placing '7' from 13 for 0)
              || right(gen_random_uuid()::text, 17))::uuid;
    comment on function uuidv7() is 'A UUIDv7, for servers that have no such function; made by onceward.messaging';
    -- As the server's own: the default of a column is called with the rights of whoever inserts.
    grant execute on function uuidv7() to public;
  end if;
end
$$;
