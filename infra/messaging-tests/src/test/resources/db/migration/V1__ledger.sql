-- Every effect leaves a row, and nothing keeps a second one out: so an effect that happened twice can be seen.
create table ledger (
  consumer   text not null,
  message_id uuid not null,
  entry      bigint generated always as identity
);
grant insert, select on ledger to "${service}";
