-- One row a living process. Renewing is one update; an instance whose row expired counts as dead, and so does all that
-- carries its (instance_id, generation). Never index a column that the renewal changes.
create sequence instance_generation;
create unlogged table instance (
    instance_id text primary key,
    generation  bigint not null,
    expires_at  timestamptz not null
) with (fillfactor = 10);

-- What a user is as long as somebody of them is connected. The row is the lock of all that concerns their connections.
create unlogged table presence (
    user_id         uuid primary key,
    available_since timestamptz,
    -- Since when no connection is left; null while one is.
    lost_at         timestamptz
) with (fillfactor = 70);
create index presence_available on presence (available_since) where available_since is not null;
create index presence_lost on presence (lost_at) where lost_at is not null;

-- One socket, named by the hub ticket that opened it: the primary key makes a ticket work once.
-- Closed rows stay for as long as their ticket could be played again.
create unlogged table connection (
    connection_id text primary key,
    user_id       uuid not null,
    tab           text not null,
    instance_id   text not null,
    generation    bigint not null,
    number        bigint generated always as identity,
    closed_at     timestamptz
) with (fillfactor = 70);
create index connection_user on connection (user_id);
create index connection_closed on connection (closed_at) where closed_at is not null;

create function is_live(p_instance text, p_generation bigint) returns boolean language sql stable as $$
    select exists (
        select 1 from instance
        where instance_id = p_instance and generation = p_generation and expires_at > clock_timestamp())
$$;

-- The user's connection that a call should belong to: the wished one if it is open, else the newest; null when none is.
create function open_connection(p_user uuid, p_wished text) returns text language sql stable as $$
    select c.connection_id from connection c
    where c.user_id = p_user and c.closed_at is null and is_live(c.instance_id, c.generation)
    order by (c.connection_id = p_wished) desc nulls last, c.number desc limit 1
$$;

-- Opens a connection. Answers 'opened', or 'used' when the ticket was used before; and one row for each connection that
-- had to go: 'same_tab' (its tab came back) or 'displaced' (oldest beyond p_max).
create function open_slot(p_user uuid, p_connection text, p_tab text, p_instance text, p_generation bigint, p_max int)
returns table (outcome text, connection_id text) language plpgsql as $$
#variable_conflict use_column
begin
    insert into presence as p (user_id) values (p_user)
        on conflict (user_id) do update set lost_at = null;
    if exists (select 1 from connection c where c.connection_id = p_connection) then
        return query select 'used', p_connection;
        return;
    end if;
    update connection c set closed_at = clock_timestamp()
        where c.user_id = p_user and c.closed_at is null and not is_live(c.instance_id, c.generation);
    insert into connection (connection_id, user_id, tab, instance_id, generation)
        values (p_connection, p_user, p_tab, p_instance, p_generation);
    return query select 'opened', p_connection;
    return query
        update connection c set closed_at = clock_timestamp()
        where c.user_id = p_user and c.tab = p_tab and c.connection_id <> p_connection and c.closed_at is null
        returning 'same_tab', c.connection_id;
    return query
        update connection c set closed_at = clock_timestamp()
        where c.connection_id in (
            select o.connection_id from connection o
            where o.user_id = p_user and o.closed_at is null order by o.number desc offset p_max)
        returning 'displaced', c.connection_id;
end $$;
