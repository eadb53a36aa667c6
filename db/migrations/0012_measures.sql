-- What is done about people (measures), what they say against it (appeals), addresses that are shut out, and the record of
-- who decided what (audit). Lock order of what is here: appeals, then measures, then address bans, then the head of the
-- audit: after all locks of migrations/README.md, and the head is always the last.

-- Where a login comes from, by keyed hashes of 16 bytes: no address is kept. Address: a whole IPv4 or an IPv6 /64; network:
-- /24 or /48; origin: what counts as one network when reports are weighed, /24 or /64. Null: from before there were any.
alter table login_session add column address_key bytea, add column network_key bytea, add column origin_key bytea;
create index login_session_address on login_session (address_key) where address_key is not null;
create index login_session_network on login_session (network_key) where network_key is not null;

-- Append-only, each entry with the hash of the one before: whoever changes one, or takes one out, breaks the chain there.
create table audit_entry (
    number   bigint primary key,
    at       timestamptz not null,
    -- The admin, or null when nobody decided (weight of reports) or a user did something about themselves.
    actor    uuid,
    action   text not null,
    subject  text not null,
    detail   jsonb not null,
    previous bytea not null,
    hash     bytea not null
);
create index audit_entry_actor on audit_entry (actor, number);
create index audit_entry_action on audit_entry (action, number);
create index audit_entry_subject on audit_entry (subject, number);

-- The last entry once more, so that a cut end is seen too. Its row is the lock of all who append.
create table audit_head (
    one    boolean primary key default true check (one),
    number bigint not null,
    hash   bytea not null
);
insert into audit_head (number, hash) values (0, '');

create function audit_is_append_only() returns trigger language plpgsql as $$
begin
    raise exception 'the audit is only appended to' using errcode = '55000';
end $$;
create trigger audit_entry_stays before update or delete or truncate on audit_entry
    for each statement execute function audit_is_append_only();

-- An array, so that no two entries have the same text.
create function audit_hash(
    p_previous bytea, p_number bigint, p_at timestamptz, p_actor uuid, p_action text, p_subject text, p_detail jsonb)
returns bytea language sql stable as $$
    select sha256(p_previous || convert_to(jsonb_build_array(
        p_number, (extract(epoch from p_at) * 1000000)::bigint, p_actor, p_action, p_subject, p_detail)::text, 'UTF8'))
$$;

-- Last in every transaction that has something to tell: those who append wait for each other until they have committed.
create function audit(p_actor uuid, p_action text, p_subject text, p_detail jsonb) returns bigint language plpgsql as $$
declare
    v_number bigint;
    v_previous bytea;
    v_at timestamptz;
begin
    select number + 1, hash into v_number, v_previous from audit_head for update;
    v_at := clock_timestamp();
    insert into audit_entry (number, at, actor, action, subject, detail, previous, hash)
        values (v_number, v_at, p_actor, p_action, p_subject, p_detail, v_previous,
            audit_hash(v_previous, v_number, v_at, p_actor, p_action, p_subject, p_detail));
    update audit_head set (number, hash) = (select e.number, e.hash from audit_entry e where e.number = v_number);
    return v_number;
end $$;

-- What was done about somebody. Outlives the account, so there is no foreign key.
create table measure (
    measure_id uuid primary key,
    user_id    uuid not null,
    kind       text not null check (kind in ('warn', 'hold', 'ban')),
    reason     text not null check (reason in
        ('harassment', 'nudity', 'minor_safety', 'hate', 'threats', 'spam', 'impersonation', 'other')),
    -- The sentence that the person reads.
    text       text not null,
    case_id    uuid,
    decided_by uuid,
    taken_at   timestamptz not null default clock_timestamp(),
    -- Null: for ever.
    until      timestamptz,
    lifted_at  timestamptz,
    lifted_by  uuid,
    seen_at    timestamptz,
    changed_at timestamptz not null default clock_timestamp(),
    unique (measure_id, decided_by),
    -- Only a hold may come by the weight of reports alone.
    check (decided_by is not null or kind = 'hold'),
    check (until > taken_at),
    check (until is null or kind <> 'warn'),
    check (lifted_by is null or lifted_at is not null)
);
create index measure_user on measure (user_id, taken_at);
create index measure_barring on measure (user_id) where lifted_at is null and kind <> 'warn';
create index measure_changed on measure (changed_at);
create index measure_case on measure (case_id) where case_id is not null;

