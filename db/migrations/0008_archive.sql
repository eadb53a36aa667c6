-- Old calls, each with both histories and its chat in one compressed piece. A call is either in call, history and
-- chat_message or here, never in both: it is moved in one transaction.
create table archived_call (
    call_id     uuid primary key,
    archived_at timestamptz not null default clock_timestamp(),
    -- Brotli of JSON, see ArchivedCall.cs.
    data        bytea not null
);
-- The bytes are compressed already.
alter table archived_call alter column data set storage external;

-- Whose history a piece belongs to, and where in it.
create table archived_history (
    user_id    uuid not null,
    call_id    uuid not null references archived_call,
    started_at timestamptz not null,
    primary key (user_id, call_id)
);
create index archived_history_page on archived_history (user_id, started_at desc, call_id desc);
create index archived_history_call on archived_history (call_id);

-- What is old enough to be moved.
create index call_ended on call (ended_at) where ended_at is not null;
