-- What a handler, or somebody who appends, has to do anyway.
create table work (
  entry bigint generated always as identity primary key,
  note  text not null
);
grant insert, select on work to "${service}";