-- What keeps somebody out now: 'ban', 'hold' or null.
create function barred_by(p_user uuid) returns text language sql stable as $$
    select case when bool_or(kind = 'ban') then 'ban' when count(*) > 0 then 'hold' end from measure
    where user_id = p_user and lifted_at is null and kind <> 'warn' and (until is null or until > clock_timestamp())
$$;

-- What somebody has to be told when they come: a measure that bars them, or a warning that they have not seen.
create function mark_of(p_user uuid) returns text language sql stable as $$
    select kind from measure
    where user_id = p_user and lifted_at is null and (until is null or until > clock_timestamp()) and (kind <> 'warn' or seen_at is null)
    order by kind = 'ban' desc, kind = 'hold' desc limit 1
$$;

-- Takes a measure, once for each id: repeated, it answers what stands. The locks of the user are held, so that no call, no
-- ticket can be coming to be beside it; whoever is barred has no ticket afterwards. p_seconds: null for ever.
create function take_measure(
    p_measure uuid, p_user uuid, p_kind text, p_reason text, p_text text, p_case uuid, p_actor uuid, p_seconds double precision)
returns setof measure language plpgsql as $$
declare
    v measure;
begin
    select * into v from measure where measure_id = p_measure;
    if found then
        return next v;
        return;
    end if;
    if p_kind <> 'warn' then
        perform lock_users(array[p_user]);
        -- Nobody is waited for: who has the row may hold other locks. What is skipped here, the server takes back.
        update presence set available_since = null where user_id in (
            select p.user_id from presence p where p.user_id = p_user for update skip locked);
    end if;
    insert into measure (measure_id, user_id, kind, reason, text, case_id, decided_by, taken_at, until)
        select p_measure, p_user, p_kind, p_reason, p_text, p_case, p_actor, n, n + make_interval(secs => p_seconds)
        from (select clock_timestamp()) x(n)
        on conflict do nothing returning * into v;
    if found then
        if p_kind <> 'warn' then
            delete from ticket where user_id = p_user;
        end if;
        perform audit(p_actor, 'measure.' || p_kind, p_user::text, jsonb_build_object(
            'measureId', p_measure, 'reason', p_reason, 'text', p_text, 'caseId', p_case, 'until', v.until));
    else
        perform unlock_users(array[p_user]); -- the same one came twice at once
        select * into v from measure where measure_id = p_measure;
    end if;
    return next v;
end $$;

-- Ends a measure before its time; answers it, or nothing when it was over or never was.
create function lift_measure(p_measure uuid, p_actor uuid, p_note text) returns setof measure language plpgsql as $$
declare
    v measure;
begin
    update measure set lifted_at = clock_timestamp(), lifted_by = p_actor, changed_at = clock_timestamp()
        where measure_id = p_measure and lifted_at is null and (until is null or until > clock_timestamp())
        returning * into v;
    if found then
        perform audit(p_actor, 'measure.lift', v.user_id::text, jsonb_build_object(
            'measureId', p_measure, 'kind', v.kind, 'note', p_note));
        return next v;
    end if;
end $$;

-- What somebody says against a measure: once, and heard by another admin than the one who took it.
create table appeal (
    appeal_id          uuid primary key,
    measure_id         uuid not null unique references measure,
    user_id            uuid not null,
    text               text not null,
    created_at         timestamptz not null default clock_timestamp(),
    measure_decided_by uuid,
    decided_by         uuid,
    decided_at         timestamptz,
    outcome            text check (outcome in ('granted', 'upheld')),
    answer             text,
    -- So the copy of who took the measure is true, and the check below with it.
    foreign key (measure_id, measure_decided_by) references measure (measure_id, decided_by),
    check (decided_by is null or decided_by is distinct from measure_decided_by),
    check ((decided_by is null) = (outcome is null) and (outcome is null) = (decided_at is null))
);
create index appeal_open on appeal (created_at) where outcome is null;
create index appeal_decided on appeal (decided_at) where outcome is not null;
create index appeal_user on appeal (user_id);

