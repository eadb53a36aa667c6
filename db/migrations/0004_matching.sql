-- The turn of a join over all instances. Logged, unlike the tickets: after a crash it must not begin anew, or what is
-- written back would count as older than what is known.
create sequence ticket_turn;

-- The wish to be matched. A row without ticket_id is nobody's wish: it is the lock on a user for one transaction.
create unlogged table ticket (
    user_id       uuid primary key,
    ticket_id     uuid,
    number        bigint not null default nextval('ticket_turn'),
    connection_id text,
    wishes        jsonb,
    joined_at     timestamptz not null default clock_timestamp()
) with (fillfactor = 70);
create index ticket_number on ticket (number);

-- Asking one person. At most one live invite a pair: the index settles two that cross.
create unlogged table invite (
    invite_id     uuid primary key,
    from_user     uuid not null,
    to_user       uuid not null,
    connection_id text not null,
    call_seconds  int not null,
    created_at    timestamptz not null default clock_timestamp(),
    expires_at    timestamptz not null,
    extensions    smallint not null default 0,
    outcome       text,
    ended_at      timestamptz,
    call_id       uuid,
    check (from_user <> to_user),
    check ((outcome is null) = (ended_at is null))
);
create unique index invite_live on invite (least(from_user, to_user), greatest(from_user, to_user)) where outcome is null;
create index invite_from on invite (from_user) where outcome is null;
create index invite_to on invite (to_user) where outcome is null;
create index invite_ended on invite (ended_at) where outcome is not null;

-- Who leads what, by a lease. The epoch grows with each change of hands and fences the one before.
create table leadership (
    name       text primary key,
    holder     text,
    generation bigint,
    epoch      bigint not null default 0,
    expires_at timestamptz not null default '-infinity'
);
insert into leadership (name) values ('matcher'), ('sweep');

create function lead(p_name text, p_instance text, p_generation bigint, p_seconds double precision)
returns bigint language sql as $$
    update leadership set
        epoch = epoch + case when holder = p_instance and generation = p_generation then 0 else 1 end,
        holder = p_instance, generation = p_generation,
        expires_at = clock_timestamp() + make_interval(secs => p_seconds)
    where name = p_name and ((holder = p_instance and generation = p_generation) or expires_at < clock_timestamp())
    returning epoch
$$;

-- Locks users in key order, whether they have a ticket or not.
create function lock_users(p_users uuid[]) returns void language sql as $$
    insert into ticket (user_id) select u from unnest(p_users) u group by u order by u
    on conflict (user_id) do update set user_id = excluded.user_id
$$;

create function unlock_users(p_users uuid[]) returns void language sql as $$
    delete from ticket where user_id = any (p_users) and ticket_id is null
$$;

-- Joins the queue, or changes the wishes of who is in it: the place is kept, the ticket is new, so that a match made on
-- the old wishes fails. Nobody is queued and in a call: the ticket's row is held while the seat is looked at.
-- p_waited: seconds that somebody has waited already whose ticket the database lost; else 0.
create function join_queue(
    p_user uuid[], p_ticket uuid[], p_connection text[], p_wishes jsonb[], p_waited double precision[])
returns table (user_id uuid, ticket_id uuid, number bigint, waited double precision) language plpgsql as $$
#variable_conflict use_column
begin
    insert into ticket as t (user_id, ticket_id, connection_id, wishes, joined_at)
        select j.u, j.k, j.c, j.w, clock_timestamp() - make_interval(secs => j.s)
        from unnest(p_user, p_ticket, p_connection, p_wishes, p_waited) j(u, k, c, w, s) order by j.u
        on conflict (user_id) do update set
            ticket_id = excluded.ticket_id, connection_id = excluded.connection_id, wishes = excluded.wishes,
            joined_at = case when t.ticket_id is null then excluded.joined_at else t.joined_at end,
            number = default;
    delete from ticket t using seat s where t.user_id = any (p_user) and s.user_id = t.user_id;
    return query
        select t.user_id, t.ticket_id, t.number, extract(epoch from clock_timestamp() - t.joined_at)::double precision
        from ticket t where t.user_id = any (p_user);
