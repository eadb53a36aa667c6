create table call (
    call_id      uuid primary key,
    initiator    uuid not null,
    other        uuid not null,
    call_seconds int not null,
    origin       text not null,
    started_at   timestamptz not null,
    ends_at      timestamptz not null,
    ended_at     timestamptz,
    reason       text,
    rev          int not null default 1,
    check (initiator <> other),
    check (ended_at >= started_at),
    check ((ended_at is null) = (reason is null))
);
create index call_open on call (ends_at) where ended_at is null;
create index call_initiator on call (initiator, other);

-- Who is in which call now: one call a user, by the primary key.
create table seat (
    user_id       uuid primary key,
    call_id       uuid not null references call,
    -- The connection that the call belongs to; null when it is gone.
    connection_id text,
    away_since    timestamptz,
    wishes        jsonb
);
create index seat_call on seat (call_id);
create index seat_connection on seat (connection_id);

create table history (
    user_id    uuid not null,
    call_id    uuid not null,
    partner_id uuid not null,
    partner    jsonb not null,
    started_at timestamptz not null,
    seconds    int not null check (seconds >= 0),
    reason     text not null,
    origin     text not null,
    primary key (user_id, call_id)
);
create index history_page on history (user_id, started_at desc, call_id desc);
create index history_partner on history (partner_id);

-- The only way a call comes to be. p_wait: lock the users and wait for it (an accepted invite); else take only tickets
-- that are free and are the named ones (the matcher). Pairs are arrays of equal length. Answers each pair's outcome:
-- started | ticket | seated | offline | blocked | cooldown | invite. A pair is taken whole or not at all.
create function start_calls(
    p_epoch bigint, p_wait boolean, p_call uuid[], p_initiator uuid[], p_other uuid[], p_ticket_i uuid[], p_ticket_o uuid[],
    p_conn_i text[], p_conn_o text[], p_seconds int[], p_invite uuid[], p_origin text)
returns table (call_id uuid, outcome text, started_at timestamptz, ends_at timestamptz, conn_i text, conn_o text)
language plpgsql as $$
#variable_conflict use_column
declare
    v_users uuid[] := p_initiator || p_other;
    v_left uuid[];
    v_outcome text[];
    v_now timestamptz;
begin
    if p_epoch is not null then
        perform 1 from leadership where name = 'matcher' and epoch = p_epoch for share;
        if not found then
            raise exception 'another matcher leads' using errcode = '55000';
        end if;
    end if;

    -- Tickets first.
    if p_wait then
        perform lock_users(v_users);
        v_left := p_call;
    else
        with t as (
            select user_id, ticket_id from ticket where user_id = any (v_users) order by user_id for update skip locked)
        select array_agg(c.id) into v_left
        from unnest(p_call, p_initiator, p_other, p_ticket_i, p_ticket_o) c(id, i, o, ti, tob)
        join t x on x.user_id = c.i and x.ticket_id = c.ti
        join t y on y.user_id = c.o and y.ticket_id = c.tob;
        return query select c.id, 'ticket', null::timestamptz, null::timestamptz, null::text, null::text
            from unnest(p_call) c(id) where v_left is null or c.id <> all (v_left);
        if v_left is null then
            return;
        end if;
    end if;

    -- The calls' rows, so that seats may point at them; what fails below is removed again.
    v_now := clock_timestamp();
    insert into call (call_id, initiator, other, call_seconds, origin, started_at, ends_at)
        select c.id, c.i, c.o, c.s, p_origin, v_now, v_now + make_interval(secs => c.s)
        from unnest(p_call, p_initiator, p_other, p_seconds) c(id, i, o, s) where c.id = any (v_left);

    -- Then seats, in key order: waits at most for somebody who ends, and never in a circle.
    insert into seat (user_id, call_id, connection_id, wishes)
        select u.user_id, c.id, open_connection(u.user_id, u.conn), t.wishes
        from unnest(p_call, p_initiator, p_other, p_conn_i, p_conn_o) c(id, i, o, ci, co)
        cross join lateral (values (c.i, c.ci), (c.o, c.co)) u(user_id, conn)
        left join ticket t on t.user_id = u.user_id
        where c.id = any (v_left) order by u.user_id
        on conflict (user_id) do nothing;

    -- Everything else is judged under those locks, by fresh eyes.
    select array_agg(c.id), array_agg(case
            when (select count(*) from seat s where s.call_id = c.id) < 2 then 'seated'
            when exists (select 1 from seat s where s.call_id = c.id and s.connection_id is null) then 'offline'
            when is_blocked(c.i, c.o) then 'blocked'
            when cooldown_of(c.i, c.o) is not null then 'cooldown'
            else 'started' end)
        into v_left, v_outcome
        from unnest(p_call, p_initiator, p_other) c(id, i, o) where c.id = any (v_left);
    if p_invite is not null then
        with taken as (
            update invite n set outcome = 'accepted', ended_at = clock_timestamp(), call_id = c.id
            from unnest(p_call, p_invite) c(id, invite_id), unnest(v_left, v_outcome) v(id, outcome)
            where n.invite_id = c.invite_id and n.outcome is null and n.expires_at > clock_timestamp()
                and v.id = c.id and v.outcome = 'started'
            returning c.id)
        select array_agg(v.id), array_agg(case when v.outcome = 'started' and t.id is null then 'invite' else v.outcome end)
            into v_left, v_outcome
            from unnest(v_left, v_outcome) v(id, outcome) left join taken t on t.id = v.id;
    end if;
    return query select v.id, v.outcome, v_now, c.ends_at, si.connection_id, so.connection_id
        from unnest(v_left, v_outcome) v(id, outcome) join call c on c.call_id = v.id
        left join seat si on si.user_id = c.initiator and si.call_id = c.call_id
        left join seat so on so.user_id = c.other and so.call_id = c.call_id;
    delete from seat s using unnest(v_left, v_outcome) v(id, outcome) where s.call_id = v.id and v.outcome <> 'started';
    delete from call c using unnest(v_left, v_outcome) v(id, outcome) where c.call_id = v.id and v.outcome <> 'started';
    delete from ticket t using unnest(v_left, v_outcome) v(id, outcome), call c
        where v.outcome = 'started' and c.call_id = v.id and t.user_id in (c.initiator, c.other);
    if p_wait then
        perform unlock_users(v_users);
    end if;
