create table app_user (
    user_id    uuid primary key,
    name       text not null,
    gender     smallint not null,
    languages  text[] not null default '{}',
    interests  text[] not null default '{}',
    created_at timestamptz not null default now()
);

-- A login. The token itself is nowhere: its SHA-256 is the key.
create table login_session (
    token_hash bytea primary key,
    session_id uuid not null unique,
    user_id    uuid not null references app_user on delete cascade,
    created_at timestamptz not null default now(),
    expires_at timestamptz not null
);
create index login_session_user on login_session (user_id);
create index login_session_expiry on login_session (expires_at);

-- Keys that all instances share. The previous one is still accepted, so that rotating needs no pause.
create table server_key (
    name     text primary key,
    current  bytea not null,
    previous bytea
);
