-- A session is one login on one device. Its refresh tokens are each good for one use; a second use means that a copy
-- is about, and ends the session.
create table session (
  id         uuid        primary key default uuidv7(),
  account_id uuid        not null references account,
  started_at timestamptz not null default now(),
  expires_at timestamptz not null,
  revoked_at timestamptz
);
create index session_of_account on session (account_id);

create table refresh_token (
  hash       bytea       primary key,
  session_id uuid        not null references session,
  used_at    timestamptz
);

grant insert, select, update on session, refresh_token to "${service}";