end $$;

-- Whole seconds, rounded down.
create function call_length(c call) returns int language sql immutable as $$
    select floor(extract(epoch from c.ended_at - c.started_at))::int
$$;

-- Closes calls, each exactly once; a call that was closed before answers as it was closed. p_ago: seconds between the
-- moment it ended for the two people and now. A card in the history is the person as they are at the end.
create function end_calls(
    p_call uuid[], p_reason text[], p_ago double precision[], p_history_from int, p_short_below int, p_short interval, p_long interval)
returns table (call_id uuid, seconds int, recorded boolean, reason text, cooldown_until timestamptz, rev int)
language plpgsql as $$
#variable_conflict use_column
declare
    v_closed uuid[];
begin
    perform 1 from call c where c.call_id = any (p_call) and c.ended_at is null order by c.call_id for update;
    with closed as (
        update call c set
            ended_at = greatest(c.started_at, least(c.ends_at, clock_timestamp() - make_interval(secs => x.ago))),
            reason = x.reason, rev = c.rev + 1
        from (select distinct on (id) id, reason, ago from unnest(p_call, p_reason, p_ago) x(id, reason, ago)) x
        where c.call_id = x.id and c.ended_at is null
        returning c.call_id)
    select array_agg(call_id) into v_closed from closed;
    insert into history (user_id, call_id, partner_id, partner, started_at, seconds, reason, origin)
        select u.me, c.call_id, u.partner, card(u.partner), c.started_at, call_length(c), c.reason, c.origin
        from call c cross join lateral (values (c.initiator, c.other), (c.other, c.initiator)) u(me, partner)
        where c.call_id = any (v_closed) and call_length(c) >= p_history_from
        on conflict do nothing;
    delete from seat s where s.call_id = any (v_closed);
    insert into cooldown (low, high, until)
        select least(c.initiator, c.other), greatest(c.initiator, c.other),
            max(c.ended_at + case when c.reason = 'partner_lost' or call_length(c) < p_short_below then p_short else p_long end)
        from call c where c.call_id = any (v_closed) group by 1, 2 order by 1, 2
        on conflict (low, high) do update set until = greatest(cooldown.until, excluded.until);
    return query
        select c.call_id, call_length(c), call_length(c) >= p_history_from, c.reason, k.until, c.rev
        from call c left join cooldown k on k.low = least(c.initiator, c.other) and k.high = greatest(c.initiator, c.other)
        where c.call_id = any (p_call) and c.ended_at is not null;
end $$;

-- What a stranger may see of a person.
create function card(p_user uuid) returns jsonb language sql stable as $$
    select coalesce(
        (select jsonb_build_object('id', user_id, 'name', name, 'gender', gender, 'languages', languages, 'interests', interests)
         from app_user where user_id = p_user),
        jsonb_build_object('id', p_user, 'name', 'Deleted user', 'gender', 3, 'languages', '[]'::jsonb, 'interests', '[]'::jsonb))
$$;

-- Gives a user's seat to a connection: when it is free (its connection is gone), already that one's, or p_take.
-- Answers the holder after it, the call's rev, and the connection that held it before; no row when the call has ended.
create function attach_seat(p_user uuid, p_call uuid, p_connection text, p_take boolean)
returns table (holder text, rev int, previous text, was_away boolean) language plpgsql as $$
#variable_conflict use_column
declare
    v_rev int;
    v_holder text;
    v_away boolean;
begin
    select c.rev into v_rev from call c where c.call_id = p_call and c.ended_at is null for update;
    if not found then
        return;
    end if;
    select s.connection_id, s.away_since is not null into v_holder, v_away
        from seat s where s.user_id = p_user and s.call_id = p_call;
    if not found then
        return;
    end if;
    if v_holder is not null and v_holder <> p_connection and not p_take and open_connection(p_user, v_holder) = v_holder then
        return query select v_holder, v_rev, v_holder, false;
        return;
    end if;
    update call c set rev = c.rev + 1 where c.call_id = p_call returning c.rev into v_rev;
    update seat s set connection_id = p_connection, away_since = null where s.user_id = p_user;
    return query select p_connection, v_rev, v_holder, v_away;
