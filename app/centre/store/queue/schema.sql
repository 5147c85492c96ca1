-- Side work as rows. The first table is goqite's own schema (maragu.dev/goqite
-- v0.4.0, schema_sqlite.sql); its queue column holds the kind of the job.
create table goqite (
  id text primary key default ('m_' || lower(hex(randomblob(16)))),
  created text not null default (strftime('%Y-%m-%dT%H:%M:%fZ')),
  updated text not null default (strftime('%Y-%m-%dT%H:%M:%fZ')),
  queue text not null,
  body blob not null,
  timeout text not null default (strftime('%Y-%m-%dT%H:%M:%fZ')),
  received integer not null default 0,
  priority integer not null default 0
) strict;

create trigger goqite_updated_timestamp after update on goqite begin
  update goqite set updated = strftime('%Y-%m-%dT%H:%M:%fZ') where id = old.id;
end;

create index goqite_queue_priority_created_idx on goqite (queue, priority desc, created);

-- What is being done now. A row that is there at start was being done when
-- the program ended; boot tells whether the machine ended with it.
create table running_jobs (
  id text primary key,
  boot text not null,
  started_at integer not null
) strict;

-- Why a job's last try ended badly; gone with the job.
create table failed_jobs (
  id text primary key,
  last_error text not null,
  failed_at integer not null
) strict;

-- Jobs that nobody tries again until staff say so.
create table parked_jobs (
  id text primary key,
  kind text not null,
  body blob not null,
  tries integer not null,
  last_error text not null,
  parked_at integer not null
) strict;