-- Against the strictest measure in force. Outcomes: filed | exists | nothing.
create function file_appeal(p_appeal uuid, p_user uuid, p_text text) returns table (outcome text, measure_id uuid)
language plpgsql as $$
#variable_conflict use_column
declare
    v measure;
begin
    select m.* into v from measure m
        where m.user_id = p_user and m.lifted_at is null and m.kind <> 'warn' and (m.until is null or m.until > clock_timestamp())
        order by m.kind = 'ban' desc, m.until desc nulls first, m.taken_at limit 1;
    if not found then
        return query select 'nothing', null::uuid;
        return;
    end if;
    insert into appeal (appeal_id, measure_id, user_id, text, measure_decided_by)
        values (p_appeal, v.measure_id, p_user, p_text, v.decided_by) on conflict do nothing;
    if found then
        perform audit(null, 'appeal.file', p_user::text, jsonb_build_object('appealId', p_appeal, 'measureId', v.measure_id));
        return query select 'filed', v.measure_id;
    else
        return query select 'exists', v.measure_id;
    end if;
end $$;

-- Outcomes: decided | not_found | already_decided | same_decider. Granted: its measure is lifted.
create function decide_appeal(p_appeal uuid, p_actor uuid, p_outcome text, p_answer text) returns text language plpgsql as $$
declare
    v appeal;
begin
    select * into v from appeal where appeal_id = p_appeal for update;
    if not found then
        return 'not_found';
    elsif v.outcome is not null then
        return 'already_decided';
    elsif v.measure_decided_by = p_actor then
        return 'same_decider';
    end if;
    update appeal set decided_by = p_actor, decided_at = clock_timestamp(), outcome = p_outcome, answer = p_answer
        where appeal_id = p_appeal;
    if p_outcome = 'granted' then
        update measure set lifted_at = clock_timestamp(), lifted_by = p_actor, changed_at = clock_timestamp()
            where measure_id = v.measure_id and lifted_at is null;
    end if;
    perform audit(p_actor, 'appeal.' || p_outcome, v.user_id::text, jsonb_build_object(
        'appealId', p_appeal, 'measureId', v.measure_id, 'answer', p_answer));
    return 'decided';
end $$;

-- An address or a network that nobody comes in from, by its keyed hash. Always with an end: addresses change hands.
create table address_ban (
    ban_id     uuid primary key,
    scope      text not null check (scope in ('address', 'network')),
    key        bytea not null,
    -- As it was typed, if it was; only as long as the ban is in force.
    label      text,
    reason     text not null check (reason in
        ('harassment', 'nudity', 'minor_safety', 'hate', 'threats', 'spam', 'impersonation', 'other')),
    text       text not null,
    decided_by uuid not null,
    taken_at   timestamptz not null default clock_timestamp(),
    until      timestamptz not null,
    lifted_at  timestamptz,
    lifted_by  uuid,
    changed_at timestamptz not null default clock_timestamp(),
    check (until > taken_at),
    check (lifted_at is null or label is null)
);
create index address_ban_in_force on address_ban (until) where lifted_at is null;
create index address_ban_changed on address_ban (changed_at);

-- Once for each id. Answers nothing when p_max are in force: every instance holds them all.
create function ban_address(
    p_ban uuid, p_scope text, p_key bytea, p_label text, p_reason text, p_text text, p_actor uuid, p_seconds double precision,
    p_max int)
returns setof address_ban language plpgsql as $$
declare
    v address_ban;