end $$;

-- Closes a connection: its seat is away, and without another open one its user is lost. Answers how many are left open.
-- One that was closed before (a newer connection took its place) undoes nothing of that.
create function close_slot(p_connection text) returns table (remaining int) language plpgsql as $$
declare
    v_user uuid;
    v_left int;
begin
    select c.user_id into v_user from connection c where c.connection_id = p_connection;
    perform 1 from presence p where p.user_id = v_user for update;
    update connection c set closed_at = clock_timestamp() where c.connection_id = p_connection and c.closed_at is null;
    update seat s set away_since = clock_timestamp() where s.connection_id = p_connection and s.away_since is null;
    select count(*)::int into v_left from connection c
        where c.user_id = v_user and c.closed_at is null and is_live(c.instance_id, c.generation);
    if v_left = 0 then
        update presence p set lost_at = clock_timestamp() where p.user_id = v_user and p.lost_at is null;
    end if;
    return query select v_left;
end $$;

-- What nobody looks after any more. Marks users and seats whose connections died with their instance; forgets users who
-- were lost for p_grace; answers the calls that should end: past their end, or with somebody away for p_grace.
-- One sweep at a time, and at most p_limit rows of a kind: a second one answers nothing, the rest is for the next.
-- Rows are locked first (nobody waits for a sweep, and it for no connection or seat) and judged again under the lock:
-- whoever came back in between is not lost.
create function sweep_lost(p_grace interval, p_limit int) returns table (call_id uuid, reason text) language plpgsql as $$
#variable_conflict use_column
declare
    v_users uuid[];
    v_connections text[];
begin
    if not pg_try_advisory_xact_lock(hashtextextended('sweep_lost', 0)) then
        return;
    end if;
    -- Joins, not open_connection() for each row: that would be most of a sweep's cost.
    select array_agg(l.connection_id) into v_connections from (
        select c.connection_id from connection c
        where c.closed_at is null and not exists (
            select 1 from instance i
            where i.instance_id = c.instance_id and i.generation = c.generation and i.expires_at > clock_timestamp())
        order by c.connection_id limit p_limit for update skip locked) l;
    update connection c set closed_at = clock_timestamp() where c.connection_id = any (v_connections) and c.closed_at is null;
    select array_agg(l.user_id) into v_users from (
        select p.user_id from presence p
        where p.lost_at is null and not exists (
            select 1 from connection c join instance i on i.instance_id = c.instance_id and i.generation = c.generation
            where c.user_id = p.user_id and c.closed_at is null and i.expires_at > clock_timestamp())
        order by p.user_id limit p_limit for update skip locked) l;
    update presence p set lost_at = clock_timestamp()
        where p.user_id = any (v_users) and p.lost_at is null and open_connection(p.user_id, null) is null;
    select array_agg(l.user_id) into v_users from (
        select p.user_id from presence p where p.lost_at < clock_timestamp() - p_grace
        order by p.user_id limit p_limit for update skip locked) l;
    perform 1 from ticket t where t.user_id = any (v_users) order by t.user_id for update;
    delete from ticket t where t.user_id = any (v_users);
    delete from presence p where p.user_id = any (v_users);
    delete from connection c where c.closed_at < clock_timestamp() - interval '60 s';
    delete from instance i where i.expires_at < clock_timestamp() - interval '1 hour';
    -- Rang out on an instance that died before it could say so.
    update invite n set outcome = 'expired', ended_at = clock_timestamp()
        where n.outcome is null and n.expires_at < clock_timestamp() - interval '1 minute';
    delete from invite n where n.ended_at < clock_timestamp() - interval '5 minutes';
    select array_agg(l.user_id) into v_users from (
        select s.user_id from seat s
        where s.away_since is null and not exists (
            select 1 from connection c join instance i on i.instance_id = c.instance_id and i.generation = c.generation
            where c.connection_id = s.connection_id and c.closed_at is null and i.expires_at > clock_timestamp())
        order by s.user_id limit p_limit for update skip locked) l;
    update seat s set away_since = clock_timestamp()
        where s.user_id = any (v_users) and s.away_since is null
            and (s.connection_id is null or open_connection(s.user_id, s.connection_id) is distinct from s.connection_id);
    return query
        select c.call_id, 'time_up' from call c where c.ended_at is null and c.ends_at < clock_timestamp() - interval '5 s'
        union
        select s.call_id, 'partner_lost' from seat s join call c using (call_id)
        where s.away_since < clock_timestamp() - p_grace - interval '5 s' and c.ends_at >= clock_timestamp() - interval '5 s'
        limit p_limit;
end $$;

-- The clock of grace stands still while no instance ran: called by the first one to start.
create function restart_grace() returns void language sql as $$
    update presence set lost_at = clock_timestamp() where lost_at is not null;
    update seat set away_since = clock_timestamp() where away_since is not null;
$$;