end $$;

-- Asks somebody. Outcomes: created | repeated | crossing (theirs to me is live) | busy (I am in a call) | unavailable
-- (offline, not available, in a call or blocked: all look the same) | cooldown.
create function create_invite(
    p_invite uuid, p_from uuid, p_to uuid, p_connection text, p_seconds int, p_ring double precision)
returns table (outcome text, invite_id uuid, expires_at timestamptz, remaining double precision, cooldown_until timestamptz)
language plpgsql as $$
#variable_conflict use_column
declare
    v_until timestamptz;
begin
    if exists (select 1 from seat s where s.user_id = p_from) then
        return query select 'busy', null::uuid, null::timestamptz, null::double precision, null::timestamptz;
        return;
    end if;
    if is_blocked(p_from, p_to) or exists (select 1 from seat s where s.user_id = p_to)
        or open_connection(p_to, null) is null then
        return query select 'unavailable', null::uuid, null::timestamptz, null::double precision, null::timestamptz;
        return;
    end if;
    v_until := cooldown_of(p_from, p_to);
    if v_until is not null then
        return query select 'cooldown', null::uuid, null::timestamptz,
            extract(epoch from v_until - clock_timestamp())::double precision, v_until;
        return;
    end if;
    for attempt in 1..3 loop
        return query
            select case when n.from_user = p_from then 'repeated' else 'crossing' end, n.invite_id, n.expires_at,
                extract(epoch from n.expires_at - clock_timestamp())::double precision, null::timestamptz
            from invite n
            where least(n.from_user, n.to_user) = least(p_from, p_to)
                and greatest(n.from_user, n.to_user) = greatest(p_from, p_to)
                and n.outcome is null and n.expires_at > clock_timestamp();
        if found then
            return;
        end if;
        if not exists (select 1 from presence p where p.user_id = p_to and p.available_since is not null) then
            return query select 'unavailable', null::uuid, null::timestamptz, null::double precision, null::timestamptz;
            return;
        end if;
        -- One that rang out and was not closed yet would be in the way.
        update invite n set outcome = 'expired', ended_at = clock_timestamp()
            where least(n.from_user, n.to_user) = least(p_from, p_to)
                and greatest(n.from_user, n.to_user) = greatest(p_from, p_to)
                and n.outcome is null and n.expires_at <= clock_timestamp();
        return query
            insert into invite as n (invite_id, from_user, to_user, connection_id, call_seconds, expires_at)
            values (p_invite, p_from, p_to, p_connection, p_seconds, clock_timestamp() + make_interval(secs => p_ring))
            on conflict do nothing
            returning 'created', n.invite_id, n.expires_at, p_ring, null::timestamptz;
        if found then
            return;
        end if;
    end loop;
    return query select 'unavailable', null::uuid, null::timestamptz, null::double precision, null::timestamptz;
end $$;

-- Ends a live invite once, with the pair's cooldown (null: none). No row when it was not live, or should expire and
-- still rings.
create function end_invite(p_invite uuid, p_outcome text, p_cooldown interval)
returns table (from_user uuid, to_user uuid, cooldown_until timestamptz) language plpgsql as $$
#variable_conflict use_column
declare
    v invite;
begin
    update invite n set outcome = p_outcome, ended_at = clock_timestamp()
        where n.invite_id = p_invite and n.outcome is null
            and (p_outcome <> 'expired' or n.expires_at <= clock_timestamp())
        returning * into v;
    if not found then
        return;
    end if;
    return query select v.from_user, v.to_user, case when p_cooldown is not null
        then extend_cooldown(v.from_user, v.to_user, clock_timestamp() + p_cooldown) end;
end $$;