begin
    select * into v from address_ban where ban_id = p_ban;
    if found then
        return next v;
        return;
    end if;
    perform pg_advisory_xact_lock(hashtextextended('ban_address', 0)); -- so that they are counted one after the other
    if (select count(*) from address_ban where lifted_at is null and until > clock_timestamp()) >= p_max then
        return;
    end if;
    insert into address_ban (ban_id, scope, key, label, reason, text, decided_by, taken_at, until)
        select p_ban, p_scope, p_key, p_label, p_reason, p_text, p_actor, n, n + make_interval(secs => p_seconds)
        from (select clock_timestamp()) x(n)
        on conflict do nothing returning * into v;
    if found then
        perform audit(p_actor, 'address.ban', p_ban::text, jsonb_build_object(
            'scope', p_scope, 'reason', p_reason, 'text', p_text, 'until', v.until));
    else
        select * into v from address_ban where ban_id = p_ban;
    end if;
    return next v;
end $$;

create function lift_address_ban(p_ban uuid, p_actor uuid, p_note text) returns setof address_ban language plpgsql as $$
declare
    v address_ban;
begin
    update address_ban
        set lifted_at = clock_timestamp(), lifted_by = p_actor, label = null, changed_at = clock_timestamp()
        where ban_id = p_ban and lifted_at is null and until > clock_timestamp()
        returning * into v;
    if found then
        perform audit(p_actor, 'address.lift', p_ban::text, jsonb_build_object('scope', v.scope, 'note', p_note));
        return next v;
    end if;
end $$;

create function is_one_barred(a uuid, b uuid) returns boolean language sql stable as $$
    select exists (
        select 1 from measure
        where user_id in (a, b) and lifted_at is null and kind <> 'warn' and (until is null or until > clock_timestamp()))
$$;

-- Calls that somebody is in who is banned: whoever should have ended them died.
create function banned_calls(p_limit int) returns table (call_id uuid) language sql stable as $$
    select distinct s.call_id from seat s join measure m on m.user_id = s.user_id
    where m.kind = 'ban' and m.lifted_at is null and (m.until is null or m.until > clock_timestamp())
    limit p_limit
$$;

-- As before, and 'blocked' also where one of the two is barred: an outcome that servers know which are older than this.
create or replace function start_calls(
    p_epoch bigint, p_wait boolean, p_call uuid[], p_initiator uuid[], p_other uuid[], p_ticket_i uuid[], p_ticket_o uuid[],
    p_conn_i text[], p_conn_o text[], p_seconds int[], p_invite uuid[], p_origin text)
returns table (call_id uuid, outcome text, started_at timestamptz, ends_at timestamptz, conn_i text, conn_o text)
language plpgsql as $$
#variable_conflict use_column
declare
    v_users uuid[] := p_initiator || p_other;
    v_left uuid[];
    v_barred uuid[];
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
    select array_agg(m.user_id) into v_barred from measure m
        where m.user_id = any (v_users) and m.lifted_at is null and m.kind <> 'warn' and (m.until is null or m.until > clock_timestamp());
    select array_agg(c.id), array_agg(case
            when (select count(*) from seat s where s.call_id = c.id) < 2 then 'seated'
            when exists (select 1 from seat s where s.call_id = c.id and s.connection_id is null) then 'offline'
            when is_blocked(c.i, c.o) or array[c.i, c.o] && v_barred then 'blocked'
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

-- As before; whoever is barred does not join.
create or replace function join_queue(
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
    delete from ticket t using measure m
        where t.user_id = any (p_user) and m.user_id = t.user_id
            and m.lifted_at is null and m.kind <> 'warn' and (m.until is null or m.until > clock_timestamp());
    return query
        select t.user_id, t.ticket_id, t.number, extract(epoch from clock_timestamp() - t.joined_at)::double precision
        from ticket t where t.user_id = any (p_user);
end $$;

-- As before, and 'unavailable' also where one of the two is barred.
create or replace function create_invite(
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
    if is_blocked(p_from, p_to) or is_one_barred(p_from, p_to) or exists (select 1 from seat s where s.user_id = p_to)
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
