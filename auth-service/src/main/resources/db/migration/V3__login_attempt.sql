-- How often logins have failed, by login id (of an account or not) and by address. Keys are SHA-256: strangers type
-- passwords into the wrong field. Rows that are old are deleted, and rows beyond a number.
create table login_attempt (
  key           bytea       primary key,
  kind          text        not null constraint login_attempt_kind_is_known check (kind in ('address', 'login-id')),
  free_failures int         not null,
  failures      int         not null,
  last_at       timestamptz not null,
  retry_at      timestamptz not null
);
create index login_attempt_age on login_attempt (last_at);

-- Where an account has logged in before: strangers elsewhere do not slow down a login from there.
create table login_known_address (
  key     bytea       primary key,
  last_at timestamptz not null
);
create index login_known_address_age on login_known_address (last_at);

grant insert, select, update, delete on login_attempt, login_known_address to "${service}";
