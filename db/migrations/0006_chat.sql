create table chat_message (
    call_id   uuid not null,
    sender    uuid not null,
    client_id text not null,
    id        uuid not null unique,
    -- The order of lines: ids say nothing about how many there are.
    number    bigint generated always as identity,
    text      text not null,
    sent_at   timestamptz not null,
    primary key (call_id, sender, client_id)
);
create index chat_message_call on chat_message (call_id, number);
